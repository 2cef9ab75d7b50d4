import type { ColumnPattern, ExpandItem, Item, SortKey, TypedName } from './ast.ts';
import {
  type Cursor,
  expectSign,
  expectWord,
  ident,
  isBracketName,
  isSign,
  next,
  node,
  peek,
  takeOneOf,
  takeWord,
  unexpected,
} from './parse-cursor.ts';
import { expression, star } from './parse-expression.ts';

export function item(p: Cursor): Item {
  const start = peek(p).start;
  const named = peek(p).kind === 'name' ? 1 : isBracketName(p) ? 3 : 0;
  const name = named > 0 && isSign(p, '=', named) ? ident(p, 'a column name') : undefined;
  if (name !== undefined) next(p);
  const value = isSign(p, '*') && name === undefined ? star(p) : expression(p);
  return node(p, start, { name, value });
}

export function expandItem(p: Cursor): ExpandItem {
  const start = peek(p).start;
  const { name, value } = item(p);
  if (!takeWord(p, 'to')) return node(p, start, { name, value, type: undefined });
  expectWord(p, 'typeof');
  expectSign(p, '(');
  const type = ident(p, 'a type');
  expectSign(p, ')');
  return node(p, start, { name, value, type: { ...type, type: type.name, typeSpan: type } });
}

export function sortKey(p: Cursor): SortKey {
  const start = peek(p).start;
  const value = expression(p);
  const ascending = takeOneOf(p, ['asc', 'desc']) === 'asc';
  const nulls = takeWord(p, 'nulls') ? takeOneOf(p, ['first', 'last']) : undefined;
  return node(p, start, { value, ascending, nullsFirst: nulls === undefined ? ascending : nulls === 'first' });
}

export function columnPattern(p: Cursor): ColumnPattern {
  const start = peek(p).start;
  if (isBracketName(p)) return { ...ident(p, 'a column name'), wildcard: false };
  let name = '';
  let end = start;
  while ((isSign(p, '*') || peek(p).kind === 'name') && (name === '' || peek(p).start === end)) {
    const token = next(p);
    name += token.text;
    end = token.end;
  }
  if (name === '') return unexpected(p, 'a column name, which may hold *');
  return { name, start, end, wildcard: name.includes('*') };
}

export function typedName(p: Cursor): TypedName {
  const name = ident(p, 'a column name');
  expectSign(p, ':');
  const type = ident(p, 'a type');
  return { name: name.name, start: name.start, end: name.end, type: type.name, typeSpan: type };
}
