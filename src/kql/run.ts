import type { Datetime } from './datetime.ts';

/** A row inside a pipeline: a source record, or a frame that an operator made. Only fields know how to read it. */
export type Row = unknown;

/** What one run of a query shares: its clock, its tables, its abort signal and the values remembered per row. */
export interface Run {
  readonly now: Datetime;
  readonly table: (name: string, types: readonly string[] | undefined) => Iterable<Readonly<Record<string, unknown>>>;
  readonly signal: AbortSignal | undefined;
  /** Memory of remembered fields: the last row and its value, by the field's number. */
  readonly memoRow: Row[];
  readonly memoValue: unknown[];
  /** Results of sub-queries and other things computed once a run. */
  readonly once: Map<object, unknown>;
}

/** Computes a value of a row. */
export type Eval = (row: Row, run: Run) => unknown;
