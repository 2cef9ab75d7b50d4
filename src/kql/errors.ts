/** A range of the query text, as offsets in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Every code that the engine can raise, with what it stands for. The list is closed: callers may switch on it. */
export const KQL_ERRORS = {
  KQL001: 'a character or literal that cannot be read',
  KQL002: 'a word or sign that does not belong there',
  KQL003: 'nesting, length or number of operators beyond the limit',
  KQL004: 'an unknown table',
  KQL005: 'an unknown column',
  KQL006: 'an unknown function',
  KQL007: 'a wrong number of arguments',
  KQL008: 'a value of a type that is not accepted there',
  KQL009: 'a raw dynamic value as a key of summarize, distinct, order or top',
  KQL010: 'an operator, parameter or kind that does not exist or is not supported',
  KQL011: 'a name that is given twice',
  KQL012: 'a regular expression that is not RE2',
  KQL013: 'an aggregation outside summarize, or a column that is not aggregated inside it',
  KQL014: 'a value that must be known before the query runs',
  KQL015: 'a shared query {{…}}, which only Azure can resolve',
  KQL016: 'more rows than the caller allowed',
  KQL017: 'data too large or too deeply nested to compute with',
} as const;

export type KqlErrorCode = keyof typeof KQL_ERRORS;

/** What is wrong (one sentence), where in the text, and what to write instead. */
export class KqlError extends Error {
  override readonly name = 'KqlError';
  readonly code: KqlErrorCode;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly hint: string | undefined;

  constructor(code: KqlErrorCode, message: string, place: { text: string; span: Span; hint?: string | undefined }) {
    super(message);
    const at = lineAndColumn(place.text, place.span.start);
    this.code = code;
    this.start = place.span.start;
    // A sign can be missing where the text ends.
    this.end = Math.min(place.span.end, Math.max(place.span.start, place.text.length));
    this.line = at.line;
    this.column = at.column;
    this.hint = place.hint;
  }
}

/** Renders an error for a terminal: message, the source line, a caret line, the hint. `text` is the query. */
export function formatKqlError(error: KqlError, text: string): string {
  const line = sourceLines(text)[error.line - 1] ?? '';
  const before = line.slice(0, error.column - 1).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(error.end - error.start, line.length - error.column + 1));
  const shown = [`${error.line}:${error.column} ${error.code} ${error.message}`, line, before + '^'.repeat(width)];
  if (error.hint !== undefined) shown.push(error.hint);
  return shown.map(printable).join('\n');
}

/** Line and column of an offset, both counted from 1; \r\n, \n and \r each end a line. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = sourceLines(text.slice(0, offset));
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function sourceLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Query text can come from a stranger's policy: control characters must not reach a terminal as commands. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
