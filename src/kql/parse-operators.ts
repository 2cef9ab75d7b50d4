import type { Ident, Operator, ParsePiece, Pipeline, Source, UnionOperator } from './ast.ts';
import { didYouMean } from './nearest.ts';
import {
  type Cursor,
  expectSign,
  expectWord,
  fail,
  ident,
  isSign,
  isWord,
  list,
  nested,
  next,
  node,
  peek,
  spanOf,
  takeOneOf,
  takeSign,
  takeWord,
  unexpected,
} from './parse-cursor.ts';
import { expression } from './parse-expression.ts';
import { columnPattern, expandItem, item, sortKey } from './parse-items.ts';

/** Reads one operator of a pipeline. Throws KqlError KQL002, KQL010. */
export function operator(p: Cursor): Operator {
  const start = peek(p).start;
  const word = operatorWord(p);
  const read = Object.hasOwn(OPERATORS, word.name) ? OPERATORS[word.name] : undefined;
  if (read !== undefined) return read(p, start, word.name);
  if (UNSUPPORTED.has(word.name)) {
    fail(p, 'KQL010', `The operator '${word.name}' is not supported: Resource Graph has no use for it.`, word);
  }
  const hint = didYouMean(word.name, Object.keys(OPERATORS));
  return fail(p, 'KQL010', `'${word.name}' is not an operator.`, word, hint);
}

/** Operator names may hold hyphens (`mv-expand`), which anywhere else are minus signs. */
export function operatorWord(p: Cursor): Ident {
  if (peek(p).kind !== 'name') return unexpected(p, 'an operator such as where, project or summarize');
  const first = next(p);
  let name = first.text;
  let end = first.end;
  while (isSign(p, '-') && peek(p).start === end && peek(p, 1).kind === 'name' && peek(p, 1).start === end + 1) {
    next(p);
    const part = next(p);
    name += `-${part.text}`;
    end = part.end;
  }
  return { name, start: first.start, end };
}

type ReadOperator = (p: Cursor, start: number, word: string) => Operator;

const where: ReadOperator = (p, start) => node(p, start, { operator: 'where', predicate: expression(p) });
const order: ReadOperator = (p, start) => {
  expectWord(p, 'by');
  return node(p, start, { operator: 'order', keys: list(p, sortKey) });
};
const take: ReadOperator = (p, start) => node(p, start, { operator: 'take', rows: expression(p) });

export const OPERATORS: Readonly<Record<string, ReadOperator>> = {
  where,
  filter: where,
  project: (p, start) => node(p, start, { operator: 'project', items: list(p, item) }),
  extend: (p, start) => node(p, start, { operator: 'extend', items: list(p, item) }),
  distinct: (p, start) => node(p, start, { operator: 'distinct', items: list(p, item) }),
  'project-away': (p, start) => node(p, start, { operator: 'project-away', patterns: list(p, columnPattern) }),
  'project-keep': (p, start) => node(p, start, { operator: 'project-keep', patterns: list(p, columnPattern) }),
  'project-rename': (p, start) => node(p, start, { operator: 'project-rename', items: list(p, item) }),
  'project-reorder': (p, start) =>
    node(p, start, {
      operator: 'project-reorder',
      patterns: list(p, (q) => {
        const pattern = columnPattern(q);
        return {
          ...pattern,
          order: takeOneOf(q, ['asc', 'desc', 'granny-asc', 'granny-desc']) === 'desc' ? 'desc' : undefined,
        };
      }),
    }),
  summarize: (p, start) => {
    const items = isWord(p, 'by') ? [] : list(p, item);
    const by = takeWord(p, 'by') ? list(p, item) : [];
    return node(p, start, { operator: 'summarize', items, by });
  },
  order,
  sort: order,
  top: (p, start) => {
    const rows = expression(p);
    expectWord(p, 'by');
    return node(p, start, { operator: 'top', rows, key: sortKey(p) });
  },
  take,
  limit: take,
  count: (p, start) => {
    const name = takeWord(p, 'as') ? ident(p, 'a column name') : undefined;
    return node(p, start, { operator: 'count', name });
  },
  join: (p, start) => joinOperator(p, start, false),
  lookup: (p, start) => joinOperator(p, start, true),
  union: (p, start) => unionOperator(p, start),
  'mv-expand': (p, start, word) => expandOperator(p, start, word),
  mvexpand: (p, start, word) => expandOperator(p, start, word),
  'mv-apply': (p, start, word) => expandOperator(p, start, word),
  parse: (p, start, word) => parseOperator(p, start, word),
  'parse-where': (p, start, word) => parseOperator(p, start, word),
};

export const UNSUPPORTED: ReadonlySet<string> = new Set([
  'evaluate',
  'search',
  'find',
  'make-series',
  'render',
  'serialize',
  'invoke',
  'facet',
  'fork',
  'partition',
  'reduce',
  'sample',
  'sample-distinct',
  'scan',
  'as',
  'consume',
  'getschema',
  'externaldata',
  'top-nested',
  'top-hitters',
  'parse-kv',
  'macro-expand',
  'graph-match',
  'make-graph',
  'assert-schema',
  'project-by-names',
]);

