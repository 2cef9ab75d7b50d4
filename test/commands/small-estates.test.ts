import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay } from './assay.ts';
import { judgedEstate } from './judged-estate.ts';

describe('the empty estate', () => {
  it('has no finding on a resource and no control item that is met; environments nobody declared are a gap', async () => {
    const { verdicts, judgement, outcome } = await judgedEstate('empty');
    for (const [key, verdict] of Object.entries(verdicts))
      expect(`${key} ${verdict}`).toMatch(/^ws-\S+ workload unknown \(parameter-missing\)$/);
    expect(outcome.code).toBe(3);
    for (const item of judgement.assessment.controls.flatMap((control) => control.items))
      expect(item.status, item.id).toBe('unknown');
  });
});

describe('the denied estate', () => {
  it('says unknown once a policy for what it may not see, and never names it', async () => {
    const { verdicts, judgement, outcome } = await judgedEstate('denied');
    const hidden = Object.entries(verdicts).filter(([key]) => key.includes('/subscriptions/5'));
    // What is about environments says that none is declared, and nothing of a subscription.
    const ofResources = Object.keys(verdicts).filter((key) => !key.endsWith(' workload'));
    const policies = new Set(ofResources.map((key) => key.split(' ')[0]));
    expect(hidden).toHaveLength(policies.size);
    expect(new Set(hidden.map(([, verdict]) => verdict))).toEqual(new Set(['unknown (access-denied)']));
    expect(verdicts['st-lifecycle stdeniedone']).toBe('unknown (access-denied)');
    expect(JSON.stringify(judgement.assessment)).not.toContain('stdeniedtwo');
    expect(outcome.gaps).toContain('1 scope not readable');
  });
});

describe('the truncated estate', () => {
  it('is never complete', async () => {
    const { verdicts, outcome } = await judgedEstate('truncated');
    expect(Object.values(verdicts)).toContain('unknown (truncated)');
    expect(outcome.gaps.join()).toMatch(/truncated/);
    expect(outcome.code).not.toBe(0);
  });
});

describe('the hostile-names estate', () => {
  let home: string;
  let bundle: string;
  let stdout: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'assay-test-'));
    bundle = join(home, 'bundle');
    ({ stdout } = await assay(['scan', '--estate', 'fixtures/estates/hostile-names', '--output', bundle]));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('prints no control character and no bidirectional override on a terminal', () => {
    expect(stdout).toMatch(/finding/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b-\u200f\u202a-\u202e]/);
  });

  it('starts no spreadsheet cell with a formula', () => {
    const csv = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'));
    expect(csv.length).toBeGreaterThan(5);
    for (const name of csv) expect(readFileSync(join(bundle, name), 'utf8'), name).not.toMatch(/(^|,)"?[=+@\t\r]/m);
  });

  it('plans scripts that bash parses and that run nothing of a name', () => {
    const scripts = readdirSync(join(bundle, 'plan')).filter((name) => name.endsWith('.sh'));
    expect(scripts.length).toBeGreaterThan(0);
    for (const name of scripts) {
      const text = readFileSync(join(bundle, 'plan', name), 'utf8');
      expect(spawnSync('bash', ['-n', join(bundle, 'plan', name)]).status, name).toBe(0);
      // The group's name holds $(id); inside single quotes it stays text.
      for (const line of text.split('\n').filter((one) => one.includes('$(id)') && !one.startsWith('#')))
        expect(line, name).toMatch(/'[^']*\$\(id\)/);
    }
  });

  it('verifies', async () => {
    expect(await assay(['verify', bundle])).toMatchObject({ status: 0 });
  });
});
