import { KqlError, type Span } from './errors.ts';
import { LITERAL_WORDS, NEGATABLE, SIGNS, type Token } from './token.ts';

/**
 * Splits a query into tokens; the last one is of kind `end`. Comments and white space vanish.
 * Throws KqlError (KQL001 unreadable character or literal, KQL003 too long, KQL015 shared query).
 */
export function lex(text: string): Token[] {
  if (text.length > MAX_QUERY_LENGTH) {
    throw new KqlError('KQL003', `The query is longer than ${MAX_QUERY_LENGTH} characters.`, {
      text,
      span: { start: MAX_QUERY_LENGTH, end: text.length },
    });
  }
  const tokens: Token[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const token = readToken(text, at);
    tokens.push(token);
    at = skipBlank(text, token.end);
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return tokens;
}

/** Far beyond any real query (Resource Graph itself refuses far smaller ones); bounds the work a stranger can ask. */
const MAX_QUERY_LENGTH = 1_000_000;

const BLANK = /(?:[\s\ufeff]|\/\/[^\r\n]*)*/y;
/** Other letters are allowed in brackets only, as in Kusto: ['größe']. */
const NAME = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|\d+(?:\.(?!\.)\d*)?(?:[eE][+-]?\d+)?/y;
const UNIT = /[A-Za-z]+/y;

const SIGN_HINTS: Readonly<Record<string, string>> = {
  '!': "Write '!=', '!~', '!in', '!has' and the like, or not(…).",
  '&': "Write 'and'.",
};

function readToken(text: string, at: number): Token {
  const char = text.charAt(at);
  const literal = readStringStart(text, at);
  if (literal !== undefined) return literal;
  if (char >= '0' && char <= '9') return readNumber(text, at);
  const name = matchAt(NAME, text, at);
  if (name !== '') return readWord(text, at, name);
  if (char === '!') {
    const negated = readNegation(text, at);
    if (negated !== undefined) return negated;
  }
  if (text.startsWith('{{', at)) refuseSharedQuery(text, at);
  const sign = SIGNS.find((candidate) => text.startsWith(candidate, at));
  if (sign !== undefined) return { kind: 'sign', text: sign, start: at, end: at + sign.length };
  const shown = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const hint = /\p{L}/u.test(shown) ? "Write a name with other letters than a to z as ['…']." : SIGN_HINTS[char];
  return fail(text, { start: at, end: at + shown.length }, `The character '${shown}' has no meaning in KQL.`, hint);
}

/** `'a'`, `"a"`, `@'a'` (no escapes), `h'a'` (obfuscated in logs, otherwise the same) and ```` ```a``` ````. */
function readStringStart(text: string, at: number): Token | undefined {
  const prefix = /[hH]?@?/y;
  const skipped = matchAt(prefix, text, at);
  const open = at + skipped.length;
  const quote = text.charAt(open);
  const fence = FENCES.find((sign) => text.startsWith(sign, open));
  if (fence !== undefined) return readFenced(text, at, open, fence);
  if (quote !== "'" && quote !== '"') return undefined;
  return skipped.endsWith('@') ? readVerbatim(text, at, open) : readEscaped(text, at, open);
}

/** Strings over several lines stand between two of one of these. */
const FENCES = ['```', '~~~'];

function readFenced(text: string, start: number, open: number, fence: string): Token {
  const close = text.indexOf(fence, open + 3);
  if (close < 0) return fail(text, { start, end: open + 3 }, `This multi-line string has no closing ${fence}.`);
  return { kind: 'string', text: text.slice(open + 3, close), start, end: close + 3 };
}

function readVerbatim(text: string, start: number, open: number): Token {
  const quote = text.charAt(open);
  let value = '';
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] !== quote) value += text[at];
    else if (text[at + 1] === quote) value += text[++at];
    else return { kind: 'string', text: value, start, end: at + 1 };
  }
  return fail(text, { start, end: open + 1 }, `This string has no closing ${quote}.`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function readEscaped(text: string, start: number, open: number): Token {
  const quote = text.charAt(open);
  let value = '';
  for (let at = open + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) return { kind: 'string', text: value, start, end: at + 1 };
    if (char === '\n' || char === '\r') break;
    if (char !== '\\') value += char;
    else {
      const decoded = readEscape(text, at);
      value += decoded.value;
      at = decoded.end - 1;
    }
  }
  return fail(text, { start, end: open + 1 }, `This string has no closing ${quote} on its line.`);
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const code = matchAt(/\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2})/y, text, at);
  if (code !== '') {
    const point = Number.parseInt(code.slice(2), 16);
    if (point > 0x10ffff) return fail(text, { start: at, end: at + code.length }, `${code} is not a character.`);
    return { value: String.fromCodePoint(point), end: at + code.length };
  }
  const next = text.charAt(at + 1);
  const value = Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : undefined;
  if (value !== undefined) return { value, end: at + 2 };
  return fail(
    text,
    { start: at, end: at + 2 },
    `'\\${next}' is not an escape.`,
    "Write '\\\\' or a verbatim string @'…'.",
  );
}

function readNumber(text: string, at: number): Token {
  const digits = matchAt(NUMBER, text, at);
  const unitStart = at + digits.length;
  const unit = matchAt(UNIT, text, unitStart);
  if (unit === '') return { kind: 'number', text: digits, start: at, end: unitStart };
  return { kind: 'duration', text: digits + unit, start: at, end: unitStart + unit.length };
}

function readWord(text: string, start: number, name: string): Token {
  const end = start + name.length;
  if (name === 'in' && text[end] === '~') return { kind: 'name', text: `${name}~`, start, end: end + 1 };
  if (LITERAL_WORDS.has(name.toLowerCase())) {
    const open = skipBlank(text, end);
    if (text[open] === '(') return readTyped(text, start, name, open);
  }
  return { kind: 'name', text: name, start, end };
}

/** The inside of `datetime(…)` has a grammar of its own; strings in it may hold parentheses. */
function readTyped(text: string, start: number, name: string, open: number): Token {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'" || char === '"') at = readEscaped(text, at, at).end - 1;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) {
      return { kind: 'typed', type: name.toLowerCase(), text: text.slice(open + 1, at), start, end: at + 1 };
    }
  }
  return fail(text, { start, end: open + 1 }, `The literal ${name}( has no closing parenthesis.`);
}

function readNegation(text: string, at: number): Token | undefined {
  const word = matchAt(/[a-z_]+~?/y, text, at + 1);
  if (!NEGATABLE.has(word)) return undefined;
  return { kind: 'sign', text: `!${word}`, start: at, end: at + 1 + word.length };
}

/** Resource Graph replaces `{{/subscriptions/…}}` by a saved query; nobody else can. */
function refuseSharedQuery(text: string, at: number): never {
  const close = text.indexOf('}}', at);
  throw new KqlError('KQL015', 'A shared query {{…}} can only be resolved by Azure Resource Graph.', {
    text,
    span: { start: at, end: close < 0 ? at + 2 : close + 2 },
    hint: 'Write the text of the shared query in its place.',
  });
}

function skipBlank(text: string, at: number): number {
  return at + matchAt(BLANK, text, at).length;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function fail(text: string, span: Span, message: string, hint?: string): never {
  throw new KqlError('KQL001', message, { text, span, hint });
}