function joinOperator(p: Cursor, start: number, lookup: boolean): Operator {
  const { kind } = parameters(p, ['kind']);
  const right = leg(p);
  expectWord(p, 'on');
  return node(p, start, { operator: 'join', lookup, kind, right, on: list(p, expression) });
}

export function unionOperator(p: Cursor, start: number): UnionOperator & Operator {
  const { kind, withsource } = parameters(p, ['kind', 'withsource', 'isfuzzy']);
  return node(p, start, { operator: 'union', kind, withSource: withsource, legs: list(p, leg) });
}

function expandOperator(p: Cursor, start: number, word: string): Operator {
  const { kind, bagexpansion, with_itemindex } = parameters(p, ['kind', 'bagexpansion', 'with_itemindex']);
  const shape = kind ?? bagexpansion;
  if (shape !== undefined && shape.name !== 'array' && shape.name !== 'bag') {
    fail(p, 'KQL010', `${word} knows kind=bag and kind=array, not '${shape.name}'.`, shape);
  }
  const items = list(p, expandItem);
  const limit = takeWord(p, 'limit') ? expression(p) : undefined;
  const body = word === 'mv-apply' ? applyBody(p) : undefined;
  return node(p, start, {
    operator: 'mv-expand',
    word,
    asArray: shape?.name === 'array',
    itemIndex: with_itemindex,
    items,
    limit,
    body,
  });
}

function applyBody(p: Cursor): readonly Operator[] {
  expectWord(p, 'on');
  expectSign(p, '(');
  return nested(p, () => {
    const operators = [operator(p)];
    while (takeSign(p, '|')) operators.push(operator(p));
    expectSign(p, ')');
    return operators;
  });
}

function parseOperator(p: Cursor, start: number, word: string): Operator {
  const { kind, flags } = parameters(p, ['kind', 'flags']);
  if (flags !== undefined && !/^[imsU]+$/.test(flags.name)) {
    fail(p, 'KQL010', `The flags of parse are i, m, s and U, not '${flags.name}'.`, flags);
  }
  const form = kind?.name ?? 'simple';
  if (form !== 'simple' && form !== 'regex' && form !== 'relaxed') {
    fail(p, 'KQL010', `parse knows kind=simple, regex and relaxed, not '${form}'.`, kind ?? spanOf(peek(p)));
  }
  const value = expression(p);
  expectWord(p, 'with');
  const pieces: ParsePiece[] = [parsePiece(p)];
  while (isSign(p, '*') || peek(p).kind === 'string' || peek(p).kind === 'name') {
    const piece = parsePiece(p);
    checkPiece(p, piece, pieces.at(-1));
    pieces.push(piece);
  }
  return node(p, start, {
    operator: 'parse',
    kind: form,
    flags: flags?.name ?? '',
    keep: word === 'parse',
    value,
    pieces,
  });
}

/** A piece must be able to tell where the one before it ends. */
function checkPiece(p: Cursor, piece: ParsePiece, before: ParsePiece | undefined): void {
  if (piece.piece === 'text' || before?.piece === 'text') return;
  if (before?.piece === 'any') fail(p, 'KQL002', "Behind '*' a string must say where it ends.", piece);
  if (piece.piece === 'column') fail(p, 'KQL002', 'Between two columns a string must say where the first ends.', piece);
  if (before?.piece === 'column' && before.type === 'string') {
    fail(p, 'KQL002', "'*' behind a column of text: where the text ends cannot be known.", piece);
  }
}

function parsePiece(p: Cursor): ParsePiece {
  const span = spanOf(peek(p));
  if (takeSign(p, '*')) return { piece: 'any', ...span };
  if (peek(p).kind === 'string') return { piece: 'text', text: next(p).text, ...span };
  const name = ident(p, "a string, a column name or '*'");
  const type = takeSign(p, ':') ? ident(p, 'a type') : undefined;
  return {
    piece: 'column',
    name: name.name,
    type: type?.name ?? 'string',
    start: name.start,
    end: type?.end ?? name.end,
  };
}

/** `kind = inner hint.strategy = broadcast`: hints are read and dropped, unknown parameters are errors. */
function parameters<Name extends string>(p: Cursor, known: readonly Name[]): { [K in Name]?: Ident } {
  const found: { [K in Name]?: Ident } = {};
  for (;;) {
    if (isWord(p, 'hint') && isSign(p, '.', 1)) {
      p.at += 3;
      expectSign(p, '=');
      next(p);
      continue;
    }
    const word = peek(p).text.toLowerCase();
    const name = known.find((candidate) => candidate === word);
    if (peek(p).kind !== 'name' || name === undefined || !isSign(p, '=', 1)) return found;
    p.at += 2;
    const token = next(p);
    found[name] = { name: token.text, start: token.start, end: token.end };
  }
}

function leg(p: Cursor): Pipeline {
  const start = peek(p).start;
  if (takeSign(p, '(')) {
    const pipeline = p.pipeline(p);
    expectSign(p, ')');
    return pipeline;
  }
  const table = ident(p, 'a table name or a query in parentheses');
  if (isSign(p, '*')) fail(p, 'KQL010', 'Table names with * are not supported.', spanOf(peek(p)), 'Name each table.');
  const source: Source = node(p, start, { source: 'table', name: table.name });
  return node(p, start, { source, operators: [] });
}
