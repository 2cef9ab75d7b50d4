import type { Let, Pipeline, Query, Source } from './ast.ts';
import { bindExpression } from './bind.ts';
import { type Binder, type Finding, type LetValue, NO_COLUMNS, refuse } from './binder.ts';
import type { Catalog } from './catalog.ts';
import { type Lineage, lineage } from './lineage.ts';
import { didYouMean } from './nearest.ts';
import { bindOperators } from './operators/apply.ts';
import type { Intake } from './operators/intake.ts';
import { datatable, print, range } from './operators/source.ts';
import { union } from './operators/union.ts';
import { allFields, type Relation } from './relation.ts';
import { type ReadDraft, tableRelation } from './scan.ts';

/** A query bound to its tables: what it gives, what it reads, what the linter should know. */
export interface Plan {
  readonly relation: Relation;
  readonly reads: readonly ReadDraft[];
  readonly lineage: Lineage;
  readonly findings: readonly Finding[];
  readonly intakes: readonly Intake[];
  /** How many values are remembered per row. */
  readonly slots: () => number;
}

export interface PlanOptions {
  readonly catalog: Catalog;
  /** The table of a query that starts with an operator. */
  readonly implicitTable: string | undefined;
}

/** Binds a whole query. Throws KqlError. */
export function plan(query: Query, options: PlanOptions): Plan {
  const planner = makePlanner(query.text, options);
  const lets = new Map<string, LetValue>();
  for (const statement of query.lets) lets.set(statement.name.name, bindLet(planner, statement, new Map(lets)));
  const relation = binderWith(planner, lets).pipeline(query.pipeline);
  // A path feeds the columns that its value flows into.
  for (const field of allFields(relation)) for (const draft of field.uses) draft.feeds.add(field.name);
  const { reads, findings, intakes, slots } = planner;
  return { relation, reads, lineage: planner.lineage, findings, intakes, slots };
}

/** References to tables one query may hold; a let that names lets twice over would otherwise grow without end. */
const MAX_PIPELINES = 500;

interface Planner {
  readonly text: string;
  readonly options: PlanOptions;
  readonly lineage: Lineage;
  readonly findings: Finding[];
  readonly intakes: Intake[];
  readonly reads: ReadDraft[];
  readonly slot: () => number;
  readonly slots: () => number;
  readonly countPipeline: () => number;
}

function makePlanner(text: string, options: PlanOptions): Planner {
  let [slots, pipelines] = [0, 0];
  return {
    text,
    options,
    lineage: lineage(),
    findings: [],
    intakes: [],
    reads: [],
    slot: () => slots++,
    slots: () => slots,
    countPipeline: () => ++pipelines,
  };
}

function binderWith(planner: Planner, lets: ReadonlyMap<string, LetValue>): Binder {
  const { text, findings, intakes, slot } = planner;
  const b: Binder = {
    text,
    lets,
    findings,
    intakes,
    slot,
    lineage: planner.lineage,
    hasTable: (name) => planner.options.catalog.find(name) !== undefined,
    pipeline: (pipeline) => bindPipeline(planner, b, pipeline),
  };
  return b;
}

/** A tabular let is bound where it is used, with the lets that stand before it. */
function bindLet(planner: Planner, statement: Let, before: ReadonlyMap<string, LetValue>): LetValue {
  const b = binderWith(planner, before);
  const { pipeline, value } = statement;
  if (pipeline !== undefined) return { value: undefined, pipeline: () => b.pipeline(pipeline) };
  if (value.node === 'name' && b.lets.get(value.name)?.value === undefined) {
    const { start, end, depth, name } = value;
    const source: Source = { source: 'table', name, start, end, depth };
    return { value: undefined, pipeline: () => b.pipeline({ start, end, depth, source, operators: [] }) };
  }
  return { value: bindExpression(b, value, { relation: NO_COLUMNS }), pipeline: undefined };
}

function bindPipeline(planner: Planner, b: Binder, pipeline: Pipeline): Relation {
  if (planner.countPipeline() > MAX_PIPELINES) {
    refuse(b, 'KQL003', `A query may read ${MAX_PIPELINES} tabular expressions.`, pipeline);
  }
  return bindOperators(b, pipeline.operators, bindSource(planner, b, pipeline.source));
}

function bindSource(planner: Planner, b: Binder, source: Source): Relation {
  switch (source.source) {
    case 'table':
      return b.lets.get(source.name)?.pipeline?.() ?? bindTable(planner, b, source.name, source);
    case 'implicit':
      return bindImplicit(planner, b, source);
    case 'pipeline':
      return b.pipeline(source.pipeline);
    case 'datatable':
      return datatable(b, source);
    case 'print':
      return print(b, source);
    case 'range':
      return range(b, source);
    case 'union':
      return union(b, source.union, undefined);
  }
}

function bindImplicit(planner: Planner, b: Binder, source: Source): Relation {
  const table = planner.options.implicitTable;
  if (table !== undefined) return bindTable(planner, b, table, source);
  const first = { start: source.start, end: source.start + 1 };
  return refuse(
    b,
    'KQL002',
    'The query starts with an operator and names no table.',
    first,
    'Begin it with a table name.',
  );
}

function bindTable(planner: Planner, b: Binder, name: string, place: { start: number; end: number }): Relation {
  const { catalog } = planner.options;
  const table = catalog.find(name);
  if (table === undefined) {
    const hint = didYouMean(name, [...catalog.names, ...b.lets.keys()]);
    return refuse(b, 'KQL004', `There is no table '${name}'.`, place, hint ?? listed(catalog.names));
  }
  const { relation, read } = tableRelation(table);
  planner.reads.push(read);
  return relation;
}

function listed(names: readonly string[]): string | undefined {
  return names.length === 0 || names.length > 12 ? undefined : `The tables are: ${names.join(', ')}.`;
}
