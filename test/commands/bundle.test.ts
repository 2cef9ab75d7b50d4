import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBundle } from '../../src/evidence/verify.ts';
import { assay, type Ran } from './assay.ts';

let home: string;
let bundle: string;
let scanned: Ran;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  bundle = join(home, 'bundle');
  scanned = await assay(['scan', '--estate', 'fixtures/estates/engram', '--output', bundle]);
}, 120_000);
afterAll(() => {
  allow(home);
  rmSync(home, { recursive: true, force: true });
});

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

function allow(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) allow(join(folder, entry.name));
}

function deny(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) deny(path);
    else chmodSync(path, 0o444);
  }
  chmodSync(folder, 0o555);
}

describe('assay scan', () => {
  it('ends with 1, keeps data on stdout and progress on stderr', () => {
    expect(scanned.status, scanned.stderr).toBe(1);
    expect(scanned.stdout).toMatch(/^assay 0\.1\.0 {2}Engram platform at Customer A/);
    expect(scanned.stdout).toMatch(/untrusted/);
    expect(scanned.stderr).toMatch(/subscriptions: 2/);
    expect(scanned.stderr).not.toMatch(/assay 0\.1\.0/);
  });

  it('writes every file that a bundle has', () => {
    const files = filesIn(bundle);
    for (const name of [
      'report.pdf',
      'results.json',
      'findings.csv',
      'controls.csv',
      'waivers.csv',
      'errors.csv',
      'plan.md',
      'plan.csv',
      'plan.json',
      'scope.json',
      'principal.json',
      'tool.json',
      'VERIFY.md',
      'chain.pem',
      'SHA256SUMS',
      'SHA256SUMS.p7s',
      'inputs/run.json',
      'inputs/assay.yaml',
      'inputs/waivers/W-2026-001.yaml',
      'inputs/attestations/A-2026-001.yaml',
      'snapshot/snapshot.json',
      'queries/st-private.kql',
      'facts/st-private.csv',
      'inputs/policies/st-private.yaml',
      'inputs/controls/AI-SEC-01.yaml',
    ])
      expect(files, name).toContain(name);
  });

  it('puts no token, no secret and no path of this machine into the bundle', () => {
    for (const name of filesIn(bundle)) {
      const text = readFileSync(join(bundle, name), 'latin1');
      expect(text, name).not.toMatch(/eyJ[A-Za-z0-9_-]{20,}\.eyJ/);
      expect(text, name).not.toContain(home);
      expect(text, name).not.toContain(process.cwd());
    }
  });

  it('refuses to write where something stands', async () => {
    const again = await assay(['scan', '--estate', 'fixtures/estates/engram', '--output', bundle]);
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toMatch(/exists already/);
  });
});

