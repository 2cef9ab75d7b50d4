import type { Ident, Pipeline } from './ast.ts';
import { KqlError, type KqlErrorCode, type Span } from './errors.ts';
import type { Token } from './token.ts';

/** Where the parser stands in the tokens. */
export interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Reads a tabular expression: expressions hold such, and such hold expressions. */
  readonly pipeline: (p: Cursor) => Pipeline;
  at: number;
  nesting: number;
}

/**
 * How deep expressions and tabular expressions may nest. Every level costs stack frames in the parser, the binder and
 * the compiled closures; 200 is ten times what real queries need and a hundredth of what a stack bears.
 */
const MAX_DEPTH = 200;

export function ident(p: Cursor, wanted: string): Ident {
  const token = peek(p);
  if (isBracketName(p)) {
    const name = peek(p, 1).text;
    p.at += 3;
    return { name, start: token.start, end: peek(p, -1).end };
  }
  if (token.kind !== 'name') return unexpected(p, wanted);
  next(p);
  return { name: token.text, start: token.start, end: token.end };
}

/** `['name']` where a name is wanted. */
export function isBracketName(p: Cursor): boolean {
  return isSign(p, '[') && peek(p, 1).kind === 'string' && isSign(p, ']', 2);
}

export function list<T>(p: Cursor, read: (p: Cursor) => T): T[] {
  const items = [read(p)];
  while (takeSign(p, ',')) items.push(read(p));
  return items;
}

/** A list up to `close`, which may be empty and may end with a comma. */
export function listUntil<T>(p: Cursor, close: string, read: (p: Cursor) => T): T[] {
  const items: T[] = [];
  while (!isSign(p, close)) {
    items.push(read(p));
    if (!takeSign(p, ',')) break;
  }
  expectSign(p, close);
  return items;
}

export function nested<T>(p: Cursor, read: () => T): T {
  if (++p.nesting > MAX_DEPTH) {
    fail(p, 'KQL003', `Expressions may nest ${MAX_DEPTH} levels deep.`, spanOf(peek(p)), 'Split it with extend.');
  }
  const value = read();
  p.nesting--;
  return value;
}

/** Completes a node: its place, and the depth of its tree, bounded because everything later recurses over it. */
export function node<T extends object>(
  p: Cursor,
  start: number,
  fields: T,
): T & { start: number; end: number; depth: number } {
  const span = { start, end: Math.max(start, peek(p, -1).end) };
  const depth = 1 + Object.values(fields).reduce<number>((deepest, field) => Math.max(deepest, depthOf(field)), 0);
  if (depth > MAX_DEPTH * 2) {
    fail(p, 'KQL003', `Expressions may nest ${MAX_DEPTH * 2} levels deep.`, span, 'Split it with extend.');
  }
  return { ...fields, ...span, depth };
}

function depthOf(field: unknown): number {
  if (Array.isArray(field)) return field.reduce<number>((deepest, part) => Math.max(deepest, depthOf(part)), 0);
  if (typeof field !== 'object' || field === null) return 0;
  if ('depth' in field && typeof field.depth === 'number') return field.depth;
  return 'value' in field ? depthOf(field.value) : 0;
}

const END: Token = { kind: 'end', text: '', start: 0, end: 0 };

export function peek(p: Cursor, ahead = 0): Token {
  return p.tokens[p.at + ahead] ?? (ahead < 0 ? END : (p.tokens.at(-1) ?? END));
}

export function next(p: Cursor): Token {
  const token = peek(p);
  if (p.at < p.tokens.length - 1) p.at++;
  return token;
}

export function isSign(p: Cursor, sign: string, ahead = 0): boolean {
  return isSignAt(p, p.at + ahead, sign);
}

export function isSignAt(p: Cursor, at: number, sign: string): boolean {
  const token = p.tokens[at];
  return token?.kind === 'sign' && token.text === sign;
}

export function isWord(p: Cursor, word: string): boolean {
  return peek(p).kind === 'name' && peek(p).text === word;
}

export function takeSign(p: Cursor, sign: string): boolean {
  if (!isSign(p, sign)) return false;
  next(p);
  return true;
}

export function takeWord(p: Cursor, word: string): boolean {
  if (!isWord(p, word)) return false;
  next(p);
  return true;
}

export function takeOneOf(p: Cursor, words: readonly string[]): string | undefined {
  return words.find((word) => takeWord(p, word));
}

export function expectSign(p: Cursor, sign: string): void {
  if (!takeSign(p, sign)) unexpected(p, `'${sign}'`);
}

export function expectWord(p: Cursor, word: string): void {
  if (!takeWord(p, word)) unexpected(p, `'${word}'`);
}

export function spanOf(token: Token): Span {
  return { start: token.start, end: token.end };
}

export function unexpected(p: Cursor, wanted: string): never {
  const token = peek(p);
  const shown =
    token.kind === 'end' ? 'the query ends' : `there is '${p.text.slice(token.start, token.end).slice(0, 40)}'`;
  return fail(p, 'KQL002', `Here ${shown}, where ${wanted} is expected.`, spanOf(token), hintFor(p, token, wanted));
}

function hintFor(p: Cursor, token: Token, wanted: string): string | undefined {
  if (token.text === '=' && wanted !== "'='") return "Write '==' to compare.";
  if (token.kind === 'duration') return `'${p.text.slice(token.start, token.end)}' is a length of time.`;
  return undefined;
}

export function fail(p: Cursor, code: KqlErrorCode, message: string, span: Span, hint?: string): never {
  throw new KqlError(code, message, { text: p.text, span: { start: span.start, end: span.end }, hint });
}
