import { RE2JS } from 're2js';

/**
 * Regular expressions of Kusto are RE2's: linear time, no look-around, no back-references. JavaScript's own would
 * hang on hostile input, so RE2JS runs them. Throws SyntaxError with a sentence when the pattern is not RE2.
 */
export function regexOf(pattern: string): RE2JS {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compilePattern(pattern);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

/** A pattern that matches exactly this text. */
export function quoteRegex(literal: string): string {
  return RE2JS.quote(literal);
}

const cache = new Map<string, RE2JS>();
const MAX_CACHED = 256;
const MAX_PATTERN = 10_000;

function compilePattern(pattern: string): RE2JS {
  if (pattern.length > MAX_PATTERN) throw new SyntaxError(`A regular expression may have ${MAX_PATTERN} characters.`);
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`This is not a regular expression of RE2: ${reason}.`);
  }
}
