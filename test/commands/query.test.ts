import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay } from './assay.ts';

let home: string;
let bundle: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-query-'));
  bundle = join(home, 'bundle');
  const scan = ['scan', '--estate', 'fixtures/estates/hostile-names', '--policy', 'st-min-tls', '--exit-zero', '-q'];
  expect(await assay([...scan, '--output', bundle])).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const names = 'resources | where type =~ "microsoft.storage/storageaccounts" | project name, tags | order by name asc';

describe('assay query', () => {
  it('answers from the rows of a bundle, and of its snapshot folder alike', async () => {
    const [ofBundle, ofSnapshot] = await Promise.all(
      [bundle, join(bundle, 'snapshot')].map((folder) => assay(['query', folder, names, '--json'])),
    );
    expect(ofBundle).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(ofBundle?.stdout ?? '').length).toBeGreaterThan(1);
    expect(ofSnapshot?.stdout).toBe(ofBundle?.stdout);
  });

  it('prints one JSON object a row as NDJSON', async () => {
    const { stdout } = await assay(['query', bundle, names, '--format', 'ndjson']);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(rows.map((row) => Object.keys(row))).toEqual(rows.map(() => ['name', 'tags']));
  });

  it('keeps a formula out of a spreadsheet, and control characters out of a terminal', async () => {
    const print = (format: string) =>
      assay(['query', bundle, `print a = '=1+1', b = '\u001b[31mred'`, '--format', format]);
    expect((await print('csv')).stdout).toContain("'=1+1");
    const { stdout } = await print('table');
    expect(stdout).toContain('<U+001B>[31mred');
    expect(stdout).not.toContain('\u001b');
  });

  it('takes the query from a file or from standard input', async () => {
    const file = join(home, 'q.kql');
    writeFileSync(file, 'print n = 6 * 7');
    expect((await assay(['query', bundle, '--file', file])).stdout).toMatch(/^n\n--\n42\n1 row\n$/);
    const piped = spawnSync(process.execPath, ['dist/cli.js', 'query', bundle, '-f', 'csv'], {
      input: 'print n = 6 * 7',
      encoding: 'utf8',
    });
    expect(piped.stdout).toBe('n\n42\n');
  });

  it("judges now() at the snapshot's clock, or at the moment given", async () => {
    const ask = (...more: string[]) => assay(['query', bundle, 'print t = now()', '--format', 'csv', ...more]);
    expect((await ask()).stdout).toBe('t\n2026-11-20T02:00:00.0000000Z\n');
    expect((await ask('--now', '2027-01-01')).stdout).toBe('t\n2027-01-01T00:00:00.0000000Z\n');
  });

  it('lists what was collected', async () => {
    const { stdout } = await assay(['query', bundle, '--tables']);
    expect(stdout).toMatch(/^resources +\d+ rows$/m);
    expect(stdout).toMatch(/^ +\d+ {2}microsoft\.storage\/storageaccounts$/m);
  });

  it('explains without running: reads, steps, columns, and whether Resource Graph can run it', async () => {
    const explain = async (kql: string) =>
      JSON.parse((await assay(['query', bundle, kql, '--explain', '--json'])).stdout);
    expect(
      await explain("resources | where type == 'a.b/c' | project id, tls = properties.minimumTlsVersion"),
    ).toMatchObject({
      operators: ["where type == 'a.b/c'", 'project id, tls = properties.minimumTlsVersion'],
      reads: [{ table: 'resources', types: ['a.b/c'], paths: ['properties.minimumTlsVersion'] }],
      columns: [
        { name: 'id', type: 'string' },
        { name: 'tls', type: 'dynamic' },
      ],
      pushDown: { possible: true, because: [] },
    });
    expect((await explain('childresources | project id')).pushDown).toEqual({
      possible: false,
      because: ['Resource Graph has no table childresources'],
    });
    expect((await explain("let n = 'x'; resources | where location == n | project id")).pushDown.possible).toBe(false);
  });

  it.each([
    [['where locaton == 1'], /1:7 KQL005 [\s\S]*\^{7}[\s\S]*location/],
    [['nowhere | take 1'], /1:1 KQL004/],
    [['print 1', '--file', 'q.kql'], /given twice/],
    [['--file', 'no-such.kql'], /no-such\.kql cannot be read/],
    [['print 1', '--format', 'xml'], /Allowed choices are table, csv, json, ndjson/],
  ])('%j is refused with the way out', async (args, message) => {
    const ran = await assay(['query', bundle, ...args]);
    expect(ran.stderr).toMatch(message);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
  });

  it('wants a bundle or a snapshot', async () => {
    const ran = await assay(['query', home, 'print 1']);
    expect(ran.stderr).toMatch(/neither a bundle nor a snapshot/);
    expect(ran.status).toBe(2);
  });
});
