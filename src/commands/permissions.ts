import { readerOf } from '../azure/readers.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { graphTables } from '../snapshot/tables.ts';

/** One Azure action that reading for a pack needs, and which policies want it. */
export interface NeededAction {
  readonly action: string;
  readonly read: string;
  readonly by: 'Resource Graph' | 'Azure Resource Manager';
  readonly policies: readonly string[];
}

/**
 * Exactly the actions that a scan by these policies makes use of: each declared child reader's own, and `read` of each
 * type that Resource Graph is asked for, which answers only what the caller may read. Ordered by action.
 */
export function permissionsFor(policies: readonly Policy[]): readonly NeededAction[] {
  const needed = new Map<
    string,
    { readonly read: string; readonly by: NeededAction['by']; readonly policies: Set<string> }
  >();
  const need = (action: string, read: string, by: NeededAction['by'], policy: string | null): void => {
    const known = needed.get(action) ?? { read, by, policies: new Set<string>() };
    if (policy !== null) known.policies.add(policy);
    needed.set(action, known);
  };
  need('Microsoft.Resources/subscriptions/read', 'microsoft.resources/subscriptions', 'Azure Resource Manager', null);
  for (const policy of policies)
    for (const type of typesOf(policy)) {
      const reader = readerOf(type);
      if (reader === undefined) need(readAction(type), type, 'Resource Graph', policy.metadata.id);
      else
        for (const above of lineOf(type))
          need(
            readerOf(above)?.permission ?? readAction(above),
            above,
            readerOf(above) === undefined ? 'Resource Graph' : 'Azure Resource Manager',
            policy.metadata.id,
          );
    }
  return [...needed]
    .map(([action, { policies: ids, ...rest }]) => ({ action, ...rest, policies: [...ids].sort() }))
    .sort((a, b) => (a.action < b.action ? -1 : 1));
}

/** A custom role as `az role definition create` takes it. */
export function customRole(actions: readonly NeededAction[], scopes: readonly string[]): object {
  return {
    Name: 'assay scanner',
    IsCustom: true,
    Description: 'Reads exactly what the chosen policies judge; no data, no secrets, no logs.',
    Actions: actions.map(({ action }) => action),
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: scopes,
  };
}

function typesOf(policy: Policy): readonly string[] {
  const declared = (policy.reads ?? []).flatMap((read) =>
    Object.entries(read).flatMap(([table, type]) =>
      table === 'childresources' || graphTables.includes(table) ? [String(type)] : [],
    ),
  );
  return [...(policy.subject === 'workload' ? [] : [policy.subject]), ...declared];
}

/** A child type, and what it is read below up to Resource Graph: each of those is read on the way. */
function lineOf(type: string): readonly string[] {
  const reader = readerOf(type);
  if (reader === undefined) return [type];
  const above = reader.parents.filter((parent) => type.startsWith(`${parent}/`));
  return [type, ...above.flatMap(lineOf)];
}

// Azure compares actions without regard to case; people read them more easily as Azure writes them.
const SPELLINGS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['Microsoft.DBforPostgreSQL', 'flexibleServers', 'Microsoft.Storage', 'storageAccounts', 'Microsoft.KeyVault'],
    ...['Microsoft.Network', 'privateEndpoints', 'privateDnsZones', 'virtualNetworks', 'virtualNetworkLinks'],
    ...['networkSecurityGroups', 'networkWatchers', 'flowLogs', 'networkSecurityPerimeters', 'Microsoft.Authorization'],
    ...['roleAssignments', 'roleDefinitions', 'policyAssignments', 'policyExemptions', 'Microsoft.Security'],
    ...['securityContacts', 'Microsoft.Insights', 'metricAlerts', 'activityLogAlerts', 'actionGroups'],
    ...['scheduledQueryRules', 'Microsoft.OperationalInsights', 'Microsoft.CognitiveServices', 'Microsoft.Search'],
    ...['searchServices', 'Microsoft.MachineLearningServices', 'Microsoft.DataProtection', 'backupVaults'],
    ...['backupInstances', 'backupPolicies', 'backupJobs', 'Microsoft.RecoveryServices', 'Microsoft.PolicyInsights'],
    ...['policyStates', 'Microsoft.Resources', 'resourceGroups', 'Microsoft.ManagedIdentity', 'userAssignedIdentities'],
    'Microsoft.HorizonDb',
  ].map((name) => [name.toLowerCase(), name]),
);

const readAction = (type: string): string =>
  `${type
    .split('/')
    .map((segment) => SPELLINGS[segment] ?? segment)
    .join('/')}/read`;
