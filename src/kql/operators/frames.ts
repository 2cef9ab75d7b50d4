import { type Field, through } from '../field.ts';
import { driverOf, type OpenNames, type Relation, rowByRow } from '../relation.ts';
import type { Eval, Row, Run } from '../run.ts';

/** A row that holds an inner row at place 0 and computed values behind it. */
type Frame = readonly unknown[];

/** Up to here a frame of all values is smaller than a source row and what hangs on it. */
const MAX_WIDTH = 12;

/**
 * Computes what is computed once and puts it into slots: for operators that keep rows (order, the right of a join) and
 * whose columns are then read again and again. Few columns are all put into slots, and the rows they come of let go.
 */
export function settle(input: Relation): Relation {
  const small = input.open === undefined && input.fields.length <= MAX_WIDTH;
  const kept = small ? input.fields : input.fields.filter((field) => field.computed);
  if (kept.length === 0) return input;
  const reads = kept.map((field) => field.read);
  const slots = new Map(kept.map((field, index) => [field, index + 1]));
  const rows = function* (run: Run): Iterable<Row> {
    for (const row of input.rows(run)) {
      const frame: unknown[] = [small ? undefined : row];
      for (const read of reads) frame.push(read(row, run));
      yield frame;
    }
  };
  return {
    fields: input.fields.map((field) => settled(field, slots.get(field))),
    open: input.open && openThrough(input.open, innerRow),
    read: undefined,
    rows: rowByRow(driverOf(input), rows),
  };
}

function settled(field: Field, slot: number | undefined): Field {
  if (slot === undefined) return through(field, innerRow);
  return { ...field, computed: false, read: (row) => (row as Frame)[slot] };
}

export function innerRow(read: Eval): Eval {
  return (row, run) => read((row as Frame)[0], run);
}

/** The open names of an inner relation, seen from rows that hold its rows. */
export function openThrough(open: OpenNames, wrap: (inner: Eval) => Eval): OpenNames {
  return {
    field: (name) => through(open.field(name), wrap),
    silent: (name) => through(open.silent(name), wrap),
    named: () => open.named().map((field) => through(field, wrap)),
    entries: wrap(open.entries),
  };
}
