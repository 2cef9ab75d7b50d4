import type { Expr, Operator, Query } from '../kql/ast.ts';
import { type GraphErrorDetail, invalidQuery } from './graph-error.ts';

/**
 * What Resource Graph refuses though the language has it: `let` and made-up tables, join flavours beyond four, and more
 * than three joins, expansions or union legs (Microsoft's page on the query language; codes as users reported them).
 * @returns the details of the error, or undefined for a query that Resource Graph takes.
 */
export function refuseBeyondGraph(query: Query): readonly GraphErrorDetail[] | undefined {
  const foreign = query.lets.length > 0 ? 'let' : [...sourcesIn(query)].find((source) => madeUp.has(source));
  if (foreign !== undefined) return [invalidQuery, notInLanguage(foreign)];
  const operators = [...operatorsIn(query)];
  const joins = operators.flatMap((operator) => (operator.operator === 'join' ? [operator] : []));
  const unions = operators.flatMap((operator) => (operator.operator === 'union' ? [operator] : []));
  const expansions = operators.filter(({ operator }) => operator === 'mv-expand');
  const flavours = joins.map(({ kind }) => kind?.name.toLowerCase() ?? 'innerunique');
  const flavour = flavours.find((kind) => !joinFlavours.has(kind));
  if (flavour !== undefined) {
    return [invalidQuery, { code: 'UnsupportedJoinFlavor', message: `Join flavor ${flavour} is not supported.` }];
  }
  const legs = Math.max(0, ...unions.map((union) => union.legs.length));
  const counts = { join: joins.length, 'mv-expand': expansions.length, union: legs };
  const over = Object.entries(counts).find(([, count]) => count > mostOfAKind);
  if (over === undefined) return undefined;
  const message = `The query has ${over[1]} ${over[0]} operators or legs, the limit is ${mostOfAKind}.`;
  return [invalidQuery, { ...invalidQuery, message }];
}

/** The query without the bounds of its `take` and `limit`; undefined when it has none: with one it cannot be paged. */
export function withoutRowLimit({ text, pipeline }: Query): string | undefined {
  const limits = pipeline.operators.flatMap((operator) => (operator.operator === 'take' ? [operator.rows] : []));
  if (limits.length === 0) return undefined;
  return limits.reduceRight(
    (cut: string, { start, end }: Expr) => `${cut.slice(0, start)}${Number.MAX_SAFE_INTEGER}${cut.slice(end)}`,
    text,
  );
}

const madeUp: ReadonlySet<string> = new Set(['datatable', 'print', 'range']);
const joinFlavours: ReadonlySet<string> = new Set(['innerunique', 'inner', 'leftouter', 'fullouter']);
const mostOfAKind = 3;

function notInLanguage(token: string): GraphErrorDetail {
  const place = { line: -1, characterPositionInLine: -1, token };
  return { code: 'InvalidQueryLanguage', message: 'InvalidQueryLanguage', ...place };
}

function* operatorsIn(query: Query): Generator<Operator> {
  for (const node of nodesIn(query)) if (isOperator(node)) yield node;
}

function* sourcesIn(query: Query): Generator<string> {
  for (const node of nodesIn(query)) if ('source' in node && typeof node.source === 'string') yield node.source;
}

/** Every object of the tree; the parser bounds its depth. */
function* nodesIn(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const inner of Object.values(value)) yield* nodesIn(inner);
}

/** Expressions have an `operator` too; they carry their kind in `node`. */
function isOperator(node: object): node is Operator {
  return 'operator' in node && !('node' in node);
}
