import { describe, expect, it } from 'vitest';
import { readTables } from '../../src/azure/graph-tables.ts';
import type { GraphAnswer } from '../../src/azure/resource-graph.ts';
import type { Row } from '../../src/snapshot/snapshot.ts';
import { development, estateOf, estateYaml, production, smallArm } from '../emulator/small-estate.ts';
import { collected } from './collected.ts';

const ASSIGNMENTS = 'microsoft.authorization/roleassignments';
const wanted = [{ table: 'authorizationresources', type: ASSIGNMENTS }];

const assignment = (scope: string, name: string) => ({
  resource: {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    properties: { scope: scope === '' ? '/' : scope, principalId: name, roleDefinitionId: 'r' },
  },
});
const group = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;

describe('assignments above a subscription', () => {
  const estate = estateOf(
    {
      ...estateYaml,
      subscriptions: [
        { id: production, name: 'production', state: 'Enabled', managementGroups: ['mg-live', 'mg-root'] },
        { id: development, name: 'development', state: 'Enabled', managementGroups: ['mg-root'] },
      ],
    },
    {
      ...smallArm,
      'arm/access.json': [
        assignment('', 'at-root'),
        assignment(group('mg-live'), 'at-group'),
        assignment(group('mg-elsewhere'), 'elsewhere'),
        assignment(`/subscriptions/${production}`, 'at-subscription'),
        assignment(`/subscriptions/${production}/resourceGroups/rg-Data`, 'below'),
      ],
    },
  );

  it('are collected, with the groups that they come from', async () => {
    const { snapshot } = await collected({ estate, wanted });
    const names = [...snapshot.rows('authorizationresources', [ASSIGNMENTS])].map(({ name }) => name);
    expect(names.toSorted()).toEqual(['at-group', 'at-root', 'at-subscription', 'below']);
    const chains = [...snapshot.rows('resourcecontainers')].map(({ properties }) =>
      (properties as { managementGroupAncestorsChain: { name: string }[] }).managementGroupAncestorsChain.map(
        ({ name }) => name,
      ),
    );
    expect(chains).toEqual([['mg-live', 'mg-root'], ['mg-root']]);
  });

  it('come with every batch of subscriptions and are kept once', async () => {
    const inherited: Row = { id: `${group('mg')}/x`, type: ASSIGNMENTS, subscriptionId: '' };
    const answer = (rows: readonly Row[]): GraphAnswer => ({
      rows,
      pages: 1,
      outcome: 'ok',
      requestIds: [],
      error: null,
    });
    const subscriptions = Array.from({ length: 101 }, (_, i) => `s${i}`);
    const { tables } = await readTables(
      new Map([['authorizationresources', [ASSIGNMENTS]]]),
      subscriptions,
      (_, [first]) => Promise.resolve(answer([inherited, { id: `/subscriptions/${first}/y`, type: ASSIGNMENTS }])),
      { clock: () => '2026-01-01T00:00:00Z', progress: () => {} },
    );
    expect(tables[0]?.rows.map(({ id }) => id)).toEqual([inherited.id, '/subscriptions/s0/y', '/subscriptions/s100/y']);
  });
});
