import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotError } from './errors.ts';
import { partitionFile } from './partition.ts';
import { missingPart, parseJson, readRows, sumOfFile } from './read-rows.ts';
import type { Partition, Row, Snapshot, SnapshotHeader } from './snapshot.ts';

/**
 * Bytes of partitions whose rows are kept after the first reading. Small partitions are asked for again and again; rows
 * of large ones would fill the memory, and parsing them again costs less than collecting them as garbage.
 */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Opens a snapshot folder. Its sums are checked first, over every byte; rows are parsed when they are asked for, by
 * partition. Throws SnapshotError where a file is missing or a byte differs from the sums.
 */
export function openSnapshot(folder: string): Snapshot {
  const headerText = readText(folder, 'snapshot.json');
  const header = parseHeader(folder, headerText);
  checkSums(folder, header, headerText);
  const rowsOf = keeping(folder);
  return {
    header,
    rows: (table, types, names) => {
      if (table.toLowerCase() === 'collectionerrors') return header.errors as unknown as readonly Row[];
      const record = header.tables.find((one) => one.name === table.toLowerCase());
      const wanted = types === undefined ? null : new Set(types.map((type) => type.toLowerCase()));
      const parts = record?.partitions.filter((part) => wanted === null || wanted.has(part.type)) ?? [];
      const [only] = parts;
      return parts.length === 1 && only !== undefined ? rowsOf(only, names) : rowsOfAll(parts, rowsOf);
    },
  };
}

type RowsOf = (part: Partition, names?: ReadonlySet<string>) => Iterable<Row>;

function* rowsOfAll(parts: readonly Partition[], rowsOf: RowsOf): Iterable<Row> {
  for (const part of parts) yield* rowsOf(part);
}

/** Reads partitions, and keeps the rows of the first ones that together are small. */
function keeping(folder: string): RowsOf {
  const kept = new Map<string, readonly Row[]>();
  let room = KEPT_BYTES;
  return ({ file }, names) => {
    const known = kept.get(file);
    if (known !== undefined) return known;
    const path = join(folder, file);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > room) return readRows(path, names);
    room -= size;
    const rows = [...readRows(path)];
    kept.set(file, rows);
    return rows;
  };
}

function parseHeader(folder: string, text: string): SnapshotHeader {
  const header: unknown = parseJson(join(folder, 'snapshot.json'), text);
  const format = typeof header === 'object' && header !== null && 'format' in header ? header.format : undefined;
  if (format === 'assay-snapshot/1') return header as SnapshotHeader;
  const said = format === undefined ? 'has no format' : `has the format ${JSON.stringify(format)}`;
  throw new SnapshotError(
    'unsupported-format',
    join(folder, 'snapshot.json'),
    `${said}; this version reads assay-snapshot/1`,
  );
}

function checkSums(folder: string, header: SnapshotHeader, headerText: string): void {
  const sums = sumsOf(readText(folder, 'snapshot.sha256'));
  compare(folder, 'snapshot.json', sums.get('snapshot.json'), sha256(headerText));
  for (const table of header.tables)
    for (const part of table.partitions) {
      // The header names files: only the names that this table and type give are read.
      if (part.file !== partitionFile(table.name, part.type))
        throw new SnapshotError('not-a-snapshot', folder, `the header names the file ${JSON.stringify(part.file)}`);
      const found = sumOfFile(join(folder, part.file));
      compare(folder, part.file, part.sha256, found);
      compare(folder, part.file, sums.get(part.file), found);
    }
}

function compare(folder: string, file: string, wanted: string | undefined, found: string): void {
  if (wanted === found) return;
  const message = 'its bytes do not match the sum that was written with it. Collect again; nothing was judged';
  throw new SnapshotError('bytes-differ', join(folder, file), message);
}

const sumsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split('\n').map((line) => [line.slice(66), line.slice(0, 64)]));

function readText(folder: string, file: string): string {
  const path = join(folder, file);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw missingPart(
      path,
      error,
      file === 'snapshot.json' ? 'no snapshot there' : 'a part of the snapshot is missing',
    );
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
