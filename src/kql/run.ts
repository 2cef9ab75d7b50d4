import type { Datetime } from './datetime.ts';
import type { ReadDraft } from './scan.ts';

/** A row inside a pipeline: a source record, or a frame that an operator made. Only fields know how to read it. */
export type Row = unknown;

type SourceRow = Readonly<Record<string, unknown>>;

/** What one run of a query shares: its clock, its tables, its abort signal and the values remembered per row. */
export interface Run {
  readonly now: Datetime;
  readonly table: (name: string, types: readonly string[] | undefined) => Iterable<SourceRow>;
  readonly signal: AbortSignal | undefined;
  /** Memory of remembered fields: the last row and its value, by the field's number. */
  readonly memoRow: Row[];
  readonly memoValue: unknown[];
  /** Results of sub-queries and other things computed once a run. */
  readonly once: Map<object, unknown>;
  /** Rows that stand for all rows of one read, while a caller hands out a partition piece by piece. */
  piece: { readonly read: ReadDraft; readonly rows: Iterable<SourceRow> } | undefined;
  /** Whether the query is run piece by piece, so that what does not depend on the piece is kept. */
  readonly pieces: boolean;
  /** What the run may still hold at once, in values. */
  readonly memory: { left: number; readonly limit: number };
}

/** Computes a value of a row. */
export type Eval = (row: Row, run: Run) => unknown;

/** Ends the run when its caller wants that. Every loop that can be long asks once a row. */
export function poll({ signal }: Run): void {
  if (signal?.aborted === true) signal.throwIfAborted();
}

/** Counts what an operator keeps. Throws RangeError when all together keep more than the run may hold. */
export function hold({ memory }: Run, values: number): void {
  memory.left -= values;
  if (memory.left >= 0) return;
  throw new RangeError(`It would hold more than ${memory.limit} values in memory at once.`);
}

/** Takes back what was counted, when an operator is through. */
export function release({ memory }: Run, values: number): void {
  memory.left += values;
}
