import { KqlError } from './errors.ts';
import type { Plan } from './plan.ts';
import { allFields } from './relation.ts';
import { poll, type Run } from './run.ts';
import { output } from './value.ts';

/** How rows leave a run: where errors point to, and how many rows may come and have come. */
export interface Output {
  readonly text: string;
  readonly run: Run;
  readonly maxRows: number | undefined;
  readonly given: { rows: number };
}

/** The rows of a query as values in column order. Throws KqlError, and the signal's reason. */
export function* outputRows({ relation }: Plan, { text, run, maxRows, given }: Output): Iterable<readonly unknown[]> {
  const reads = allFields(relation).map((field) => field.read);
  const rows = within(text, () => relation.rows(run)[Symbol.iterator]());
  const next = () => nextRow(rows, reads, run);
  try {
    for (;;) {
      poll(run);
      const row = within(text, next);
      if (row === undefined) return;
      if (maxRows !== undefined && ++given.rows > maxRows) {
        const hint = 'Narrow the query with where, or allow more rows.';
        throw new KqlError('KQL016', `The query gives more than ${maxRows} rows.`, { text, span: whole(text), hint });
      }
      yield row;
    }
  } finally {
    rows.return?.();
  }
}

function nextRow(
  rows: Iterator<unknown>,
  reads: readonly ((row: unknown, run: Run) => unknown)[],
  run: Run,
): readonly unknown[] | undefined {
  const next = rows.next();
  if (next.done === true) return undefined;
  const values: unknown[] = [];
  for (const read of reads) values.push(output(read(next.value, run)));
  return values;
}

/** What data can provoke (stack or string limits, a pattern out of a column) becomes an error of the query. */
export function within<T>(text: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof SyntaxError) throw new KqlError('KQL012', error.message, { text, span: whole(text) });
    if (error instanceof RangeError)
      throw new KqlError('KQL017', `The query cannot be computed: ${error.message}`, { text, span: whole(text) });
    throw error;
  }
}

function whole(text: string): { start: number; end: number } {
  return { start: 0, end: text.length };
}
