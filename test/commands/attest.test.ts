import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAttestations } from '../../src/inputs/load.ts';
import { assay } from './assay.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-attest-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('assay attest new', () => {
  it('prints a form with the question, the item, the environments that want it and the longest term', async () => {
    const { status, stdout } = await assay(['attest', 'new', 'AI-SEC-01.4', '--id', 'A-1']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# AI-SEC-01\.4: Keys rotate every quarter/);
    expect(stdout).toMatch(/^# Was a key rotation rehearsed end to end/m);
    expect(stdout).toMatch(/^item: engram-platform@2026\.1#AI-SEC-01\.4$/m);
    expect(stdout).toMatch(/^environments: \[prod\]$/m);
    const [assessed = '', until = ''] = [/^assessedOn: (.+)$/m, /^validUntil: (.+)$/m].map(
      (line) => line.exec(stdout)?.[1],
    );
    expect((Date.parse(until) - Date.parse(assessed)) / 86_400_000).toBe(90);
  });

  it('asks for a statement on a subcategory of the framework too', async () => {
    const { stdout } = await assay(['attest', 'new', 'GOVERN 1.1']);
    expect(stdout).toMatch(/^item: nist-ai-rmf@1\.0#GOVERN 1\.1$/m);
  });

  it('writes a file that is refused, with the place, until it is filled in, and then holds', async () => {
    mkdirSync(join(home, 'evidence'));
    const log = join(home, 'evidence', 'drill.log');
    writeFileSync(log, 'drill ended\n');
    const start = ['attest', 'new', 'AI-SEC-01.4', '--id', 'A-1', '--output', home, '--evidence', log];
    expect(await assay(start)).toMatchObject({ status: 0 });
    await expect(loadAttestations(home)).rejects.toThrow(/A-1\.yaml:\d+:\d+/);
    const file = join(home, 'A-1.yaml');
    const filled = readFileSync(file, 'utf8')
      .replace(/^statement:.*$/m, "statement: 'yes'")
      .replace(/^text:.*$/m, 'text: Rehearsed without loss of data.')
      .replace(/^attester:.*$/m, 'attester: { name: Key custodian, role: customer-security }')
      .replace(/description:.*$/m, 'description: log of the drill');
    writeFileSync(file, filled);
    const [loaded] = await loadAttestations(home);
    const sha256 = createHash('sha256').update('drill ended\n').digest('hex');
    expect(loaded?.value).toMatchObject({ statement: 'yes', evidence: [{ file: 'evidence/drill.log', sha256 }] });
    expect((await assay(start)).stderr).toMatch(/A-1\.yaml exists already/);
    expect(readFileSync(file, 'utf8')).toBe(filled);
  });

  it.each([
    [['AI-SEC-01.44'], /Did you mean AI-SEC-01\.4\?/],
    [['AI-SEC-01.1'], /asks for no statement/],
    [['AI-SEC-01.4', '--evidence', 'no-such.log'], /no-such\.log is not a file/],
    [['AI-SEC-01.4', '--evidence', 'package.json', '--output', 'fixtures'], /lies outside fixtures/],
  ])('%j is refused with the way out', async (args, message) => {
    const ran = await assay(['attest', 'new', ...args]);
    expect(ran.stderr).toMatch(message);
    expect(ran.status).toBe(2);
  });
});
