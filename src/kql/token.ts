/**
 * `name` is any bare word (KQL has no reserved words where a column can stand), `quoted` a `['name']` in name position,
 * `typed` a literal with its own inner grammar such as `datetime(2024-01-03)`, whose inside is kept as raw text.
 */
export type TokenKind = 'name' | 'string' | 'number' | 'duration' | 'typed' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Name, sign or literal text; for a string the decoded text; for a typed literal what stands between the parens. */
  readonly text: string;
  /** For a typed literal the word before the parenthesis, lower-cased. */
  readonly type?: string;
  readonly start: number;
  readonly end: number;
}

/** Signs, longest first so that the first match is the right one. */
export const SIGNS: readonly string[] = [
  '==',
  '=~',
  '!=',
  '!~',
  '<=',
  '>=',
  '<>',
  '..',
  '=>',
  '<',
  '>',
  '=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  ':',
  '|',
  '.',
  '?',
  '@',
];

/** Words that may follow `!` and make one sign with it. */
export const NEGATABLE: ReadonlySet<string> = new Set([
  'in',
  'in~',
  'has',
  'has_cs',
  'hasprefix',
  'hasprefix_cs',
  'hassuffix',
  'hassuffix_cs',
  'contains',
  'contains_cs',
  'startswith',
  'startswith_cs',
  'endswith',
  'endswith_cs',
  'between',
]);

/** Words that, before a parenthesis, begin a literal and not a call: `datetime(2024-01-03)`, `int(null)`. */
export const LITERAL_WORDS: ReadonlySet<string> = new Set([
  'datetime',
  'date',
  'timespan',
  'time',
  'guid',
  'uuid',
  'int',
  'long',
  'real',
  'double',
  'decimal',
  'bool',
  'boolean',
  'dynamic',
]);
