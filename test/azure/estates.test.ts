import { describe, expect, it } from 'vitest';
import { readEstate } from '../../src/emulator/estate.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import type { Policy } from '../../src/policy/policy.schema.ts';
import { graphTableOf } from '../../src/snapshot/tables.ts';
import { samplePolicy } from '../evaluate/sample.ts';
import { collected } from './collected.ts';
import { BLOB_SERVICES, CONTAINERS, DIAGNOSTICS, KEYS, LOCKS, VERSIONS } from './vault-estate.ts';

const VAULTS = 'microsoft.keyvault/vaults';
const ACCOUNTS = 'microsoft.storage/storageaccounts';
const SERVERS = 'microsoft.dbforpostgresql/flexibleservers';

const rotates = samplePolicy({
  id: 'kv-rotates',
  subject: KEYS,
  reads: [{ childresources: KEYS }, { childresources: VERSIONS }],
  query: [
    'childresources',
    `| where type == '${KEYS}' and absent == false`,
    '| project key = tolower(id), id, name, rotation = properties.rotationPolicy',
    `| join kind=leftouter (childresources | where type == '${VERSIONS}' and absent == false`,
    '    | summarize versions = count() by parent = tolower(parentId)) on $left.key == $right.parent',
    '| project id, name, rotation, versions = coalesce(versions, 0)',
    '| order by id asc',
  ].join('\n'),
  expectation: {
    type: 'object',
    required: ['rotation', 'versions'],
    properties: {
      rotation: { type: 'object', required: ['lifetimeActions'] },
      versions: { type: 'integer', minimum: 1 },
    },
  },
  message: '{name} does not rotate',
});

const vaultKeys = samplePolicy({
  id: 'kv-all-keys',
  subject: VAULTS,
  reads: [{ childresources: KEYS }, { childresources: LOCKS }, { childresources: DIAGNOSTICS }],
  query: [
    'resources',
    `| where type == '${VAULTS}'`,
    '| extend vault = tolower(id)',
    `| join kind=leftouter (childresources | where type == '${KEYS}' and absent == false`,
    '    | summarize unrotated = countif(isnull(properties.rotationPolicy.lifetimeActions)) by owner = tolower(parentId)) on $left.vault == $right.owner',
    `| join kind=leftouter (childresources | where type == '${LOCKS}' and absent == false`,
    '    | summarize locks = count() by scope = tolower(parentId)) on $left.vault == $right.scope',
    '| project id, name, unrotated = coalesce(unrotated, 0), locks = coalesce(locks, 0)',
    '| order by id asc',
  ].join('\n'),
  expectation: {
    type: 'object',
    required: ['unrotated', 'locks'],
    properties: { unrotated: { type: 'integer', maximum: 0 }, locks: { type: 'integer', minimum: 1 } },
  },
  message: '{name} has keys that do not rotate, or no lock',
});

const blobLogs = samplePolicy({
  id: 'st-blob-logs',
  subject: ACCOUNTS,
  reads: [
    { childresources: DIAGNOSTICS, of: 'service' },
    { childresources: CONTAINERS, of: 'service' },
  ],
  query: [
    'resources',
    `| where type == '${ACCOUNTS}'`,
    "| extend service = tolower(strcat(id, '/blobServices/default'))",
    `| join kind=leftouter (childresources | where type == '${DIAGNOSTICS}' and absent == false`,
    '    | summarize settings = count() by parent = tolower(parentId)) on $left.service == $right.parent',
    '| project id, name, service, settings = coalesce(settings, 0)',
    '| order by id asc',
  ].join('\n'),
  expectation: { type: 'object', required: ['settings'], properties: { settings: { type: 'integer', minimum: 1 } } },
  message: '{name} has no diagnostic settings on its blobs',
});

const serverLogs = samplePolicy({
  id: 'pg-logs',
  subject: SERVERS,
  reads: [{ childresources: DIAGNOSTICS }],
  query: [
    'resources',
    `| where type == '${SERVERS}'`,
    '| extend server = tolower(id)',
    `| join kind=leftouter (childresources | where type == '${DIAGNOSTICS}' and absent == false`,
    '    | summarize settings = count() by parent = tolower(parentId)) on $left.server == $right.parent',
    '| project id, name, settings = coalesce(settings, 0)',
    '| order by id asc',
  ].join('\n'),
  expectation: { type: 'object', required: ['settings'], properties: { settings: { type: 'integer', minimum: 1 } } },
  message: '{name} has no diagnostic settings',
});

const policies = [rotates, vaultKeys, blobLogs, serverLogs];

function wantedBy(policy: Policy) {
  const reads = (policy.reads ?? []).flatMap((read) =>
    'childresources' in read ? [{ table: 'childresources', type: read.childresources, subject: policy.subject }] : [],
  );
  return policy.subject === KEYS ? reads : [...reads, { table: graphTableOf(policy.subject), type: policy.subject }];
}

