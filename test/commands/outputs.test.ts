import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellError } from '../../src/commands/say-errors.ts';
import { assay } from './assay.ts';

const clean = ['--estate', 'fixtures/estates/clean'];
const engram = ['--estate', 'fixtures/estates/engram'];

let home: string;
let bundle: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  bundle = join(home, 'bundle');
  // Neither all policies nor the snapshot's own clock: what the bundle says must come from the bundle.
  const choice = ['--policy', 'pg-tls-min', '--policy', 'st-lifecycle', '--now', '2027-05-01T00:00:00Z'];
  await assay(['scan', ...engram, ...choice, '--exit-zero', '--output', bundle]);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('assay plan', () => {
  it.each(['md', 'csv'])('prints the plan of a bundle as it was sealed: %s', async (format) => {
    const { status, stdout } = await assay(['plan', bundle, '--format', format]);
    expect(status).toBe(0);
    expect(stdout).toBe(readFileSync(join(bundle, `plan.${format}`), 'utf8'));
  });

  it('prints JSON for --json', async () => {
    const { stdout } = await assay(['plan', bundle, '--json']);
    expect(stdout).toBe(readFileSync(join(bundle, 'plan.json'), 'utf8'));
  });

  it('refuses a format that there is not, and inputs that a bundle brings itself', async () => {
    const format = await assay(['plan', bundle, '--format', 'xml']);
    expect(format).toMatchObject({ status: 2, stdout: '' });
    expect(format.stderr).toMatch(/Allowed choices are md, csv, json/);
    const foreign = await assay(['plan', bundle, '--policy', 'st-private']);
    expect(foreign).toMatchObject({ status: 2, stdout: '' });
    expect(foreign.stderr).toMatch(/brings its own inputs: --policy cannot change them/);
  });
});

describe('a place that cannot be written', () => {
  it.each([['scan'], ['collect']])('%s refuses it before anything is read', async (command) => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const ran = await assay([command, ...clean, '--output', join(file, 'out')]);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toMatch(/out cannot be made: .*file is not a folder/);
    expect(ran.stderr).not.toMatch(/subscriptions:/);
  });

  it('an empty name is none', async () => {
    const ran = await assay(['scan', ...clean, '--output', '']);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toMatch(/--output names nothing/);
  });

  it('is no bug of assay when the disk says so later', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(tellError(full, false)).toEqual({ code: 2, text: 'error: writing a file: the disk is full (ENOSPC)' });
    const odd = Object.assign(new Error('odd'), { code: 'EWHAT', syscall: 'write' });
    expect(tellError(odd, false).code).toBe(5);
  });
});

describe('a reader that closes the pipe', () => {
  it('changes neither the exit code nor what is said on stderr', async () => {
    const child = spawn(process.execPath, ['dist/cli.js', 'plan', bundle], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [status] = await once(child, 'close');
    expect({ status, said }).toEqual({ status: 0, said: '' });
  });
});

it.each(['SIGTERM', 'SIGINT'] as const)('a run that is stopped by %s leaves nothing behind', async (signal) => {
  const place = mkdtempSync(join(home, 'stopped-'));
  const args = ['dist/cli.js', 'scan', '--estate', 'fixtures/estates/paging', '--output', join(place, 'out')];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TMPDIR: place },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('subscriptions: 1')) child.kill(signal);
  });
  const [status, by] = await once(child, 'close');
  expect({ status, by, left: readdirSync(place) }).toEqual({ status: null, by: signal, left: [] });
  rmSync(place, { recursive: true });
});

describe('assay emulate', () => {
  it('refuses a port that is none', async () => {
    for (const port of ['abc', '99999', '-1', '1.5']) {
      const ran = await assay(['emulate', ...clean, `--port=${port}`]);
      expect(ran).toMatchObject({ status: 2, stdout: '' });
      expect(ran.stderr).toMatch(/Write a number from 0 to 65535/);
    }
  });

  it('prints as JSON what another program needs', async () => {
    const args = ['dist/cli.js', 'emulate', ...clean, '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith('}\n')) child.kill('SIGTERM');
    });
    const [status] = await once(child, 'close');
    expect(status).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      subscriptions: ['33333333-3333-4333-8333-333333333333'],
      environment: { ASSAY_ENDPOINT: expect.any(String), AZURE_CLIENT_ID: expect.any(String) },
    });
  });
});

it('nothing is left beside what was written', () => {
  expect(readdirSync(home).toSorted()).toEqual(['bundle', 'file']);
});
