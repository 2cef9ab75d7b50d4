import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchFor } from '../../src/evaluate/bench.ts';
import { evaluateInto, evaluateWithCounts } from '../../src/evaluate/evaluate.ts';
import type { Finding } from '../../src/evaluate/finding.ts';
import { judgePolicy } from '../../src/evaluate/judge-policy.ts';
import { type Out, streamPolicies } from '../../src/evaluate/judge-stream.ts';
import { prepare } from '../../src/evaluate/prepare.ts';
import { indexReads } from '../../src/evaluate/reads.ts';
import { loadPolicies } from '../../src/inputs/load.ts';
import { resolveParameters } from '../../src/policy/parameters.ts';
import type { Policy } from '../../src/policy/policy.schema.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { ReadError, ReadRecord, Row, Snapshot } from '../../src/snapshot/snapshot.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';

const pack = (await loadPolicies(resolve('policies'))).map(({ value }) => value);

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-stream-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const at = '2026-11-20T02:00:00.0000000Z';
let folders = 0;

type Tables = Readonly<Record<string, readonly Row[]>>;

/** Rows as a collection writes them: every type that has rows was read in its scopes, every child below its parent. */
async function onDisk(tables: Tables, errors: readonly ReadError[] = []): Promise<Snapshot> {
  const folder = join(home, `s${folders++}`);
  const made = Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row): ReadRecord => {
      const below = table === 'childresources' ? { parentId: String(row.parentId ?? row.id) } : { scope: scopeOf(row) };
      return { read: String(row.type ?? '').toLowerCase(), ...below, outcome: 'ok', rows: 1, at };
    }),
  );
  const failed = errors.map(({ read, resourceId, scope, status }): ReadRecord => {
    const on = resourceId === undefined ? { scope: scope ?? '' } : { parentId: resourceId };
    return { read, ...on, outcome: status === 403 ? 'denied' : 'failed', rows: 0, at };
  });
  await writeSnapshot(folder, {
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
      requestedScopes: ['/subscriptions/s1'],
      readableScopes: ['/subscriptions/s1'],
      reads: [...made, ...failed],
      errors,
    },
    tables: Object.entries(tables).map(([name, rows]) => ({ name, rows, pages: 1, complete: true, requestIds: [] })),
  });
  return openSnapshot(folder);
}

const scopeOf = (row: Row): string => /^\/subscriptions\/[^/]+/i.exec(String(row.id ?? ''))?.[0] ?? '';

function benchOf(policy: Policy, snapshot: Snapshot) {
  return benchFor(prepare(policy), snapshot, indexReads(snapshot), {
    place: () => ({ environment: null, class: 'prod' }),
    parameters: (place) => resolveParameters(policy, place, null),
  });
}

/** The findings while subjects pass by; undefined where the policy has to be judged as a whole. */
function streamed(policy: Policy, snapshot: Snapshot): { findings: Finding[]; rows: number } | undefined {
  let findings: Finding[] = [];
  const out: Out = {
    finding: (finding) => findings.push(finding),
    again: () => {
      findings = [];
    },
  };
  const bench = benchOf(policy, snapshot);
  const rows = streamPolicies([bench], snapshot.header.asOf, out).get(bench);
  return rows === undefined ? undefined : { findings, rows };
}

const byId = (findings: readonly Finding[]) =>
  [...findings].sort((a, b) => (a.resource + a.id < b.resource + b.id ? -1 : 1));

describe.each(pack.map((policy) => ({ policy, id: policy.metadata.id })))('the policy $id', ({ policy }) => {
  it('gives the same findings, and as many rows, while subjects pass by as when it is judged as a whole', async () => {
    for (const test of policy.tests) {
      const errors = (test.errors ?? []).map((error) => ({ message: '', attempts: 1, ...error })) as ReadError[];
      const snapshot = await onDisk(test.tables as Tables, errors);
      const passing = streamed(policy, snapshot);
      if (passing === undefined) continue;
      const whole = judgePolicy(benchOf(policy, snapshot), at);
      expect(byId(passing.findings), test.name).toEqual(byId(whole.findings));
      expect(passing.rows, test.name).toBe(whole.rows);
    }
  });
});

const storage = 'microsoft.storage/storageaccounts';
const account = (name: string, own: Row = {}): Row => ({
  id: `/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${name}`,
  name,
  type: storage,
  properties: { minimumTlsVersion: 'TLS1_2' },
  ...own,
});

function policyOf(query: string): Policy {
  const found = pack.find(({ metadata }) => metadata.id === 'st-min-tls');
  if (found === undefined) throw new Error('the pack has no st-min-tls');
  return { ...found, query };
}

