import type { Field } from './field.ts';
import type { Intake } from './operators/intake.ts';
import type { Eval, Row, Run } from './run.ts';
import type { ReadDraft } from './scan.ts';

/** A tabular expression: its columns and how its rows are made. Nothing is computed before `rows` is called. */
export interface Relation {
  readonly fields: readonly Field[];
  /** Set while the rows come from a table without a schema: any further name is a column too. */
  readonly open: OpenNames | undefined;
  readonly rows: (run: Run) => Iterable<Row>;
  /** Set while every row is a row of this one read, so that a where on `type` tells which partitions matter. */
  readonly read: Narrowing | undefined;
}

export interface OpenNames {
  /** The column of a name, which from now on counts as named. */
  readonly field: (name: string) => Field;
  /** The same without naming it. */
  readonly silent: (name: string) => Field;
  /** The names asked for so far, in order: all that can be said about the columns. */
  readonly named: () => readonly Field[];
  /** Every entry of a row, for pack_all(). */
  readonly entries: Eval;
}

/** One reference to a table: columns of it whose values a where can narrow, lower-cased. */
export interface Narrowing {
  readonly columns: readonly { readonly field: Field; readonly narrow: (values: ReadonlySet<string>) => void }[];
}

export function fieldNamed(relation: Relation, name: string): Field | undefined {
  return relation.fields.find((field) => field.name === name) ?? relation.open?.field(name);
}

/** All columns that can be listed: the declared ones, then the open ones named so far. */
export function allFields(relation: Relation): readonly Field[] {
  const own = new Set(relation.fields.map((field) => field.name));
  return [...relation.fields, ...(relation.open?.named() ?? []).filter((field) => !own.has(field.name))];
}

/** A name that none of the taken ones has: `id`, `id1`, `id2` … */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let suffix = 1; ; suffix++) {
    if (!taken.has(`${name}${suffix}`)) return `${name}${suffix}`;
  }
}

/** Where rows that pass one by one come from, and what has to be known before they can. */
export interface Driver {
  readonly read: ReadDraft;
  readonly needs: readonly Intake[];
  /** Whether the whole has an order that its parts do not tell. */
  readonly sorted: boolean;
}

type Rows = Relation['rows'];

const DRIVERS = new WeakMap<Rows, Driver>();

/**
 * Marks rows of which each comes of exactly one row of a read, whatever other rows that read has: rows of a part of a
 * partition are then a part of the rows. The mark stands on the function, so that an operator that makes other rows out
 * of its input has no mark unless it says so.
 */
export function rowByRow(driver: Driver | undefined, rows: Rows): Rows {
  if (driver !== undefined) DRIVERS.set(rows, driver);
  return rows;
}

export function driverOf({ rows }: Relation): Driver | undefined {
  return DRIVERS.get(rows);
}
