import type { Argument, Call } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse } from '../binder.ts';
import type { Bound } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import type { Span } from '../errors.ts';
import { AGGREGATES } from '../functions/aggregate.ts';
import { collectPercentiles } from '../functions/collector.ts';
import { allFields } from '../relation.ts';
import type { Row, Run } from '../run.ts';
import { absent, compare, type Value } from '../value.ts';
import { isInteger, isNumeric, type ValueType } from '../value-type.ts';
import { type BoundAggregate, type Input, mustFit, type RowCollector } from './aggregate-bound.ts';

type Bind = (b: Binder, call: Call, input: Input) => BoundAggregate;

/** Aggregations that may give several columns. */
export const SEVERAL: Readonly<Record<string, Bind>> = {
  arg_max: (b, call, input) => bindArgExtreme(b, call, input, 'max'),
  arg_min: (b, call, input) => bindArgExtreme(b, call, input, 'min'),
  take_any: (b, call, input) => bindAny(b, call, input, ''),
  any: (b, call, input) => bindAny(b, call, input, 'any_'),
  percentile: bindPercentiles,
  percentiles: bindPercentiles,
  percentiles_array: bindPercentiles,
};

interface Part {
  readonly name: string;
  readonly bound: Bound;
}

/** The arguments as columns; `*` is every column of the table that is neither a key nor among the others. */
function bindParts(
  b: Binder,
  args: readonly Argument[],
  { relation, keys }: Input,
  unnamed: (at: number) => string,
): readonly Part[] {
  const named = args.flatMap(({ name, value }, at): Part[] => {
    if (value.node === 'star') return [];
    const bound = bindExpression(b, value, { relation });
    return [{ name: name?.name ?? bound.label ?? unnamed(at), bound }];
  });
  const star = args.find(({ value }) => value.node === 'star')?.value;
  if (star === undefined) return named;
  const taken = new Set(named.map(({ bound }) => bound.label));
  const others = allFields(relation).filter((field) => !taken.has(field.name) && !keys.has(field.name));
  return [...named, ...others.map((field) => ({ name: field.name, bound: columnOf(b, field.name, star, relation) }))];
}

function columnOf(b: Binder, name: string, place: Span, relation: Input['relation']): Bound {
  return bindExpression(b, { node: 'name', name, depth: 1, start: place.start, end: place.end }, { relation });
}

function columnsOf(parts: readonly Part[]): BoundAggregate['columns'] {
  return parts.map(({ name, bound }) => ({ name, type: bound.type, uses: bound.uses }));
}

/** arg_max(x, a, b): a and b of the row with the greatest x; of the first such row when there are several. */
function bindArgExtreme(b: Binder, call: Call, input: Input, kind: 'max' | 'min'): BoundAggregate {
  const direction = kind === 'max' ? 1 : -1;
  const first = call.args[0]?.value;
  if (first?.node === 'star') refuse(b, 'KQL002', `${call.name}() first takes what to compare.`, call);
  const key = first && bindExpression(b, first, { relation: input.relation }).label;
  const parts = bindParts(b, call.args, input, (at) => `${kind}_${key ?? ''}${at === 0 ? '' : `_arg${at}`}`);
  if (parts[0] !== undefined) mustFit(b, call, parts[0].bound, AGGREGATES[call.name]?.accepts);
  const columns = columnsOf(parts);
  const reads = parts.map(({ bound }) => compileExpression(bound));
  const start = (): RowCollector => {
    let best: readonly Value[] | undefined;
    return {
      add: (row, run) => {
        const value = reads[0]?.(row, run) ?? null;
        if (value === null || (best !== undefined && compare(value, best[0]) * direction <= 0)) return;
        best = reads.map((read) => read(row, run));
      },
      results: () => best ?? columns.map((column) => absent(column.type)),
    };
  };
  return { columns, start };
}

/**
 * take_any(a, b): the values of the first row, so that the same data gives the same answer; of one column the first
 * value that is neither null nor empty, as Kusto prefers.
 */
function bindAny(b: Binder, call: Call, input: Input, prefix: string): BoundAggregate {
  const parts = bindParts(b, call.args, input, (at) =>
    prefix === '' ? `any_arg${at}` : call.args.length === 1 ? '' : `arg${at}`,
  );
  const columns = columnsOf(parts).map((column) => ({ ...column, name: `${prefix}${column.name}` }));
  const reads = parts.map(({ bound }) => compileExpression(bound));
  const start = (): RowCollector => {
    let found: readonly Value[] | undefined;
    const wants = () => found === undefined || (found.length === 1 && (found[0] === null || found[0] === ''));
    return {
      add: (row: Row, run: Run) => {
        if (wants()) found = reads.map((read) => read(row, run));
      },
      results: () => found ?? columns.map((column) => absent(column.type)),
    };
  };
  return { columns, start };
}

/** percentile(x, 95), percentiles(x, 50, 95) and, as one array, percentiles_array(x, 50, 95). */
function bindPercentiles(b: Binder, call: Call, { relation }: Input): BoundAggregate {
  const [measured, ...rest] = call.args.map((arg) => bindExpression(b, arg.value, { relation }));
  if (measured === undefined) return refuse(b, 'KQL007', `${call.name}() takes what to measure.`, call);
  mustFit(b, call, measured, measurable);
  const asArray = call.name === 'percentiles_array';
  const percents = rest.flatMap((bound) => percentsOf(b, call, bound, asArray));
  const label = measured.label ?? '';
  const type = percentileType(measured.type);
  const read = compileExpression(measured);
  const columns = asArray
    ? [{ name: `percentiles_${label}`, type: 'dynamic' as const, uses: measured.uses }]
    : percents.map((percent) => ({
        name: `percentile_${label}_${String(percent).replace('.', '_')}`,
        type,
        uses: measured.uses,
      }));
  const start = (): RowCollector => {
    const collector = collectPercentiles(percents);
    return {
      add: (row, run) => collector.add(read(row, run)),
      results: () => (asArray ? [collector.results()] : collector.results()),
    };
  };
  return { columns, start };
}

function measurable(type: ValueType): boolean {
  return isNumeric(type) || type === 'dynamic' || type === 'open' || type === 'datetime' || type === 'timespan';
}

function percentileType(type: ValueType): ValueType {
  if (isInteger(type)) return 'long';
  return type === 'decimal' ? 'real' : type;
}

function percentsOf(b: Binder, call: Call, bound: Bound, arrays: boolean): readonly number[] {
  const values = bound.kind === 'constant' && Array.isArray(bound.value) && arrays ? bound.value : undefined;
  const given = values ?? (bound.kind === 'constant' && isNumeric(bound.type) ? [bound.value] : undefined);
  if (given?.every((value) => typeof value === 'number')) return given;
  return refuse(b, 'KQL014', `${call.name}() takes percents that are known before the query runs.`, bound.span);
}
