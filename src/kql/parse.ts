import type {
  Argument,
  ColumnPattern,
  ExpandItem,
  Expr,
  Ident,
  Item,
  Let,
  Operator,
  ParsePiece,
  Pipeline,
  Query,
  SortKey,
  Source,
  TypedName,
  UnionOperator,
} from './ast.ts';
import { KqlError, type KqlErrorCode, type Span } from './errors.ts';
import { lex } from './lex.ts';
import { didYouMean } from './nearest.ts';
import type { Token } from './token.ts';

/**
 * Reads a query into its tree. A query may start with an operator (`where …`): its source is then `implicit`.
 * Throws KqlError: KQL001, KQL002, KQL003, KQL010, KQL015.
 */
export function parse(text: string): Query {
  const p: Cursor = { text, tokens: lex(text), at: 0, nesting: 0 };
  const lets: Let[] = [];
  while (isWord(p, 'let') && peek(p, 1).kind === 'name' && isSign(p, '=', 2)) lets.push(letStatement(p));
  if (peek(p).kind === 'end') fail(p, 'KQL002', 'The query has no statement that gives rows.', spanOf(peek(p)));
  const pipeline = pipelineUntilEnd(p);
  takeSign(p, ';');
  if (peek(p).kind !== 'end') unexpected(p, 'the end of the query');
  return { text, lets, pipeline };
}

/**
 * How deep expressions and tabular expressions may nest. Every level costs stack frames in the parser, the binder and
 * the compiled closures; 200 is ten times what real queries need and a hundredth of what a stack bears.
 */
const MAX_DEPTH = 200;
const MAX_OPERATORS = 300;

interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  nesting: number;
}

function letStatement(p: Cursor): Let {
  const start = next(p).start;
  const name = ident(p, 'a name');
  expectSign(p, '=');
  if (isSign(p, '(') && (isSign(p, ')', 1) || (peek(p, 1).kind === 'name' && isSign(p, ':', 2)))) {
    fail(
      p,
      'KQL010',
      'Functions of your own are not supported.',
      spanOf(peek(p)),
      'Write their body where they are used.',
    );
  }
  const statement: Let = looksTabular(p)
    ? node(p, start, { name, value: undefined, pipeline: pipelineUntilEnd(p) })
    : node(p, start, { name, value: expression(p), pipeline: undefined });
  expectSign(p, ';');
  return statement;
}

// ---- pipelines

function pipelineUntilEnd(p: Cursor): Pipeline {
  return nested(p, () => {
    const start = peek(p).start;
    const source = pipelineSource(p);
    const operators: Operator[] = [];
    if (source.source === 'implicit') operators.push(operator(p));
    while (takeSign(p, '|')) {
      operators.push(operator(p));
      if (operators.length > MAX_OPERATORS) {
        fail(p, 'KQL003', `A query may have ${MAX_OPERATORS} operators.`, operators.at(-1) ?? spanOf(peek(p)));
      }
    }
    return node(p, start, { source, operators });
  });
}

function pipelineSource(p: Cursor): Source {
  const start = peek(p).start;
  const word = peek(p).kind === 'name' ? peek(p).text : '';
  const special = Object.hasOwn(SOURCES, word) ? SOURCES[word] : undefined;
  if (special !== undefined && !isSign(p, '|', 1) && peek(p, 1).kind !== 'end') {
    next(p);
    return special(p, start);
  }
  if (takeSign(p, '(')) {
    const pipeline = pipelineUntilEnd(p);
    expectSign(p, ')');
    return node(p, start, { source: 'pipeline', pipeline });
  }
  if (startsWithOperator(p)) return node(p, start, { source: 'implicit' });
  const table = ident(p, 'a table name');
  return node(p, start, { source: 'table', name: table.name });
}

/** `where type == …` starts with an operator; `count | …` or `top` alone can only be a table. */
function startsWithOperator(p: Cursor): boolean {
  const at = p.at;
  const word = peek(p).kind === 'name' ? operatorWord(p).name : '';
  const known = Object.hasOwn(OPERATORS, word) || UNSUPPORTED.has(word);
  const stands = word === 'count' || (!isSign(p, '|') && peek(p).kind !== 'end' && !isSign(p, ')'));
  p.at = at;
  return known && stands;
}

