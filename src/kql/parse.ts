import type { Let, Operator, Pipeline, Query, Source } from './ast.ts';
import { lex } from './lex.ts';
import {
  type Cursor,
  expectSign,
  expectWord,
  fail,
  ident,
  isSign,
  isWord,
  list,
  listUntil,
  nested,
  next,
  node,
  peek,
  spanOf,
  takeSign,
  unexpected,
} from './parse-cursor.ts';
import { expression, looksTabular } from './parse-expression.ts';
import { item, typedName } from './parse-items.ts';
import { OPERATORS, operator, operatorWord, UNSUPPORTED, unionOperator } from './parse-operators.ts';
/**
 * Reads a query into its tree. A query may start with an operator (`where …`): its source is then `implicit`.
 * Throws KqlError: KQL001, KQL002, KQL003, KQL010, KQL015.
 */
export function parse(text: string): Query {
  const p: Cursor = { text, tokens: lex(text), at: 0, nesting: 0, pipeline: pipelineUntilEnd };
  const lets: Let[] = [];
  while (isWord(p, 'let') && peek(p, 1).kind === 'name' && isSign(p, '=', 2)) lets.push(letStatement(p));
  if (peek(p).kind === 'end') fail(p, 'KQL002', 'The query has no statement that gives rows.', spanOf(peek(p)));
  const pipeline = pipelineUntilEnd(p);
  takeSign(p, ';');
  if (peek(p).kind !== 'end') unexpected(p, 'the end of the query');
  return { text, lets, pipeline };
}

const MAX_OPERATORS = 300;

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
