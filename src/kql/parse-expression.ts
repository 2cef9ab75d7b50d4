import type { Argument, Expr } from './ast.ts';
import {
  type Cursor,
  expectSign,
  expectWord,
  fail,
  ident,
  isBracketName,
  isSign,
  isSignAt,
  list,
  listUntil,
  nested,
  next,
  node,
  peek,
  spanOf,
  takeWord,
  unexpected,
} from './parse-cursor.ts';
import type { Token } from './token.ts';

const TEXT_WORDS = ['has', 'hasprefix', 'hassuffix', 'contains', 'startswith', 'endswith'];

/** The operators by how tightly they bind, as in the public Kusto grammar: those over text bind tighter than `*`. */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<>', 'in', '!in', 'in~', '!in~', 'between', '!between', 'has_any', 'has_all'],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
  ['=~', '!~', 'matches', ...TEXT_WORDS.flatMap((word) => [word, `!${word}`, `${word}_cs`, `!${word}_cs`])],
];

const POWERS: ReadonlyMap<string, number> = new Map(
  LEVELS.flatMap((words, level) => words.map((word) => [word, level + 1] as const)),
);

/** Words with which a tabular expression may begin. */
export const SOURCE_WORDS: ReadonlySet<string> = new Set(['datatable', 'print', 'range', 'union']);

const LISTS: ReadonlySet<string> = new Set(['in', '!in', 'in~', '!in~', 'has_any', 'has_all']);

/** Reads an expression: a Pratt parser over one table of binding powers. */
export function expression(p: Cursor, power = 0): Expr {
  return nested(p, () => {
    let left = unary(p);
    let before = 0;
    for (;;) {
      const token = peek(p);
      const own = binaryPower(token);
      if (own <= power) return left;
      if (own === before && SINGLE.has(own)) {
        fail(p, 'KQL002', 'Comparisons cannot be chained.', spanOf(token), "Join two comparisons with 'and'.");
      }
      next(p);
      left = infix(p, left, token, own);
      before = own;
    }
  });
}

/** Powers at which one operator may stand, and no second one behind it: equality, order, text. */
const SINGLE: ReadonlySet<number> = new Set([3, 4, 7]);

function binaryPower(token: Token): number {
  if (token.kind !== 'sign' && token.kind !== 'name') return 0;
  return POWERS.get(token.text) ?? 0;
}

function infix(p: Cursor, left: Expr, token: Token, power: number): Expr {
  const sign = spanOf(token);
  const operator = token.text;
  if (operator === 'and' || operator === 'or') return logical(p, left, operator, power);
  if (LISTS.has(operator)) {
    const list = membershipList(p);
    return node(p, left.start, { node: 'membership', operator, sign, left, list });
  }
  if (operator === 'between' || operator === '!between') {
    expectSign(p, '(');
    const low = expression(p);
    expectSign(p, '..');
    const high = expression(p);
    expectSign(p, ')');
    return node(p, left.start, { node: 'between', negated: operator === '!between', operand: left, low, high });
  }
  if (operator === 'matches') expectWord(p, 'regex');
  return node(p, left.start, { node: 'binary', operator, sign, left, right: expression(p, power) });
}

function logical(p: Cursor, first: Expr, operator: 'and' | 'or', power: number): Expr {
  const terms = [first, expression(p, power)];
  while (takeWord(p, operator)) terms.push(expression(p, power));
  return node(p, first.start, { node: 'logical', operator, terms });
}

function membershipList(p: Cursor): readonly Expr[] {
  if (isSign(p, '(') && looksTabular(p, 1)) return [subQuery(p)];
  expectSign(p, '(');
  const items = list(p, expression);
  expectSign(p, ')');
  return items;
}

function subQuery(p: Cursor): Expr {
  expectSign(p, '(');
  const start = peek(p).start;
  const inner: Expr = node(p, start, { node: 'subquery', pipeline: p.pipeline(p) });
  expectSign(p, ')');
  return inner;
}

/**
 * Whether the tokens from here on (`ahead` of the cursor) are a tabular expression: a pipe stands in it that is not
 * inside a deeper call, or it begins with a source that only tables have.
 */
