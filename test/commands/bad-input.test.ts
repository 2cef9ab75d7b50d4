import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assay, type Ran } from './assay.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const policy = readFileSync('policies/storage/st-min-tls.yaml', 'utf8');
const estate = ['scan', '--estate', 'fixtures/estates/clean'];

function expectRefused(ran: Ran, message: RegExp): void {
  expect(ran.stderr).toMatch(message);
  expect(ran).toMatchObject({ status: 2, stdout: '' });
}

function withPolicy(change: (text: string) => string): string {
  const folder = join(home, 'policies');
  mkdirSync(folder);
  writeFileSync(join(folder, 'st-min-tls.yaml'), change(policy));
  return folder;
}

describe('policies', () => {
  it.each([
    ['a YAML error', (text: string) => `${text}\n  bad: [\n`, /st-min-tls\.yaml:\d+:\d+ /],
    [
      'an unknown key',
      (text: string) => text.replace(/^subject:/m, 'subjekt: x\nsubject:'),
      /st-min-tls\.yaml:\d+:\d+ subjekt is not a known key \[schema\]\n {4}Did you mean subject\?/,
    ],
    [
      'a query that does not compile',
      (text: string) => text.replace('| where type', '| were type'),
      /st-min-tls\.yaml:\d+:\d+ KQL\d+ /,
    ],
    [
      'a column that does not exist',
      (text: string) => text.replace('| where type ==', '| where typ =='),
      /st-min-tls\.yaml:\d+:\d+ KQL\d+ .*typ/,
    ],
    [
      'an expectation of a fact that no column gives',
      (text: string) => text.replace(/^expectation:/m, 'expectation:\n  required: [nonesuch]\nx:'),
      /st-min-tls\.yaml:\d+:\d+ /,
    ],
  ])('%s is told with its place', async (_, change, message) => {
    expectRefused(await assay([...estate, '--policies', withPolicy(change), '--output', join(home, 'out')]), message);
    expect(readdirSync(home)).toEqual(['policies']);
  });

  it('the place of a query error is the line and column in the YAML file', async () => {
    const folder = withPolicy((text) => text.replace('| where type ==', '| where typ =='));
    const lines = readFileSync(join(folder, 'st-min-tls.yaml'), 'utf8').split('\n');
    const line = lines.findIndex((one) => one.includes('| where typ ==')) + 1;
    const column = (lines[line - 1] ?? '').indexOf('typ ==') + 1;
    const { stderr } = await assay(['policy', 'lint', folder]);
    const linted = await assay(['policy', 'lint', folder]);
    expect(`${stderr}${linted.stdout}`).toContain(`st-min-tls.yaml:${line}:${column} `);
  });

  it('a missing folder, an unknown policy and an unknown option are told', async () => {
    expectRefused(await assay([...estate, '--policies', join(home, 'none')]), /none does not exist/);
    expectRefused(
      await assay([...estate, '--policy', 'st-min-tsl']),
      /there is no policy st-min-tsl\. Did you mean st-min-tls\?/,
    );
    expectRefused(await assay([...estate, '--estat', 'x']), /unknown option '--estat'[\s\S]*Did you mean --estate/);
    expectRefused(await assay([...estate, '--now', 'tomorrow']), /Write a UTC time/);
  });
});

function withEstate(): string {
  const folder = join(home, 'estate');
  cpSync('fixtures/estates/clean', folder, { recursive: true });
  return folder;
}

describe('the declaration, waivers and attestations', () => {
  it('a parameter of the wrong type is told with place and type', async () => {
    const folder = withEstate();
    const file = join(folder, 'assay.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        /class: prod/,
        'class: prod\n    parameters: { pg-backup-retention: { minDays: many } }',
      ),
    );
    expectRefused(
      await assay(['scan', '--estate', folder]),
      /assay\.yaml:\d+:\d+ .*minDays must be of type integer, and is "many"/,
    );
  });

  it('a waiver of an unknown policy stops before anything is collected', async () => {
    const folder = withEstate();
    mkdirSync(join(folder, 'waivers'));
    const waiver = readFileSync('fixtures/estates/engram/waivers/W-2026-001.yaml', 'utf8').replace(
      'st-lifecycle',
      'st-lifecycel',
    );
    writeFileSync(join(folder, 'waivers', 'W-2026-001.yaml'), waiver);
    const ran = await assay(['scan', '--estate', folder, '--output', join(home, 'out')]);
    expectRefused(
      ran,
      /W-2026-001\.yaml:4:9 there is no policy st-lifecycel \[reference\]\n {4}Did you mean st-lifecycle\?/,
    );
    expect(ran.stderr).not.toMatch(/subscriptions: /);
    expect(readdirSync(home)).toEqual(['estate']);
  });

  it('a declaration that is named and missing is an error', async () => {
    expectRefused(await assay([...estate, '--config', join(home, 'none.yaml')]), /none\.yaml does not exist/);
  });
});

