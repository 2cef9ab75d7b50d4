import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/evaluate/finding.ts';
import type { Policy } from '../../src/policy/policy.schema.ts';
import { factsCsv, findingsCsv } from '../../src/report/csv.ts';
import { type Evidence, evidenceName, evidenceOf } from '../../src/report/evidence.ts';
import { type ReportModel, reportModel } from '../../src/report/model.ts';
import { evidenceCsv } from '../../src/report/report-csv.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import { evidenceSection, indexedFindings, lineText } from '../../src/report/sections/evidence.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import type { ReadRecord, Row, Snapshot } from '../../src/snapshot/snapshot.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { asOf, failing, header, passing, policy, unknown, withFindings } from './support/estate.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const sub = '/subscriptions/1';
const group = `${sub}/resourceGroups/rg`;
const accounts = 'microsoft.storage/storageaccounts';
const rules = `${accounts}/managementpolicies`;
const keys = 'microsoft.keyvault/vaults/keys';
const endpoints = 'microsoft.network/privateendpoints';
const one = `${group}/providers/Microsoft.Storage/storageAccounts/one`;
const two = `${group}/providers/Microsoft.Storage/storageAccounts/two`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv`;
const endpoint = `${group}/providers/Microsoft.Network/privateEndpoints/pe`;

const row = (id: string, type: string, over: Row = {}): Row => ({ id, type, name: id.split('/').at(-1), ...over });
const child = (id: string, type: string, parentId: string): Row => row(id, type, { parentId, absent: false });
const read = (of: string, over: Partial<ReadRecord>): ReadRecord => ({
  read: of,
  outcome: 'ok',
  rows: 1,
  at: asOf,
  ...over,
});

const st = policy('st-rules', { subject: accounts });
const policies: readonly Policy[] = [
  { ...st, reads: [{ childresources: rules }, { resources: endpoints, of: 'endpoints' }, { reference: 'skus' }] },
  policy('kv-keys', { subject: keys }),
] as readonly Policy[];

const about = (over: Partial<Finding> & { id: string }): Partial<Finding> & { id: string } => ({
  policy: 'st-rules',
  subject: accounts,
  resource: one,
  name: 'one',
  ...over,
});
const findings = [
  { finding: passing(about({ id: 'pass', resource: two, name: 'two' })) },
  { finding: failing(about({ id: 'fail', facts: { endpoints: [endpoint, 'no such', 7] } })) },
  { finding: unknown(about({ id: 'key', policy: 'kv-keys', subject: keys, resource: `${vault}/keys/b`, name: 'b' })) },
  { finding: unknown(about({ id: 'vault', policy: 'kv-keys', subject: keys, resource: `${vault}2`, name: 'kv2' })) },
];

let home: string;
let snapshot: Snapshot;
let model: ReportModel;
let traced: ReadonlyMap<string, Evidence>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  const { tables: _, ...rest } = header;
  const table = (name: string, rows: readonly Row[]) => ({ name, pages: 1, complete: true, requestIds: [], rows });
  await writeSnapshot(`${home}/s`, {
    header: {
      ...rest,
      errors: [],
      reads: [
        read(accounts, { scope: sub, requestId: 'r-graph' }),
        read(endpoints, { scope: sub.toUpperCase(), requestId: 'r-graph-2' }),
        read(rules, { parentId: one.toUpperCase(), requestId: 'r-rules' }),
        read(keys, { parentId: vault, requestId: 'r-keys' }),
        read(keys, { parentId: `${vault}2`, outcome: 'denied', rows: 0, requestId: 'r-denied' }),
      ],
    },
    tables: [
      table('resources', [row(two, accounts), row(one.toLowerCase(), accounts), row(endpoint, endpoints)]),
      table('childresources', [
        child(`${one}/managementPolicies/default`, rules, one),
        child(`${vault}/keys/a`, keys, vault),
        child(`${vault}/keys/b`, keys, vault),
      ]),
    ],
  });
  snapshot = openSnapshot(`${home}/s`);
  model = reportModel(withFindings(findings, { policies }));
  traced = evidenceOf(model, snapshot, policies, new Set(['fail', 'key', 'vault']));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const sourcesOf = (id: string) =>
  traced
    .get(id)
    ?.sources.map(({ read: of, file, lines, requestIds, outcome }) => [of, file, lines, requestIds, outcome]);
const lineAt = (file: string | null, line: number): unknown =>
  JSON.parse(readFileSync(join(home, (file ?? '').replace('snapshot/', 's/')), 'utf8').split('\n')[line - 1] ?? 'null');

describe('the evidence of a finding', () => {
  test('is its own row and what every read of its policy gave, each with the request that answered', () => {
    expect(sourcesOf('fail')).toEqual([
      [accounts, 'snapshot/tables/resources/microsoft.storage.storageaccounts.ndjson', [1], ['r-graph'], 'ok'],
      [
        rules,
        'snapshot/tables/childresources/microsoft.storage.storageaccounts.managementpolicies.ndjson',
        [1],
        ['r-rules'],
        'ok',
      ],
      [endpoints, 'snapshot/tables/resources/microsoft.network.privateendpoints.ndjson', [1], ['r-graph-2'], 'ok'],
    ]);
  });

  test('of a child is the line of that child alone and the request for the list it came in', () => {
    expect(sourcesOf('key')).toEqual([
      [keys, 'snapshot/tables/childresources/microsoft.keyvault.vaults.keys.ndjson', [2], ['r-keys'], 'ok'],
    ]);
  });

  test('of what could not be listed is no file, the outcome, and the request that was refused', () => {
    expect(sourcesOf('vault')).toEqual([[keys, null, [], ['r-denied'], 'denied']]);
  });

  test('points to lines that are the raw answer about that resource', () => {
    const [own] = traced.get('fail')?.sources ?? [];
    expect(lineAt(own?.file ?? null, own?.lines[0] ?? 0)).toMatchObject({ id: one.toLowerCase() });
    const [key] = traced.get('key')?.sources ?? [];
    expect(lineAt(key?.file ?? null, key?.lines[0] ?? 0)).toMatchObject({ id: `${vault}/keys/b` });
  });

  test("is named by its row of findings.csv, and knows its row of the policy's facts", () => {
    const lines = new TextDecoder().decode(findingsCsv(model)).split('\n');
    for (const [id, { name, row: at, factsRow }] of traced) {
      expect(lines[at]).toMatch(new RegExp(`^${id},`));
      expect(name).toBe(evidenceName(at));
      const finding = model.findings.find((each) => each.id === id);
      const facts = new TextDecoder().decode(factsCsv(model, finding?.policy ?? '')).split('\n');
      expect(facts[factsRow]).toContain(finding?.resource);
    }
  });

  test('is traced for those that are wanted and for no other', () => {
    expect([...traced.keys()].toSorted()).toEqual(['fail', 'key', 'vault']);
    expect(evidenceOf(model, snapshot, policies, new Set()).size).toBe(0);
  });

  test('of a policy that is not known is its own row', () => {
    expect(evidenceOf(model, snapshot, [], new Set(['fail'])).get('fail')?.sources).toHaveLength(1);
  });
});

describe('the index of evidence', () => {
  test('shows fails and unknowns, no passes, in the order of the model', () => {
    expect(indexedFindings({ model })).toEqual(model.findings.map(({ id }) => id).filter((id) => id !== 'pass'));
    expect(indexedFindings({ model }, 1)).toHaveLength(1);
  });

  test('gives each one its name, its rows, its line and its request', () => {
    const profile = { ...shippedProfile('auditor'), sections: [{ section: 'evidence-index' as const }] };
    const text = reportMarkdown(reportFrom(withFindings(findings, { policies }), { profile, evidence: traced }));
    const { name = '', row: at, factsRow } = traced.get('key') ?? {};
    const line = text.split('\n').find((each) => each.includes(name.replace('-', '\\-'))) ?? '';
    expect(line).toContain(`findings.csv row ${at}<br>facts/kv\\-keys.csv row ${factsRow}`);
    expect(line).toContain('`snapshot/tables/childresources/microsoft.keyvault.vaults.keys.ndjson line 2`');
    expect(line).toContain('request r\\-keys');
    expect(text).toContain('`microsoft.keyvault/vaults/keys: no row (denied)`');
  });

  test('that is cut says so', () => {
    const report = reportFrom(withFindings(findings, { policies }), { evidence: traced });
    expect(evidenceSection(report, { limit: 2 })).toContainEqual({
      kind: 'capped',
      shown: 2,
      all: 3,
      file: 'evidence.csv',
    });
    expect(evidenceSection(report, {}).some(({ kind }) => kind === 'capped')).toBe(false);
  });

  test('as a table has one row a source, with the same way to the raw answer', () => {
    const report = reportFrom(withFindings(findings, { policies }), { evidence: traced });
    const lines = new TextDecoder().decode(evidenceCsv(report)).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 3 + 1 + 1);
    expect(lines[0]).toBe(
      'evidence,id,policy,resource,status,findings_row,facts_row,read,outcome,file,lines,request_ids',
    );
    expect(lines.find((each) => each.includes(',vault,'))).toMatch(
      /,unknown,\d,\d,microsoft\.keyvault\/vaults\/keys,denied,,,r-denied$/,
    );
  });

  test.each([
    [[], ''],
    [[4], 'line 4'],
    [[9, 10, 11], 'lines 9 to 11'],
    [[3, 5, 90], '3 lines from 3 to 90'],
  ])('says %j as %j', (lines, said) => {
    expect(lineText(lines)).toBe(said);
  });
});