const SOURCES: Readonly<Record<string, (p: Cursor, start: number) => Source>> = {
  datatable: (p, start) => {
    expectSign(p, '(');
    const columns = listUntil(p, ')', typedName);
    expectSign(p, '[');
    const values = listUntil(p, ']', expression);
    return node(p, start, { source: 'datatable', columns, values });
  },
  print: (p, start) => node(p, start, { source: 'print', items: list(p, item) }),
  range: (p, start) => {
    const name = ident(p, 'a column name');
    expectWord(p, 'from');
    const from = expression(p);
    expectWord(p, 'to');
    const to = expression(p);
    expectWord(p, 'step');
    return node(p, start, { source: 'range', name, from, to, step: expression(p) });
  },
  union: (p, start) => node(p, start, { source: 'union', union: unionOperator(p, start) }),
};

// ---- operators

function operator(p: Cursor): Operator {
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
function operatorWord(p: Cursor): Ident {
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

const OPERATORS: Readonly<Record<string, ReadOperator>> = {
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

const UNSUPPORTED: ReadonlySet<string> = new Set([
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

function unionOperator(p: Cursor, start: number): UnionOperator & Operator {
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
    const pipeline = pipelineUntilEnd(p);
    expectSign(p, ')');
    return pipeline;
  }
  const table = ident(p, 'a table name or a query in parentheses');
  if (isSign(p, '*')) fail(p, 'KQL010', 'Table names with * are not supported.', spanOf(peek(p)), 'Name each table.');
  const source: Source = node(p, start, { source: 'table', name: table.name });
  return node(p, start, { source, operators: [] });
}

// ---- parts of operators

function item(p: Cursor): Item {
  const start = peek(p).start;
  const named = peek(p).kind === 'name' ? 1 : isBracketName(p) ? 3 : 0;
  const name = named > 0 && isSign(p, '=', named) ? ident(p, 'a column name') : undefined;
  if (name !== undefined) next(p);
  const value = isSign(p, '*') && name === undefined ? star(p) : expression(p);
  return node(p, start, { name, value });
}

function star(p: Cursor): Expr {
  return node(p, next(p).start, { node: 'star' });
}

function expandItem(p: Cursor): ExpandItem {
  const start = peek(p).start;
  const { name, value } = item(p);
  if (!takeWord(p, 'to')) return node(p, start, { name, value, type: undefined });
  expectWord(p, 'typeof');
  expectSign(p, '(');
  const type = ident(p, 'a type');
  expectSign(p, ')');
  return node(p, start, { name, value, type: { ...type, type: type.name, typeSpan: type } });
}

function sortKey(p: Cursor): SortKey {
  const start = peek(p).start;
  const value = expression(p);
  const ascending = takeOneOf(p, ['asc', 'desc']) === 'asc';
  const nulls = takeWord(p, 'nulls') ? takeOneOf(p, ['first', 'last']) : undefined;
  return node(p, start, { value, ascending, nullsFirst: nulls === undefined ? ascending : nulls === 'first' });
}

function columnPattern(p: Cursor): ColumnPattern {
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

function typedName(p: Cursor): TypedName {
  const name = ident(p, 'a column name');
  expectSign(p, ':');
  const type = ident(p, 'a type');
  return { name: name.name, start: name.start, end: name.end, type: type.name, typeSpan: type };
}

// ---- expressions: a Pratt parser over one table of binding powers

/** Powers follow the public Kusto grammar: string operators bind tighter than `*`. */
const POWERS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  '==': 3,
  '!=': 3,
  '<>': 3,
  in: 3,
  '!in': 3,
  'in~': 3,
  '!in~': 3,
  between: 3,
  '!between': 3,
  has_any: 3,
  has_all: 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  '=~': 7,
  '!~': 7,
  has: 7,
  '!has': 7,
  has_cs: 7,
  '!has_cs': 7,
  hasprefix: 7,
  '!hasprefix': 7,
  hasprefix_cs: 7,
  '!hasprefix_cs': 7,
  hassuffix: 7,
  '!hassuffix': 7,
  hassuffix_cs: 7,
  '!hassuffix_cs': 7,
  contains: 7,
  '!contains': 7,
  contains_cs: 7,
  '!contains_cs': 7,
  startswith: 7,
  '!startswith': 7,
  startswith_cs: 7,
  '!startswith_cs': 7,
  endswith: 7,
  '!endswith': 7,
  endswith_cs: 7,
  '!endswith_cs': 7,
  matches: 7,
};

const LISTS: ReadonlySet<string> = new Set(['in', '!in', 'in~', '!in~', 'has_any', 'has_all']);

function expression(p: Cursor, power = 0): Expr {
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
  return Object.hasOwn(POWERS, token.text) ? (POWERS[token.text] ?? 0) : 0;
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
  const inner: Expr = node(p, start, { node: 'subquery', pipeline: pipelineUntilEnd(p) });
  expectSign(p, ')');
  return inner;
}

/**
 * Whether the tokens from here on (`ahead` of the cursor) are a tabular expression: a pipe stands in it that is not
 * inside a deeper call, or it begins with a source that only tables have.
 */
function looksTabular(p: Cursor, ahead = 0): boolean {
  let from = p.at + ahead;
  let opening = 0;
  while (isSignAt(p, from, '(')) {
    from++;
    opening++;
  }
  const first = p.tokens[from];
  const second = p.tokens[from + 1];
  if (first?.kind === 'name' && Object.hasOwn(SOURCES, first.text) && second !== undefined) {
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

// ---- the cursor

function ident(p: Cursor, wanted: string): Ident {
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
function isBracketName(p: Cursor): boolean {
  return isSign(p, '[') && peek(p, 1).kind === 'string' && isSign(p, ']', 2);
}

function list<T>(p: Cursor, read: (p: Cursor) => T): T[] {
  const items = [read(p)];
  while (takeSign(p, ',')) items.push(read(p));
  return items;
}

/** A list up to `close`, which may be empty and may end with a comma. */
function listUntil<T>(p: Cursor, close: string, read: (p: Cursor) => T): T[] {
  const items: T[] = [];
  while (!isSign(p, close)) {
    items.push(read(p));
    if (!takeSign(p, ',')) break;
  }
  expectSign(p, close);
  return items;
}

function nested<T>(p: Cursor, read: () => T): T {
  if (++p.nesting > MAX_DEPTH) {
    fail(p, 'KQL003', `Expressions may nest ${MAX_DEPTH} levels deep.`, spanOf(peek(p)), 'Split it with extend.');
  }
  const value = read();
  p.nesting--;
  return value;
}

/** Completes a node: its place, and the depth of its tree, bounded because everything later recurses over it. */
function node<T extends object>(
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

function peek(p: Cursor, ahead = 0): Token {
  return p.tokens[p.at + ahead] ?? (ahead < 0 ? END : (p.tokens.at(-1) ?? END));
}

function next(p: Cursor): Token {
  const token = peek(p);
  if (p.at < p.tokens.length - 1) p.at++;
  return token;
}

function isSign(p: Cursor, sign: string, ahead = 0): boolean {
  return isSignAt(p, p.at + ahead, sign);
}

function isSignAt(p: Cursor, at: number, sign: string): boolean {
  const token = p.tokens[at];
  return token?.kind === 'sign' && token.text === sign;
}

function isWord(p: Cursor, word: string): boolean {
  return peek(p).kind === 'name' && peek(p).text === word;
}

function takeSign(p: Cursor, sign: string): boolean {
  if (!isSign(p, sign)) return false;
  next(p);
  return true;
}

function takeWord(p: Cursor, word: string): boolean {
  if (!isWord(p, word)) return false;
  next(p);
  return true;
}

function takeOneOf(p: Cursor, words: readonly string[]): string | undefined {
  return words.find((word) => takeWord(p, word));
}

function expectSign(p: Cursor, sign: string): void {
  if (!takeSign(p, sign)) unexpected(p, `'${sign}'`);
}

function expectWord(p: Cursor, word: string): void {
  if (!takeWord(p, word)) unexpected(p, `'${word}'`);
}

function spanOf(token: Token): Span {
  return { start: token.start, end: token.end };
}

function unexpected(p: Cursor, wanted: string): never {
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

function fail(p: Cursor, code: KqlErrorCode, message: string, span: Span, hint?: string): never {
  throw new KqlError(code, message, { text: p.text, span: { start: span.start, end: span.end }, hint });
}