const PLAIN = `resources | where type == '${storage}' | project id, name, minimumTlsVersion = tostring(properties.minimumTlsVersion)`;

describe('a policy is judged while its subjects pass by', () => {
  it('as most of the pack is', async () => {
    const snapshot = await onDisk({ resources: [] });
    const passing = pack.filter((policy) => streamed(policy, snapshot) !== undefined);
    expect(passing.length).toBeGreaterThan(pack.length / 2);
  });

  it.each([
    ['a plain query', PLAIN],
    [
      'a join against the same type',
      `${PLAIN} | join kind=leftouter (resources | where type == '${storage}' | summarize n = count() by key = tolower(id)) on $left.id == $right.key`,
    ],
    ['an order at the end', `${PLAIN} | order by name desc`],
  ])('%s', async (_name, query) => {
    const snapshot = await onDisk({ resources: ['c', 'a', 'b'].map((name) => account(name)) });
    expect(streamed(policyOf(query), snapshot)?.rows).toBe(3);
  });

  it.each([
    ['its rows are counted', `${PLAIN} | summarize arg_max(name, *) by id`],
    ['its id is computed', `${PLAIN} | extend id = tolower(id)`],
    [
      'other types are in its rows',
      `resources | where type in~ ('${storage}', 'a/b') | project id, name, minimumTlsVersion = 'TLS1_2'`,
    ],
  ])('but not where %s: then as a whole, with the same findings', async (_name, query) => {
    const policy = policyOf(query);
    const snapshot = await onDisk({ resources: [account('a'), account('b')] });
    expect(streamed(policy, snapshot)).toBeUndefined();
    const { findings } = evaluateWithCounts({ snapshot, policies: [policy] });
    expect(byId(findings)).toEqual(byId(judgePolicy(benchOf(policy, snapshot), at).findings));
  });

  it.each([
    ['one resource stands twice', [account('a'), account('a', { location: 'x' })]],
    ['ids differ in case only', [account('a'), account('A')]],
    ['a row has no id', [account('a'), { name: 'b', type: storage }, { name: 'c', type: storage }]],
  ])('but not where %s: then as a whole, with the same findings', async (_name, resources) => {
    const policy = policyOf(PLAIN);
    const snapshot = await onDisk({ resources });
    expect(streamed(policy, snapshot)).toBeUndefined();
    const { findings, queries } = evaluateWithCounts({ snapshot, policies: [policy] });
    const whole = judgePolicy(benchOf(policy, snapshot), at);
    expect(byId(findings)).toEqual(byId(whole.findings));
    expect(queries[0]?.rows).toBe(whole.rows);
  });

  it('and a query that fails on one row leaves no finding of the rows before it', async () => {
    const policy = policyOf(`${PLAIN} | extend x = 'a' matches regex name`);
    const resources = Array.from({ length: 200 }, (_, n) =>
      account(n === 150 ? '(' : `a${n}`, { id: account(String(1000 + n)).id }),
    );
    const snapshot = await onDisk({ resources });
    const { findings } = evaluateWithCounts({ snapshot, policies: [policy] });
    expect(findings).toHaveLength(200);
    expect(new Set(findings.map((finding) => finding.status))).toEqual(new Set(['unknown']));
    expect(findings[0]?.because).toContain('the query failed');
  });

  it('and findings that are handed out one by one are those that are returned together', async () => {
    const policies = [policyOf(PLAIN), { ...policyOf(`${PLAIN} | summarize arg_max(name, *) by id`) }];
    const snapshot = await onDisk({ resources: Array.from({ length: 100 }, (_, n) => account(`a${100 + n}`)) });
    const given: Finding[] = [];
    const rows = evaluateInto({ snapshot, policies }, { finding: (one) => given.push(one), again: () => undefined });
    expect(rows.map((one) => one.rows)).toEqual([100, 100]);
    expect(byId(given)).toEqual(byId(evaluateWithCounts({ snapshot, policies }).findings));
  });

  it('and each partition is read once for all policies', async () => {
    const snapshot = await onDisk({ resources: Array.from({ length: 100 }, (_, n) => account(`a${100 + n}`)) });
    const asked: string[] = [];
    const counting: Snapshot = {
      ...snapshot,
      rows: (table, types, names) => {
        asked.push(`${table} ${types?.join()}`);
        return snapshot.rows(table, types, names);
      },
    };
    const policies = Array.from({ length: 20 }, () => policyOf(PLAIN));
    evaluateInto({ snapshot: counting, policies }, { finding: () => undefined, again: () => undefined });
    expect(asked).toEqual([`resources ${storage}`]);
  });
});