async function judged(name: string, faults: readonly string[] = []) {
  const estate = readEstate(`fixtures/estates/${name}`);
  const gave = await collected({ estate, wanted: policies.flatMap(wantedBy), faults });
  const findings = evaluate({ snapshot: gave.snapshot, policies });
  const said = findings.map((one) => [
    `${one.policy} ${one.resource.replace(/^.*\/providers\/[^/]+\/[^/]+\//, '').replace('/blobServices/default', ':blobs')}`,
    one.status === 'unknown' ? `unknown (${one.reason})` : one.status,
  ]);
  return { gave, verdicts: Object.fromEntries(said) as Readonly<Record<string, string>>, count: said.length };
}

describe('the clean estate', () => {
  it('gives every child below exactly its parent, and passes', async () => {
    const { gave, verdicts } = await judged('clean');
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['pass']));
    expect(Object.keys(verdicts)).toHaveLength(2 + 2 + 2 + 2);
    for (const [type, below] of [
      [KEYS, 2],
      [VERSIONS, 4],
      [BLOB_SERVICES, 2],
      [CONTAINERS, 2],
      [DIAGNOSTICS, 6],
      [LOCKS, 2],
    ] as const) {
      const there = gave.rows(type).filter((row) => row.absent === false);
      expect(there, type).toHaveLength(below);
      for (const row of there) expect(String(row.id).startsWith(`${row.parentId}/`), String(row.id)).toBe(true);
    }
    expect(gave.snapshot.header.errors).toEqual([]);
  });

  it.each<[fault: string, becomes: Readonly<Record<string, string>>]>([
    [
      'GET **/vaults/kv-ledger-prod/keys:403',
      {
        'kv-rotates kv-ledger-prod/keys/ledger-cmk': 'none',
        'kv-rotates kv-ledger-prod': 'unknown (access-denied)',
        'kv-all-keys kv-ledger-prod': 'unknown (access-denied)',
      },
    ],
    [
      'GET **/vaults/kv-ledger-prod/keys/ledger-cmk:403',
      {
        'kv-rotates kv-ledger-prod/keys/ledger-cmk': 'unknown (access-denied)',
        'kv-all-keys kv-ledger-prod': 'unknown (access-denied)',
      },
    ],
    [
      'GET **/vaults/kv-ledger-prod/keys/ledger-cmk/versions:403',
      { 'kv-rotates kv-ledger-prod/keys/ledger-cmk': 'unknown (access-denied)' },
    ],
    [
      'GET /subscriptions/*/providers/Microsoft.Authorization/locks:403',
      {
        'kv-all-keys kv-ledger-prod': 'unknown (access-denied)',
        'kv-all-keys kv-ledger-prod-geo': 'unknown (access-denied)',
      },
    ],
    [
      'GET **/storageAccounts/stledgerprodrecord/blobServices/default:403',
      { 'st-blob-logs stledgerprodrecord': 'unknown (access-denied)' },
    ],
    [
      'GET **/storageAccounts/stledgerprodrecord/blobServices/default/containers:403',
      { 'st-blob-logs stledgerprodrecord': 'unknown (access-denied)' },
    ],
    ['GET **/ledger-prod-pg/**/diagnosticSettings:badjson', { 'pg-logs ledger-prod-pg': 'unknown (not-collected)' }],
  ])('with %s changes exactly what needs that read', async (fault, becomes) => {
    const [before, after] = [await judged('clean'), await judged('clean', [fault])];
    const keys = [...new Set([...Object.keys(before.verdicts), ...Object.keys(after.verdicts)])];
    const changed = keys.filter((one) => before.verdicts[one] !== after.verdicts[one]);
    expect(Object.fromEntries(changed.map((one) => [one, after.verdicts[one] ?? 'none']))).toEqual(becomes);
    expect(after.count).toBe(Object.keys(after.verdicts).length);
  });
});

describe('the engram estate', () => {
  it('gives all its children, and an account for files has no blobs to read', async () => {
    const { gave, verdicts } = await judged('engram');
    const there = (type: string) => gave.rows(type).filter((row) => row.absent === false).length;
    expect([KEYS, VERSIONS, BLOB_SERVICES, CONTAINERS, LOCKS].map(there)).toEqual([6, 11, 13, 15, 2]);
    expect(there(DIAGNOSTICS)).toBeGreaterThan(0);
    expect(gave.reads(BLOB_SERVICES).filter(({ outcome }) => outcome === 'absent')).toHaveLength(1);
    expect(verdicts['st-blob-logs stengramtestfiles']).toBe('fail');
    // Six keys and a vault that does not list its own, seven vaults, and every account and server.
    expect(Object.keys(verdicts)).toHaveLength(6 + 1 + 7 + 14 + 14);
    expect(Object.fromEntries(Object.entries(verdicts).filter(([, verdict]) => /unknown/.test(verdict)))).toEqual({
      'kv-rotates kv-engram-ops': 'unknown (access-denied)',
      'kv-all-keys kv-engram-ops': 'unknown (access-denied)',
      'st-blob-logs stengramprodexport': 'unknown (access-denied)',
      'pg-logs engram-uat-events-pg': 'unknown (access-denied)',
    });
  });
});
