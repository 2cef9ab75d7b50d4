import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SnapshotError } from './errors.ts';
import { partition } from './partition.ts';
import type { Partition, Row, SnapshotHeader, TableRecord } from './snapshot.ts';

/** What a collection gathered for one table; `rows` of assay's own tables have no query and no pages. */
export interface CollectedTable {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly pages: number;
  readonly complete: boolean;
  readonly query?: string;
  readonly requestIds: readonly string[];
}

export interface Collected {
  readonly header: Omit<SnapshotHeader, 'tables'>;
  readonly tables: readonly CollectedTable[];
}

/**
 * Writes a snapshot folder: `snapshot.json`, `tables/…`, and `snapshot.sha256` over both, in the form that
 * `sha256sum -c` reads. Everything is written beside the target and renamed at the end: a killed run leaves nothing.
 * Throws SnapshotError where the folder exists.
 */
export async function writeSnapshot(folder: string, collected: Collected): Promise<void> {
  await refuseExisting(folder);
  const target = resolve(folder);
  const partial = join(dirname(target), `.${basename(target)}.partial-${randomBytes(4).toString('hex')}`);
  await mkdir(partial, { recursive: true });
  try {
    await writeParts(partial, collected);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function writeParts(folder: string, collected: Collected): Promise<void> {
  const tables: TableRecord[] = [];
  for (const table of collected.tables) tables.push(await writeTable(folder, table));
  const header: SnapshotHeader = { ...collected.header, tables };
  const text = `${JSON.stringify(header, null, 2)}\n`;
  await writeFile(join(folder, 'snapshot.json'), text);
  const sums = [
    ...tables.flatMap((table) => table.partitions.map((part) => `${part.sha256}  ${part.file}`)),
    `${sha256(text)}  snapshot.json`,
  ];
  await writeFile(join(folder, 'snapshot.sha256'), `${sums.join('\n')}\n`);
}

async function writeTable(folder: string, table: CollectedTable): Promise<TableRecord> {
  const partitions: Partition[] = [];
  for (const part of partition(table.name, table.rows)) {
    const bytes = part.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    await mkdir(dirname(join(folder, part.file)), { recursive: true });
    await writeFile(join(folder, part.file), bytes);
    partitions.push({ type: part.type, file: part.file, rows: part.rows.length, sha256: sha256(bytes) });
  }
  const { rows, ...rest } = table;
  return { ...rest, rows: rows.length, partitions };
}

async function refuseExisting(folder: string): Promise<void> {
  const exists = await stat(folder).catch(() => null);
  if (exists !== null) throw new SnapshotError('exists', folder, 'exists already. Name a folder that does not');
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
