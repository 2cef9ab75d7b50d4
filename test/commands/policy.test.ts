import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assay } from './assay.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const start = ['policy', 'new', 'st-mine', '--topic', 'st.mine', '--subject', 'microsoft.storage/storageaccounts'];

describe('assay policy new', () => {
  it('writes a policy whose tests are green and whose lint is silent, and never overwrites one', async () => {
    const folder = join(home, 'mine');
    expect(await assay([...start, '--output', folder])).toMatchObject({ status: 0 });
    const tested = await assay(['policy', 'test', folder]);
    expect(tested).toMatchObject({ status: 0 });
    expect(tested.stdout).toMatch(/ok {3}st-mine {2}3 tests, 1 mutants/);
    expect((await assay(['policy', 'lint', folder])).stdout).toMatch(/0 errors, 0 warnings/);
    expect((await assay([...start, '--output', folder])).stderr).toMatch(/exists already/);
  });

  it('turns red when the expectation is changed and the tests are not', async () => {
    const folder = join(home, 'mine');
    await assay([...start, '--output', folder]);
    const file = join(folder, 'storage', 'st-mine.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('enumCi: [Disabled]', 'enumCi: [Enabled]'));
    const { status, stdout } = await assay(['policy', 'test', folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/as wanted: \S+ expected pass, got fail/);
  });

  it.each([
    [['policy', 'new', 'St_Mine', '--topic', 'st.mine', '--subject', 'a.b/c'], /may hold a-z/],
    [['policy', 'new', 'st-mine', '--topic', 'mine', '--subject', 'a.b/c'], /must look like st\.versioning/],
    [['policy', 'new', 'st-mine', '--topic', 'st.mine', '--subject', 'Microsoft.Storage'], /lower-case type/],
    [
      ['policy', 'new', 'st-mine', '--topic', 'st.mine', '--subject', 'a.b/c', '--property', "x' | take 1"],
      /path below properties/,
    ],
  ])('%j is refused with an example', async (args, message) => {
    const ran = await assay([...args, '--output', home]);
    expect(ran.stderr).toMatch(message);
    expect(ran.status).toBe(2);
  });
});

describe('a mutant that nobody would miss', () => {
  it('is named by assay policy test', async () => {
    const folder = join(home, 'mine');
    await assay([...start, '--output', folder]);
    const file = join(folder, 'storage', 'st-mine.yaml');
    const text = readFileSync(file, 'utf8').replace(
      '| project id',
      '| where isempty(properties.untested) | project id',
    );
    writeFileSync(file, text);
    const { status, stdout } = await assay(['policy', 'test', folder]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/misspelling properties\.untested turns no test red/);
  });
});

describe('assay policy list and show', () => {
  it('say where a query runs and what a policy is', async () => {
    const list = JSON.parse((await assay(['policy', 'list', '--json'])).stdout) as { id: string; runsIn: string }[];
    const runsIn = Object.fromEntries(list.map((row) => [row.id, row.runsIn]));
    expect(runsIn['st-min-tls']).toBe('Resource Graph');
    expect(runsIn['st-lifecycle']).toMatch(/beyond Resource Graph/);
    const { stdout } = await assay(['policy', 'show', 'st-min-tls']);
    expect(stdout).toMatch(/query:\n {2}resources\n/);
    expect((await assay(['policy', 'show', 'st-min-tsl'])).stderr).toMatch(/Did you mean st-min-tls\?/);
  });
});