describe('the estate, the scope and the credential', () => {
  it('a missing estate and a bad fault rule are told', async () => {
    expectRefused(await assay(['scan', '--estate', join(home, 'none')]), /none/);
    expectRefused(await assay([...estate, '--fault', 'GET']), /METHOD GLOB:FAULT/);
  });

  it('no readable scope is an error that names the scope and the way out', async () => {
    const ran = await assay([...estate, '--fault', 'GET /subscriptions/*:403', '--output', join(home, 'out')]);
    expectRefused(
      { ...ran, stdout: '' },
      /no requested scope can be read:\n {4}\/subscriptions\/[\s\S]*Assign the role Reader/,
    );
    expect(ran.status).toBe(2);
    expect(readdirSync(home)).toEqual([]);
  });

  it('nothing to read, a scope that is none, and no credential are told', async () => {
    expectRefused(await assay(['scan'], { cwd: home }), /Give --subscription/);
    expectRefused(await assay(['scan', '--subscription', 'mine'], { cwd: home }), /mine is no subscription id/);
    const id = '11111111-1111-4111-8111-111111111111';
    const env = { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' };
    expectRefused(
      await assay(['scan', '--subscription', id], { cwd: home, env }),
      /no credential for Azure[\s\S]*az login/,
    );
    expect(readdirSync(home)).toEqual([]);
  });

  it('a port in use is told', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    try {
      expectRefused(
        await assay(['emulate', '--estate', 'fixtures/estates/clean', '--port', String(port)]),
        new RegExp(String(port)),
      );
    } finally {
      server.close();
    }
  });
});

describe('snapshots and keys', () => {
  it('a snapshot with a changed byte is not judged', async () => {
    const folder = join(home, 'snapshot');
    await assay(['collect', '--estate', 'fixtures/estates/clean', '--output', folder]);
    const file = join(folder, 'tables/resources/microsoft.storage.storageaccounts.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').replace('TLS1_2', 'TLS1_0'));
    expectRefused(
      await assay(['evaluate', folder]),
      /microsoft\.storage\.storageaccounts\.ndjson: its bytes do not match/,
    );
    expectRefused(await assay(['scan', '--snapshot', folder, '--output', join(home, 'out')]), /bytes do not match/);
    expect(readdirSync(home)).toEqual(['snapshot']);
  });

  it('a missing key stops before the long read', async () => {
    const ran = await assay([...estate, '--sign-key', join(home, 'k.pem'), '--sign-cert', join(home, 'c.pem')]);
    expectRefused(ran, /--sign-key .*k\.pem cannot be read \(ENOENT\)/);
    expectRefused(await assay([...estate, '--sign-key', join(home, 'k.pem')]), /go together/);
  });

  it('a bundle that is not there is told', async () => {
    expectRefused(await assay(['verify', join(home, 'none')]), /none/);
  });
});

describe('help', () => {
  it.each([
    [[]],
    [['scan']],
    [['collect']],
    [['evaluate']],
    [['plan']],
    [['verify']],
    [['emulate']],
    [['policy', 'test']],
    [['policy', 'lint']],
  ])('%j explains itself with an example and ends with 0', async (command) => {
    const { status, stdout } = await assay([...command, '--help']);
    expect(status).toBe(0);
    if (command.length > 0) expect(stdout).toMatch(/Examples:\n {2}assay /);
  });

  it('loads nothing heavy', async () => {
    const { stderr } = await assay(['--help'], { env: { NODE_DEBUG: 'esm' } });
    expect(stderr).not.toMatch(/node_modules\/(@azure|pdfkit|ajv|yaml|pkijs|@sinclair)/);
  });
});
