import { describe, expect, it } from 'vitest';
import { AzureError } from '../../src/azure/errors.ts';
import { readSet, type Wanted } from '../../src/azure/read-set.ts';
import { BLOB_SERVICES, CONTAINERS, DIAGNOSTICS, KEYS, LOCKS, VERSIONS } from './vault-estate.ts';

const SERVERS = 'microsoft.dbforpostgresql/flexibleservers';
const ACCOUNTS = 'microsoft.storage/storageaccounts';
const VAULTS = 'microsoft.keyvault/vaults';

const child = (type: string, subject?: string): Wanted => ({
  table: 'childresources',
  type,
  ...(subject === undefined ? {} : { subject }),
});

const waves = (...wanted: readonly Wanted[]) =>
  readSet(wanted).children.map((wave) => wave.map(({ reader, parent }) => `${reader.type} < ${parent}`));

describe('what is asked for', () => {
  it.each<[title: string, wanted: Wanted, expected: string[][], graph: string[]]>([
    [
      'below servers alone, for a policy on servers',
      child(DIAGNOSTICS, SERVERS),
      [[`${DIAGNOSTICS} < ${SERVERS}`]],
      [SERVERS],
    ],
    [
      'below vaults alone, for a policy on vaults',
      child(DIAGNOSTICS, VAULTS),
      [[`${DIAGNOSTICS} < ${VAULTS}`]],
      [VAULTS],
    ],
    ['below vaults, for a policy on keys', child(DIAGNOSTICS, KEYS), [[`${DIAGNOSTICS} < ${VAULTS}`]], [VAULTS]],
    [
      'below the blob service, which is read first, for a policy on accounts',
      child(DIAGNOSTICS, ACCOUNTS),
      [[`${BLOB_SERVICES} < ${ACCOUNTS}`], [`${DIAGNOSTICS} < ${BLOB_SERVICES}`]],
      [ACCOUNTS],
    ],
    [
      'below every parent, for a policy on none of them',
      child(DIAGNOSTICS, 'workload'),
      [
        [`${DIAGNOSTICS} < ${SERVERS}`, `${DIAGNOSTICS} < ${VAULTS}`, `${BLOB_SERVICES} < ${ACCOUNTS}`],
        [`${DIAGNOSTICS} < ${BLOB_SERVICES}`],
      ],
      [SERVERS, VAULTS, ACCOUNTS],
    ],
    [
      'with the keys, for their versions',
      child(VERSIONS, KEYS),
      [[`${KEYS} < ${VAULTS}`], [`${VERSIONS} < ${KEYS}`]],
      [VAULTS],
    ],
    [
      'with the blob service, for its containers',
      child(CONTAINERS),
      [[`${BLOB_SERVICES} < ${ACCOUNTS}`], [`${CONTAINERS} < ${BLOB_SERVICES}`]],
      [ACCOUNTS],
    ],
    [
      'of subscriptions, without any resource',
      child(LOCKS, VAULTS),
      [[`${LOCKS} < microsoft.resources/subscriptions`]],
      [],
    ],
  ])('is read %s', (_, wanted, expected, graph) => {
    expect(waves(wanted)).toEqual(expected.map((wave) => wave.toSorted()));
    const types = readSet([wanted]).graph;
    expect(types.get('resources') ?? []).toEqual(graph.toSorted());
    expect(types.get('resourcecontainers')).toEqual(['microsoft.resources/subscriptions']);
  });

  it('is asked once, however many policies want it', () => {
    const once = waves(child(DIAGNOSTICS, VAULTS));
    expect(waves(child(DIAGNOSTICS, VAULTS), child(DIAGNOSTICS, VAULTS), child(DIAGNOSTICS, KEYS))).toEqual(once);
  });

  it('is the sum of what each policy wants', () => {
    expect(waves(child(DIAGNOSTICS, VAULTS), child(DIAGNOSTICS, SERVERS))).toEqual([
      [`${DIAGNOSTICS} < ${SERVERS}`, `${DIAGNOSTICS} < ${VAULTS}`],
    ]);
  });

  it.each(['microsoft.keyvault/vaults/secrets', 'constructor', ''])(
    'is refused for %j, which has no reader',
    (type) => {
      expect(() => readSet([child(type)])).toThrow(AzureError);
      expect(() => readSet([child(type)])).toThrow(/there is no reader\. Known: .*vaults\/keys/);
    },
  );
});
