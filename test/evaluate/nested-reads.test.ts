import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { type ReadError, type ReadRecord, type Row, type Snapshot, snapshotFrom } from '../../src/snapshot/snapshot.ts';
import { SUBSCRIPTION, samplePolicy } from './sample.ts';

const VAULTS = 'microsoft.keyvault/vaults';
const KEYS = `${VAULTS}/keys`;
const VERSIONS = `${KEYS}/versions`;
const LOCKS = 'microsoft.authorization/locks';
const vault = `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`;
const key = (name: string) => `${vault}/keys/${name}`;

const row = (id: string, type: string, more: Row = {}): Row => ({
  id,
  name: id.slice(id.lastIndexOf('/') + 1),
  type,
  absent: false,
  properties: { enabled: true },
  ...more,
});
const keyRow = (name: string) => row(key(name), KEYS, { parentId: vault });

interface Live {
  readonly resources?: readonly Row[];
  readonly children?: readonly Row[];
  readonly reads: readonly (readonly [type: string, id: string, outcome: ReadRecord['outcome']])[];
}

/** A snapshot as a collection writes it: what has no record was not read. */
function live({ resources = [row(vault, VAULTS)], children = [], reads }: Live): Snapshot {
  const at = '2026-01-01T00:00:00.0000000Z';
  const records = reads.map(([read, parentId, outcome]): ReadRecord => ({ read, parentId, outcome, rows: 0, at }));
  const errors = records
    .filter(({ outcome }) => outcome === 'denied' || outcome === 'failed')
    .map(
      ({ read, parentId }): ReadError => ({
        read,
        resourceId: parentId ?? '',
        status: 403,
        code: 'AuthorizationFailed',
        message: '',
        attempts: 1,
      }),
    );
  const graph = { read: VAULTS, scope: SUBSCRIPTION, outcome: 'ok', rows: 1, at } as const;
  const { rowsCountAsRead: _, ...rest } = snapshotFrom({ tables: { resources, childresources: children } });
  return { ...rest, header: { ...rest.header, reads: [graph, ...records], errors, requestedScopes: [SUBSCRIPTION] } };
}

const enabled = { type: 'object', required: ['enabled'], properties: { enabled: { type: 'boolean', const: true } } };

const onChild = (type: string) =>
  samplePolicy({
    subject: type,
    reads: [{ childresources: type }],
    query: `childresources | where type == '${type}' and absent == false | project id, name, enabled = tobool(properties.enabled)`,
    expectation: enabled,
    message: '{name}',
  });

const onVault = (reads: NonNullable<ReturnType<typeof samplePolicy>['reads']>) =>
  samplePolicy({
    subject: VAULTS,
    reads,
    query: [
      'resources',
      `| where type == '${VAULTS}'`,
      '| extend vault = tolower(id)',
      `| join kind=leftouter (childresources | where type == '${KEYS}' and absent == false`,
      '    | summarize keys = make_list(id) by owner = tolower(parentId)) on $left.vault == $right.owner',
      '| project id, name, keys = coalesce(keys, dynamic([])), enabled = true',
    ].join('\n'),
    expectation: enabled,
    message: '{name}',
  });

const verdicts = (snapshot: Snapshot, policy: ReturnType<typeof samplePolicy>) =>
  evaluate({ snapshot, policies: [policy] }).map((one) => [
    one.resource.replace(`${vault}/`, '').replace(vault, 'vault'),
    one.status === 'unknown' ? `unknown (${one.reason})` : one.status,
  ]);

describe('a child that was listed and then refused by itself', () => {
  const snapshot = live({
    children: [keyRow('a'), keyRow('b')],
    reads: [
      [KEYS, vault, 'ok'],
      [KEYS, key('a'), 'ok'],
      [KEYS, key('b'), 'denied'],
    ],
  });

  it('is unknown as a subject; its sibling is judged', () => {
    expect(verdicts(snapshot, onChild(KEYS))).toEqual([
      ['keys/a', 'pass'],
      ['keys/b', 'unknown (access-denied)'],
    ]);
  });

  it('makes its parent unknown where that is judged by its children', () => {
    expect(verdicts(snapshot, onVault([{ childresources: KEYS }]))).toEqual([['vault', 'unknown (access-denied)']]);
  });

  it('names itself as what is missing', () => {
    const [finding] = evaluate({ snapshot, policies: [onVault([{ childresources: KEYS }])] });
    expect(finding).toMatchObject({ missing: [{ read: KEYS, resource: key('b'), status: 403 }] });
  });
});

