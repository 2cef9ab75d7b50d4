import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess, evaluate, loadPolicies, openSnapshot, plan, seal, snapshotFrom, verify } from 'assay';
import { compile, query } from 'assay/kql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay } from './assay.ts';

const row = (name: string, minimumTlsVersion: string) => ({
  id: `/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${name}`,
  name,
  type: 'microsoft.storage/storageaccounts',
  properties: { minimumTlsVersion },
});

describe('the library, imported by its name', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('judges rows in memory, rolls up and plans', async () => {
    const policies = (await loadPolicies('policies')).filter(({ metadata }) => metadata.id === 'st-min-tls');
    const snapshot = snapshotFrom({ tables: { resources: [row('old', 'TLS1_0'), row('new', 'TLS1_3')] } });
    const findings = evaluate({ snapshot, policies });
    expect(findings.map(({ name, status }) => [name, status])).toEqual([
      ['new', 'pass'],
      ['old', 'fail'],
    ]);
    const assessment = assess({
      findings,
      controls: [],
      policies: new Map(policies.map(({ metadata, subject }) => [metadata.id, { ...metadata, subject }])),
      waivers: [],
      acceptUnknowns: [],
      attestations: [],
      evidenceDigests: new Map(),
      workload: null,
      now: '2026-11-20T02:00:00Z',
    });
    const { steps } = plan({ findings: assessment.findings, policies, workload: null });
    expect(steps).toHaveLength(1);
    expect(steps[0]?.az.join('\n')).toContain('--min-tls-version TLS1_2');
  });

  it('refuses a folder of policies that is missing, with the place', async () => {
    await expect(loadPolicies(join(home, 'none'))).rejects.toThrow(/does not exist/);
  });

  it('seals a snapshot and verifies the bundle', async () => {
    const folder = join(home, 'snapshot');
    await assay(['collect', '--estate', 'fixtures/estates/clean', '--output', folder]);
    expect([...openSnapshot(folder).rows('resources')].length).toBeGreaterThan(0);
    const bundle = await seal({
      snapshot: folder,
      inputs: { base: 'fixtures/estates/clean' },
      out: join(home, 'bundle'),
    });
    expect(bundle.files).toBeGreaterThan(30);
    expect(await verify(bundle.folder)).toMatchObject({ ok: true, check: { signature: { trusted: false } } });
  });

  it('exports the query engine on its own', () => {
    const now = '2026-01-01T00:00:00Z';
    expect(query('print v = 1d / 1h', undefined, { now }).rows).toEqual([[24]]);
    const compiled = compile("resources | where type == 'a/b' | project id");
    expect(compiled.tables).toEqual(['resources']);
    expect([
      ...compiled.run(
        {
          resources: [
            { id: 'x', type: 'a/b' },
            { id: 'y', type: 'c/d' },
          ],
        },
        { now },
      ),
    ]).toEqual([['x']]);
  });
});
