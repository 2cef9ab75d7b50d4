import { type Catalog, catalogOf, inferColumns, OPEN_CATALOG } from './catalog.ts';
import { Datetime, parseDatetime } from './datetime.ts';
import type { PathUse } from './lineage.ts';
import { outputRows, within } from './output.ts';
import { parse } from './parse.ts';
import { type Plan, plan } from './plan.ts';
import { allFields } from './relation.ts';
import type { Run } from './run.ts';
import { type DrivingRead, drivingRead, type Session, startSession } from './session.ts';
import { isTableSource, type TableRow, type Tables, tableReader } from './table.ts';
import { type Column, publicType } from './value-type.ts';

export { formatKqlError, KqlError } from './errors.ts';
export type { PathUse } from './lineage.ts';
export type { DrivingRead, Feed, Session } from './session.ts';
export type { TableRow, TableSource, Tables } from './table.ts';
export type { Column, KqlType } from './value-type.ts';

export interface CompileOptions {
  /**
   * The tables and their columns. Table names are matched ignoring case, columns exactly. With it an unknown table or
   * column is an error with its place and the nearest right name; without it any name is a column, whose values decide.
   */
  readonly schema?: Readonly<Record<string, readonly Column[]>>;
  /** The table of a query that starts with an operator (`where …`). */
  readonly implicitTable?: string;
}

/** One reference to a table. */
export interface TableRead {
  readonly table: string;
  /**
   * Values of the column `type`, lower-cased, outside which no row can matter; null when the query proves nothing.
   * Proven by a where on `type` with ==, =~, in or in~ against literals, before the rows are joined or reduced.
   */
  readonly types: readonly string[] | null;
  /** Property paths read below its columns: `properties.encryption.type`, `properties.rules[].name`. */
  readonly paths: readonly string[];
}

export interface RunOptions {
  /** The clock of now() and ago(), an ISO 8601 time. */
  readonly now: string;
  readonly signal?: AbortSignal;
  /** More rows than this are an error (KQL016), never a shorter answer. */
  readonly maxRows?: number;
  /** How many values joins, groups and sorting may keep at once; more are an error (KQL017). Ten million by default. */
  readonly maxHeld?: number;
}

export interface CompiledQuery {
  readonly text: string;
  /** The columns of the result. Of a table without a schema, when no project follows: the columns the query names. */
  readonly columns: readonly Column[];
  /** The tables it names, each once. */
  readonly tables: readonly string[];
  readonly reads: readonly TableRead[];
  readonly paths: readonly PathUse[];
  /** Set when each row of the result comes of one row of one read, so that the rows can be brought in pieces. */
  readonly driver: DrivingRead | null;
  /**
   * Runs the query, row by row as the caller asks for them. Values: null is null (a string never is), datetime as ISO
   * text with seven digits and Z, timespan as Kusto text, long beyond 2^53 as bigint, decimal as text, dynamic as JSON.
   * Throws KqlError (KQL004, KQL012, KQL016, KQL017), TypeError for a clock that is no time, the signal's reason.
   */
  run(tables: Tables, options: RunOptions): Iterable<readonly unknown[]>;
  /** Begins a run whose rows the caller brings, for one who reads each partition once for many queries. */
  session(tables: Tables, options: RunOptions): Session;
}

/** Parses, binds and compiles a query. Throws KqlError with the place of the first mistake. */
export function compile(text: string, options: CompileOptions = {}): CompiledQuery {
  const catalog = options.schema === undefined ? OPEN_CATALOG : catalogOf(options.schema);
  return compileWith(text, catalog, options);
}

/**
 * Compiles and runs a query over rows in memory. Without a schema the columns are inferred from the rows (string, long,
 * real, bool; mixed or only null: dynamic). `tables` may be missing for queries that bring their own data.
 */
export function query(
  text: string,
  tables: Tables | undefined,
  options: RunOptions & CompileOptions,
): { columns: Column[]; rows: unknown[][] } {
  const given = readOnce(tables ?? {});
  const compiled = compileWith(text, catalogFor(given, options), options);
  return { columns: [...compiled.columns], rows: Array.from(compiled.run(given, options), (row) => [...row]) };
}

function catalogFor(tables: Tables, { schema }: CompileOptions): Catalog {
  if (schema !== undefined) return catalogOf(schema);
  if (isTableSource(tables)) return OPEN_CATALOG;
  const named = Object.entries(tables).map(([name, rows]) => [name, inferColumns([...rows])] as const);
  return catalogOf(Object.fromEntries(named));
}

/** Rows may come from a generator, which gives them once; inferring and running read them twice. */
function readOnce(tables: Tables): Tables {
  if (isTableSource(tables)) return tables;
  return Object.fromEntries(Object.entries(tables).map(([name, rows]): [string, TableRow[]] => [name, [...rows]]));
}

function compileWith(text: string, catalog: Catalog, { implicitTable }: CompileOptions): CompiledQuery {
  const bound = within(text, () => plan(parse(text), { catalog, implicitTable }));
  const fields = allFields(bound.relation);
  const declared = catalog !== OPEN_CATALOG;
  return {
    text,
    columns: fields.map((field) => ({ name: field.name, type: publicType(field.type) })),
    tables: [...new Set(bound.reads.map((read) => read.table))],
    reads: bound.reads.map(({ table, types, paths }) => ({
      table,
      types: types ? [...types] : null,
      paths: [...paths].sort(),
    })),
    paths: bound.lineage.finish(),
    driver: drivingRead(bound),
    run: (tables, options) => {
      const run = startRun(bound, options, { table: tableReader(tables, text, declared), pieces: false });
      return outputRows(bound, { text, run, maxRows: options.maxRows, given: { rows: 0 } });
    },
    session: (tables, options) => {
      const run = startRun(bound, options, { table: tableReader(tables, text, declared), pieces: true });
      return startSession(bound, { text, run, maxRows: options.maxRows, given: { rows: 0 } });
    },
  };
}

const MAX_HELD = 10_000_000;

function startRun(
  bound: Plan,
  { now, signal, maxHeld = MAX_HELD }: RunOptions,
  how: Pick<Run, 'table' | 'pieces'>,
): Run {
  const clock = parseDatetime(now);
  if (clock === null)
    throw new TypeError(`'${now}' is not a time. Give now as ISO 8601, for example 2026-01-31T00:00:00Z.`);
  const slots = bound.slots();
  return {
    now: new Datetime(clock.ticks),
    signal,
    memoRow: Array.from({ length: slots }, () => undefined),
    memoValue: Array.from({ length: slots }, () => undefined),
    once: new Map(),
    piece: undefined,
    memory: { left: maxHeld, limit: maxHeld },
    ...how,
  };
}