describe('assay verify', () => {
  it('accepts the bundle, says that the signer is not trusted, and judges it again', async () => {
    const { status, stdout } = await assay(['verify', bundle]);
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/^verified/);
    expect(stdout).toMatch(/NOT TRUSTED/);
    expect(stdout).toMatch(/\d+ findings judged again, \d+ files byte for byte the same/);
  });

  it('accepts a bundle that was judged by policies alone, without any control', async () => {
    const alone = join(home, 'alone');
    const policies = join(home, 'policies');
    mkdirSync(policies);
    cpSync('policies/storage/st-min-tls.yaml', join(policies, 'st-min-tls.yaml'));
    const args = ['scan', '--estate', 'fixtures/estates/clean', '--policies', policies, '--output', alone];
    expect(await assay(args)).toMatchObject({ status: 0 });
    expect(filesIn(alone).filter((name) => name.startsWith('inputs/controls'))).toEqual([]);
    const { status, stdout } = await assay(['verify', alone]);
    expect(status, stdout).toBe(0);
  });

  it('with --trust refuses a signer that does not chain to it, and accepts one that does', async () => {
    expect(await assay(['verify', bundle, '--trust', join(bundle, 'chain.pem')])).toMatchObject({ status: 0 });
    const other = join(home, 'other');
    await assay(['scan', '--estate', 'fixtures/estates/clean', '--output', other]);
    const refused = await assay(['verify', bundle, '--trust', join(other, 'chain.pem')]);
    expect(refused.status).toBe(4);
  });

  it('names the file when one byte of any file has changed', async () => {
    for (const name of filesIn(bundle)) {
      const path = join(bundle, name);
      const bytes = readFileSync(path);
      const changed = Buffer.from(bytes);
      const at = Math.floor(bytes.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(path, changed);
      const { problems } = await checkBundle(bundle);
      writeFileSync(path, bytes);
      const named = name.startsWith('SHA256SUMS') ? /^SHA256SUMS/ : new RegExp(`^${name.replaceAll('.', '\\.')}$`);
      expect(
        problems.map((problem) => problem.path ?? ''),
        name,
      ).toEqual(expect.arrayContaining([expect.stringMatching(named)]));
    }
    expect((await checkBundle(bundle)).problems).toEqual([]);
  });

  it('ends with 4 for a changed byte and for an added file', async () => {
    const copy = join(home, 'copy');
    cpSync(bundle, copy, { recursive: true });
    writeFileSync(join(copy, 'findings.csv'), readFileSync(join(copy, 'findings.csv'), 'utf8').replace('fail', 'pass'));
    const changed = await assay(['verify', copy]);
    expect(changed.status).toBe(4);
    expect(changed.stdout).toMatch(/findings\.csv/);
    cpSync(join(bundle, 'findings.csv'), join(copy, 'findings.csv'));
    writeFileSync(join(copy, 'extra.txt'), 'x');
    const added = await assay(['verify', copy]);
    expect(added.status).toBe(4);
    expect(added.stdout).toMatch(/extra\.txt/);
  });

  it('says of a timestamp that it was not checked, and shows no escape of a hostile sealer', async () => {
    const { seal } = await import('./forged-bundle.ts');
    const hostile = await seal(bundle, join(home, 'hostile'), (name, text) =>
      name === 'tool.json' ? text.replace('"version": "0.1.0"', '"version": "9\\u001b[2J"') : text,
    );
    writeFileSync(join(hostile, 'SHA256SUMS.tsr'), 'x');
    const { stdout } = await assay(['verify', hostile]);
    expect(stdout).toMatch(/made by {7}assay 9\\u001b\[2J, judged again/);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/timestamp {5}SHA256SUMS\.tsr is here and NOT CHECKED/);
  });

  it('re-performs in another time zone, language and folder, on a read-only bundle, with the network denied', async () => {
    const copy = join(home, 'read-only');
    cpSync(bundle, copy, { recursive: true });
    deny(copy);
    const preload = `${process.cwd()}/test/commands/no-network.mjs`;
    const { status, stdout, stderr } = await assay(['verify', copy, '--json'], {
      cwd: tmpdir(),
      env: { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      node: ['--import', preload],
    });
    expect(status, stderr + stdout).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, problems: [], reperformed: { differing: [] } });
  });

  it('finds a sealed verdict that its own inputs do not give', async () => {
    // Sealed honestly over a forged result: every hash and signature holds, only judging again tells.
    const { forge } = await import('./forged-bundle.ts');
    const forged = await forge(bundle, join(home, 'forged'));
    const { status, stdout } = await assay(['verify', forged]);
    expect(status).toBe(4);
    expect(stdout).toMatch(/findings\.csv: judging again gives other bytes/);
  });
});

describe('the same snapshot and the same moment', () => {
  it('give identical results, tables and unsigned report, whoever signs', async () => {
    const snapshot = join(bundle, 'snapshot');
    const args = ['--now', '2026-11-20T02:00:00Z', '--config', 'fixtures/estates/engram/assay.yaml'];
    const [one, two] = [join(home, 'one'), join(home, 'two')];
    for (const [out, env] of [
      [one, { TZ: 'UTC' }],
      [two, { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8' }],
    ] as const)
      expect((await assay(['evaluate', snapshot, ...args, '--output', out], { env })).status).toBe(1);
    expect(filesIn(two)).toEqual(filesIn(one));
    for (const name of filesIn(one))
      expect(readFileSync(join(two, name)).equals(readFileSync(join(one, name))), name).toBe(true);
    expect(filesIn(one)).toContain('report.pdf');
  });
});
