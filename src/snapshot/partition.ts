import { SnapshotError } from './errors.ts';
import type { Row } from './snapshot.ts';

/** Rows of one table and one resource type, in the order in which they are written. */
export interface PartitionRows {
  readonly type: string;
  readonly file: string;
  readonly rows: readonly Row[];
}

const TYPE = /^[a-z0-9][a-z0-9.-]*(\/[a-z0-9.-]+)*$/;

/** The file of a partition, relative to the snapshot: slashes of the type become dots; rows without a type are `rows`. */
export function partitionFile(table: string, type: string): string {
  // A type becomes a file name, and a row can claim any type.
  if (!/^[a-z]+$/.test(table) || (type !== '' && (!TYPE.test(type) || type.includes('..'))))
    throw new SnapshotError(
      'bad-type',
      `tables/${table}`,
      `a row has the type ${JSON.stringify(type)}, which no resource has`,
    );
  return `tables/${table}/${type === '' ? 'rows' : type.replaceAll('/', '.')}.ndjson`;
}

/** Splits a table's rows by lower-cased type; rows are ordered by id so that the same estate gives the same bytes. */
export function partition(table: string, rows: readonly Row[]): readonly PartitionRows[] {
  const byType = new Map<string, Row[]>();
  for (const row of rows) {
    const type = typeof row.type === 'string' ? row.type.toLowerCase() : '';
    const known = byType.get(type);
    if (known === undefined) byType.set(type, [row]);
    else known.push(row);
  }
  return [...byType]
    .sort(([a], [b]) => order(a, b))
    .map(([type, of]) => ({ type, file: partitionFile(table, type), rows: sorted(of) }));
}

function sorted(rows: readonly Row[]): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: String(row.id ?? row.name ?? '').toLowerCase() }));
  return keyed.sort((a, b) => order(a.key, b.key)).map(({ row }) => row);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
