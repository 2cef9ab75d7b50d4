import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotError } from './errors.ts';
import { partitionFile } from './partition.ts';
import type { Partition, Row, Snapshot, SnapshotHeader } from './snapshot.ts';

/**
 * Opens a snapshot folder. Its sums are checked first, over every byte; rows are parsed once, when a policy asks for
 * their type. Throws SnapshotError where a file is missing or a byte differs from the sums.
 */
export function openSnapshot(folder: string): Snapshot {
  const headerText = readPart(folder, 'snapshot.json').toString('utf8');
  const header = parseHeader(folder, headerText);
  checkSums(folder, header, headerText);
  const parsed = new Map<string, readonly Row[]>();
  const rowsOf = (part: Partition): readonly Row[] => {
    const rows = parsed.get(part.file) ?? parseRows(folder, part);
    parsed.set(part.file, rows);
    return rows;
  };
  return {
    header,
    rows: (table, types) => {
      if (table.toLowerCase() === 'collectionerrors') return header.errors as unknown as readonly Row[];
      const record = header.tables.find((one) => one.name === table.toLowerCase());
      const wanted = types === undefined ? null : new Set(types.map((type) => type.toLowerCase()));
      const parts = record?.partitions.filter((part) => wanted === null || wanted.has(part.type)) ?? [];
      return parts.flatMap(rowsOf);
    },
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
  const sums = sumsOf(readPart(folder, 'snapshot.sha256').toString('utf8'));
  compare(folder, 'snapshot.json', sums.get('snapshot.json'), sha256(headerText));
  for (const table of header.tables)
    for (const part of table.partitions) {
      // The header names files: only the names that this table and type give are read.
      if (part.file !== partitionFile(table.name, part.type))
        throw new SnapshotError('not-a-snapshot', folder, `the header names the file ${JSON.stringify(part.file)}`);
      const found = sha256(readPart(folder, part.file));
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

function readPart(folder: string, file: string): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    const what = file === 'snapshot.json' ? 'no snapshot there' : 'a part of the snapshot is missing';
    throw new SnapshotError('missing', join(folder, file), `${what} (${code})`);
  }
}

function parseRows(folder: string, part: Partition): readonly Row[] {
  const rows: Row[] = [];
  const text = readPart(folder, part.file).toString('utf8');
  for (const line of text.split('\n')) if (line !== '') rows.push(parseJson(join(folder, part.file), line) as Row);
  return rows;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError('bad-row', file, `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