export function looksTabular(p: Cursor, ahead = 0): boolean {
  let from = p.at + ahead;
  let opening = 0;
  while (isSignAt(p, from, '(')) {
    from++;
    opening++;
  }
  const first = p.tokens[from];
  const second = p.tokens[from + 1];
  if (first?.kind === 'name' && SOURCE_WORDS.has(first.text) && second !== undefined) {
    if (first.text === 'datatable' || second.kind === 'name' || second.text === '(') return true;
  }
  let depth = opening;
  for (let at = from; at < p.tokens.length; at++) {
    const token = p.tokens[at];
    if (token === undefined || token.kind === 'end') return false;
    if (token.kind !== 'sign') continue;
    if (token.text === '(' || token.text === '[') depth++;
    else if (token.text === ')' || token.text === ']') depth--;
    else if (token.text === '|' && depth <= opening) return true;
    else if (token.text === ';' || (token.text === ',' && depth <= 0)) return false;
    if (depth < 0) return false;
  }
  return false;
}

function unary(p: Cursor): Expr {
  const token = peek(p);
  if (!isSign(p, '-') && !isSign(p, '+')) return postfix(p, primary(p));
  next(p);
  const operand = postfix(p, primary(p));
  return node(p, token.start, { node: 'unary', operator: token.text === '-' ? '-' : '+', operand });
}

function postfix(p: Cursor, base: Expr): Expr {
  let value = base;
  for (;;) {
    if (isSign(p, '[')) value = bracket(p, value);
    else if (isSign(p, '.')) value = dotted(p, value);
    else return value;
  }
}

function dotted(p: Cursor, base: Expr): Expr {
  next(p);
  if (isSign(p, '[')) return bracket(p, base);
  if (peek(p).kind !== 'name') return unexpected(p, 'a property name');
  const token = next(p);
  return node(p, base.start, { node: 'member', base, name: token.text, label: spanOf(token) });
}

function bracket(p: Cursor, base: Expr): Expr {
  expectSign(p, '[');
  const token = peek(p);
  if (token.kind === 'string' && isSign(p, ']', 1)) {
    p.at += 2;
    const quoted = p.text.slice(token.start, token.end);
    const opening = quoted.startsWith('@') ? 2 : 1;
    const label = { start: token.start + opening, end: token.end - 1 };
    return node(p, base.start, { node: 'member', base, name: token.text, label });
  }
  const index = expression(p);
  expectSign(p, ']');
  return node(p, base.start, { node: 'element', base, index });
}

function primary(p: Cursor): Expr {
  const token = peek(p);
  switch (token.kind) {
    case 'string':
      return stringLiteral(p);
    case 'number':
    case 'duration':
    case 'typed':
      next(p);
      return node(p, token.start, { node: 'literal', form: token.kind, text: token.text, type: token.type ?? '' });
    case 'name':
      return isSign(p, '(', 1) ? call(p) : nameOrKeyword(p);
    default:
      break;
  }
  if (isBracketName(p)) return nameOrKeyword(p);
  if (isSign(p, '(')) {
    next(p);
    const inner = expression(p);
    expectSign(p, ')');
    return inner;
  }
  return unexpected(p, 'a value');
}

/** Adjacent string literals are one: `'a' 'b'` is `'ab'`. */
function stringLiteral(p: Cursor): Expr {
  const start = peek(p).start;
  let text = '';
  while (peek(p).kind === 'string') text += next(p).text;
  return node(p, start, { node: 'literal', form: 'string', text, type: '' });
}

const BOOLEANS: ReadonlySet<string> = new Set(['true', 'false', 'True', 'False', 'TRUE', 'FALSE']);

function nameOrKeyword(p: Cursor): Expr {
  const name = ident(p, 'a value');
  if (BOOLEANS.has(name.name)) {
    return node(p, name.start, { node: 'literal', form: 'typed', text: name.name, type: 'bool' });
  }
  return node(p, name.start, { node: 'name', name: name.name });
}

function call(p: Cursor): Expr {
  const token = next(p);
  const label = spanOf(token);
  if (token.text === 'toscalar' && looksTabular(p, 1)) {
    const value = subQuery(p);
    return node(p, token.start, { node: 'call', name: token.text, label, args: [{ value }] });
  }
  expectSign(p, '(');
  return node(p, token.start, { node: 'call', name: token.text, label, args: listUntil(p, ')', argument) });
}

function argument(p: Cursor): Argument {
  if (peek(p).kind !== 'name' || !isSign(p, '=', 1)) return { value: isSign(p, '*') ? star(p) : expression(p) };
  const name = ident(p, 'a name');
  const sign = spanOf(next(p));
  return { name, sign, value: expression(p) };
}

export function star(p: Cursor): Expr {
  return node(p, next(p).start, { node: 'star' });
}
