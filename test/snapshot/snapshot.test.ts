import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { partitionFile } from '../../src/snapshot/partition.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { readRows } from '../../src/snapshot/read-rows.ts';
import { type Collected, writeSnapshot } from '../../src/snapshot/write.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const at = '2026-11-20T02:00:00.0000000Z';
const collected: Collected = {
  header: {
    format: 'assay-snapshot/1',
    tool: { name: 'assay', version: '0' },
    cloud: 'test',
    endpoint: 'https://arm.example',
    tenant: null,
    principal: null,
    asOf: at,
    startedAt: at,
    endedAt: at,
    requestedScopes: ['/subscriptions/1'],
    readableScopes: ['/subscriptions/1'],
    reads: [],
    errors: [{ read: 'a/b', scope: '/subscriptions/1', status: 403, code: 'X', message: 'no', attempts: 1 }],
  },
  tables: [
    {
      name: 'resources',
      pages: 1,
      complete: true,
      query: 'resources',
      requestIds: [],
      rows: [
        { id: '/z', type: 'Microsoft.Storage/storageAccounts', __proto__: null },
        { id: '/a', type: 'microsoft.storage/storageaccounts' },
        { id: '/v', type: 'microsoft.keyvault/vaults' },
      ],
    },
    { name: 'reference', pages: 0, complete: true, requestIds: [], rows: [{ kind: 'k', name: 'n' }] },
  ],
};

describe('a snapshot on disk', () => {
  it('comes back as it was written, partitioned by lower-case type and ordered by id', async () => {
    const folder = join(home, 's');
    await writeSnapshot(folder, collected);
    const snapshot = openSnapshot(folder);
    expect([...snapshot.rows('resources', ['microsoft.storage/storageaccounts'])].map((row) => row.id)).toEqual([
      '/a',
      '/z',
    ]);
    expect([...snapshot.rows('Resources')]).toHaveLength(3);
    expect([...snapshot.rows('reference')]).toEqual([{ kind: 'k', name: 'n' }]);
    expect([...snapshot.rows('nothing')]).toEqual([]);
    expect([...snapshot.rows('collectionerrors')]).toHaveLength(1);
    expect(snapshot.header.tables[0]?.partitions.map((part) => part.file)).toEqual([
      'tables/resources/microsoft.keyvault.vaults.ndjson',
      'tables/resources/microsoft.storage.storageaccounts.ndjson',
    ]);
  });

  it('two writings of the same collection are the same bytes, whatever the order of the rows', async () => {
    await writeSnapshot(join(home, 'a'), collected);
    const [first, ...rest] = collected.tables;
    if (first === undefined) throw new Error('no table');
    await writeSnapshot(join(home, 'b'), {
      ...collected,
      tables: [{ ...first, rows: first.rows.toReversed() }, ...rest],
    });
    for (const file of filesIn('a'))
      expect(readFileSync(join(home, 'b', file)), file).toEqual(readFileSync(join(home, 'a', file)));
  });

  it('refuses to be opened when any one byte of any file has changed', async () => {
    const folder = join(home, 's');
    await writeSnapshot(folder, collected);
    for (const file of filesIn('s')) {
      const path = join(folder, file);
      const bytes = readFileSync(path);
      const changed = Buffer.from(bytes);
      const middle = Math.floor(bytes.length / 2);
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      writeFileSync(path, changed);
      expect(() => openSnapshot(folder), file).toThrow(
        /bytes do not match|is not JSON|no format|has the format|a part of the snapshot is missing/,
      );
      writeFileSync(path, bytes);
    }
    expect(() => openSnapshot(folder)).not.toThrow();
  });

  it('is never written over another, and an interrupted writing leaves nothing', async () => {
    const folder = join(home, 's');
    await writeSnapshot(folder, collected);
    await expect(writeSnapshot(folder, collected)).rejects.toMatchObject({ code: 'exists' });
    const rows = [{ id: '/x', type: '../../etc/passwd' }];
    const hostile = { ...collected, tables: [{ name: 'resources', pages: 1, complete: true, requestIds: [], rows }] };
    await expect(writeSnapshot(join(home, 't'), hostile)).rejects.toMatchObject({ code: 'bad-type' });
    expect(readdirSync(home)).toEqual(['s']);
  });

  it('is told apart from a folder that is none', () => {
    expect(() => openSnapshot(home)).toThrow(/no snapshot there/);
    writeFileSync(join(home, 'snapshot.json'), '{"format":"other/9"}');
    expect(() => openSnapshot(home)).toThrow(/assay-snapshot\/1/);
  });

  it.each(['..', 'a/../b', '/etc', 'a b', 'a\\b', 'ä'])('the type %j never becomes a file name', (type) => {
    expect(() => partitionFile('resources', type)).toThrow(/no resource has/);
  });
});