describe('a read that is asked of no id', () => {
  const policy = onVault([{ childresources: VERSIONS, of: 'keys' }]);

  it('is made where there is none to ask of', () => {
    const marker = row(`${vault}/keys/none`, KEYS, { parentId: vault, absent: true });
    expect(verdicts(live({ children: [marker], reads: [[KEYS, vault, 'ok']] }), policy)).toEqual([['vault', 'pass']]);
  });

  it('is unknown where what would have named it was denied', () => {
    const reads = [
      [KEYS, vault, 'denied'],
      [VERSIONS, vault, 'denied'],
    ] as const;
    expect(verdicts(live({ reads }), policy)).toEqual([['vault', 'unknown (access-denied)']]);
  });

  it('is not taken for the failure of another vault whose name begins alike', () => {
    const reads = [
      [KEYS, vault, 'ok'],
      [VERSIONS, `${vault}-geo`, 'denied'],
    ] as const;
    expect(verdicts(live({ reads }), policy)).toEqual([['vault', 'pass']]);
  });
});

describe('a list that is made once for a subscription', () => {
  const policy = onVault([{ childresources: LOCKS }]);

  it.each([
    ['ok', 'pass'],
    ['denied', 'unknown (access-denied)'],
    ['failed', 'unknown (not-collected)'],
  ] as const)('and is %s stands for everything below: %s', (outcome, verdict) => {
    expect(verdicts(live({ reads: [[LOCKS, SUBSCRIPTION, outcome]] }), policy)).toEqual([['vault', verdict]]);
  });

  it('of another subscription says nothing', () => {
    expect(verdicts(live({ reads: [[LOCKS, '/subscriptions/other', 'ok']] }), policy)).toEqual([
      ['vault', 'unknown (not-collected)'],
    ]);
  });
});

describe("a child's child as a subject", () => {
  it('leaves an unknown on the resource where nobody asked for what stands between', () => {
    expect(verdicts(live({ reads: [] }), onChild(VERSIONS))).toEqual([['vault', 'unknown (not-collected)']]);
  });

  it('leaves an unknown on each parent whose list nobody asked for', () => {
    const snapshot = live({ children: [keyRow('a')], reads: [[KEYS, vault, 'ok']] });
    expect(verdicts(snapshot, onChild(VERSIONS))).toEqual([['keys/a', 'unknown (not-collected)']]);
  });

  it('leaves one unknown, not two, where the list above it was denied', () => {
    const reads = [
      [KEYS, vault, 'denied'],
      [VERSIONS, vault, 'denied'],
    ] as const;
    expect(verdicts(live({ reads }), onChild(VERSIONS))).toEqual([['vault', 'unknown (access-denied)']]);
  });

  it('has the name of the resource whose list was denied, and of a subscription its id', () => {
    const [ofVault] = evaluate({ snapshot: live({ reads: [[KEYS, vault, 'denied']] }), policies: [onChild(KEYS)] });
    expect(ofVault).toMatchObject({ resource: vault, name: 'kv' });
    const unread = live({ resources: [], reads: [] });
    const denied = { read: VAULTS, scope: SUBSCRIPTION, outcome: 'denied', rows: 0, at: '' } as const;
    const snapshot = { ...unread, header: { ...unread.header, reads: [denied] } };
    const [ofScope] = evaluate({ snapshot, policies: [onChild(KEYS)] });
    expect(ofScope).toMatchObject({ resource: SUBSCRIPTION, name: SUBSCRIPTION });
  });

  it('is judged where its parent was refused by itself but lists it', () => {
    const version = row(`${key('a')}/versions/v1`, VERSIONS, { parentId: key('a') });
    const snapshot = live({
      children: [keyRow('a'), version],
      reads: [
        [KEYS, vault, 'ok'],
        [KEYS, key('a'), 'denied'],
        [VERSIONS, key('a'), 'ok'],
      ],
    });
    expect(verdicts(snapshot, onChild(VERSIONS))).toEqual([['keys/a/versions/v1', 'pass']]);
  });

  it('leaves an unknown on a subscription whose resources were denied', () => {
    const snapshot = live({ resources: [], reads: [] });
    const denied = { read: VAULTS, scope: SUBSCRIPTION, outcome: 'denied', rows: 0, at: '' } as const;
    const header = { ...snapshot.header, reads: [denied] };
    expect(verdicts({ ...snapshot, header }, onChild(VERSIONS))).toEqual([[SUBSCRIPTION, 'unknown (access-denied)']]);
  });

  it('stands in the environment of the resource that its parent belongs to', () => {
    const version = row(`${key('a')}/versions/v1`, VERSIONS, { parentId: key('a') });
    const snapshot = live({
      resources: [row(vault, VAULTS, { tags: { environment: 'acceptance' } })],
      children: [keyRow('a'), version],
      reads: [
        [KEYS, vault, 'ok'],
        [VERSIONS, key('a'), 'ok'],
      ],
    });
    const workload = {
      apiVersion: 'assay/v1',
      kind: 'Workload',
      metadata: { id: 'w', title: 'W' },
      match: { environmentTag: 'environment' },
      environments: { acceptance: { class: 'uat' }, prod: { class: 'prod' } },
    } as const;
    const [found] = evaluate({ snapshot, policies: [onChild(VERSIONS)], workload });
    expect(found).toMatchObject({ environment: 'acceptance', class: 'uat' });
  });
});