describe('the rows of a partition', () => {
  const rowsIn = (text: string, names?: readonly string[]): unknown[] => {
    const file = join(home, 'rows.ndjson');
    writeFileSync(file, text);
    return [...readRows(file, names && new Set(names))];
  };

  it('are the same however lines and letters fall on the pieces in which a file is read', () => {
    const rows = Array.from({ length: 3000 }, (_, n) => ({ id: `/ü${n}`, name: '€'.repeat(n % 97), n }));
    const long = { id: '/long', text: 'ä'.repeat(300_000) };
    const all = [...rows.slice(0, 1500), long, ...rows.slice(1500)];
    const text = all.map((row) => JSON.stringify(row)).join('\n');
    expect(rowsIn(text)).toEqual(all);
    expect(rowsIn(`\n${text}\n\n`)).toEqual(all);
    expect(rowsIn('')).toEqual([]);
  });

  it('of other names are not even parsed where a line begins with id and name', () => {
    const text = '{"id":"/a","name":"wanted","n":1}\n{"id":"/b","name":"other","n":not JSON}\n';
    expect(rowsIn(text, ['wanted'])).toEqual([{ id: '/a', name: 'wanted', n: 1 }]);
    expect(() => rowsIn(text)).toThrow(/is not JSON/);
  });

  it.each([
    ['{"id":"/a","name":"WANTED"}', 'another case'],
    ['{"name":"wanted","id":"/a"}', 'another order'],
    ['{"id":"/a", "name":"wanted"}', 'a space'],
    ['{"id":"/a","name":"w\\u0061nted"}', 'an escape in the name'],
    ['{"id":"/\\"a","name":"wanted"}', 'an escape in the id'],
    ['{"id":null,"name":"wanted"}', 'no id'],
    ['{"id":"/a","name":7}', 'a name that is no text'],
    ['{"id":"/a"}', 'no name'],
  ])('are given where the line may be one that is wanted: %s (%s)', (line) => {
    expect(rowsIn(line, ['wanted'])).toEqual([JSON.parse(line)]);
  });

  it.runIf(existsSync('/proc/self/fd'))('are let go of when the reader stops early', () => {
    const file = join(home, 'rows.ndjson');
    writeFileSync(file, '{"id":1}\n'.repeat(100_000));
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const row of readRows(file)) {
      expect(row).toEqual({ id: 1 });
      break;
    }
    expect(open()).toBe(before);
  });
});

describe('a snapshot whose partitions are too large to be kept', () => {
  it('gives their rows again and again', async () => {
    const type = 'microsoft.storage/storageaccounts';
    const rows = Array.from({ length: 20 }, (_, n) => ({
      id: `/${10 + n}`,
      name: `n${n}`,
      type,
      text: 'x'.repeat(1_000_000),
    }));
    const [, reference] = collected.tables;
    if (reference === undefined) throw new Error('no table');
    await writeSnapshot(join(home, 's'), {
      ...collected,
      tables: [{ name: 'resources', pages: 1, complete: true, requestIds: [], rows }, reference],
    });
    const snapshot = openSnapshot(join(home, 's'));
    const ids = () => [...snapshot.rows('resources', [type])].map(({ id }) => id);
    expect(ids()).toEqual(rows.map(({ id }) => id));
    expect(ids()).toHaveLength(20);
    expect([...snapshot.rows('resources', undefined)]).toHaveLength(20);
    expect([...snapshot.rows('resources', [type], new Set(['n3']))].map(({ name }) => name)).toEqual(['n3']);
  });
});

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(home, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(home, folder).length + 1));
