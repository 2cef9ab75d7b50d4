import type { Row } from '../snapshot/snapshot.ts';
import type { ArmBody } from './estate.schema.ts';
import { parseAddress } from './resource-id.ts';

/**
 * The Resource Graph table that holds a type, or undefined: most children and extensions are in none and must be read
 * from Resource Manager (source: Microsoft's list of tables and types).
 */
export function graphTableOf(type: string): string | undefined {
  const lower = type.toLowerCase();
  const listed = listedTypes.find(([pattern]) => pattern.test(lower));
  if (listed !== undefined) return listed[1];
  return lower.split('/').length === 2 ? 'resources' : undefined;
}

/**
 * The row that Resource Graph answers for an ARM body, as a recorded pair of both shows: lower-case type and resource
 * group, empty text for a missing kind, managedBy or location, null for other missing parts, times cut to milliseconds
 * and written with seven digits, and an empty list of private endpoint connections where a storage account has none.
 */
export function deriveGraphRow(body: ArmBody, tenantId: string): Row {
  const address = parseAddress(body.id);
  const type = graphTypeName(body.type);
  return {
    id: body.id,
    name: body.name,
    type,
    tenantId,
    kind: text(body.kind),
    location: text(body.location).toLowerCase().replaceAll(' ', ''),
    resourceGroup: (address?.resourceGroup ?? '').toLowerCase(),
    subscriptionId: address?.subscription ?? '',
    managedBy: text(body.managedBy),
    sku: body.sku ?? null,
    plan: body.plan ?? null,
    properties: { ...emptyParts[type], ...Object(withGraphTimes(body.properties ?? {})) },
    tags: body.tags ?? null,
    identity: body.identity ?? null,
    zones: body.zones ?? null,
    extendedLocation: body.extendedLocation ?? null,
  };
}

/** The row of a subscription in `resourcecontainers`. */
export function deriveSubscriptionRow(
  subscription: {
    id: string;
    name: string;
    state: string;
    tags?: Readonly<Record<string, string>>;
    managementGroups?: readonly string[];
  },
  tenantId: string,
): Row {
  const chain = (subscription.managementGroups ?? []).map((name) => ({ displayName: name, name }));
  const body = {
    id: `/subscriptions/${subscription.id}`,
    name: subscription.name,
    type: 'Microsoft.Resources/subscriptions',
    ...(subscription.tags === undefined ? {} : { tags: subscription.tags }),
    properties: { state: subscription.state, managementGroupAncestorsChain: chain, managedByTenants: [] },
  };
  return deriveGraphRow(body, tenantId);
}

/** Lays `patch` over `base`: objects merge key by key, null takes a key away, everything else replaces. */
export function mergePatch(base: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(base) ? base : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // fromEntries defines keys, it never assigns: a key named __proto__ stays an ordinary key.
  return Object.fromEntries(merged);
}

const listedTypes: readonly (readonly [RegExp, string | undefined])[] = [
  [
    /^microsoft\.resources\/subscriptions$|^microsoft\.resources\/(subscriptions\/)?resourcegroups$/,
    'resourcecontainers',
  ],
  [/^microsoft\.management\/managementgroups$/, 'resourcecontainers'],
  [/^microsoft\.authorization\/(roleassignments|roledefinitions|classicadministrators)$/, 'authorizationresources'],
  [/^microsoft\.authorization\/policy(assignments|definitions|exemptions|setdefinitions)$/, 'policyresources'],
  [/^microsoft\.policyinsights\//, 'policyresources'],
  [
    /^microsoft\.security\/(assessments|assessments\/subassessments|pricings|securescores.*|standardassignments)$/,
    'securityresources',
  ],
  [/^microsoft\.security\/(regulatorycompliancestandards.*|locations\/alerts|attackpaths)$/, 'securityresources'],
  [
    /^microsoft\.dataprotection\/backupvaults\/(backupinstances|backupjobs|backuppolicies|deletedbackupinstances)$/,
    'recoveryservicesresources',
  ],
  [/^microsoft\.recoveryservices\/vaults\/.+/, 'recoveryservicesresources'],
  [/^microsoft\.advisor\//, 'advisorresources'],
  [/^microsoft\.network\/privatednszones\/(a|aaaa|cname|mx|ptr|soa|srv|txt)$/, 'dnsresources'],
  [/^microsoft\.network\/privatednszones\/virtualnetworklinks$/, 'resources'],
  [/^microsoft\.network\/networksecurityperimeters\/.+/, 'networkresources'],
  [/^microsoft\.resourcehealth\/availabilitystatuses$/, 'healthresources'],
  [/^microsoft\.insights\/(datacollectionruleassociations|tenantactiongroups)$/, 'insightresources'],
  [/^microsoft\.resources\/changes$/, 'resourcechanges'],
  [/^microsoft\.resources\/tags$/, 'tagresources'],
  [/^microsoft\.machinelearningservices\/workspaces\/(online|batch|serverless)endpoints(\/deployments)?$/, 'resources'],
  // Extension types of two segments that no table holds.
  [/^microsoft\.insights\/(diagnosticsettings|metrics)$/, undefined],
  [/^microsoft\.authorization\/(locks|permissions)$/, undefined],
  [/^microsoft\.consumption\/budgets$/, undefined],
  [/^microsoft\.security\//, undefined],
];

// Resource Graph names resource groups below their subscription; Resource Manager does not.
function graphTypeName(type: string): string {
  const lower = type.toLowerCase();
  return lower === 'microsoft.resources/resourcegroups' ? 'microsoft.resources/subscriptions/resourcegroups' : lower;
}

// Seen in the recorded pair: the ARM body has no such key, the Resource Graph row has an empty list.
const emptyParts: Readonly<Record<string, Row>> = {
  'microsoft.storage/storageaccounts': { privateEndpointConnections: [] },
};

const armTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})\d{4}Z$/;

function withGraphTimes(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(armTime, '$10000Z');
  if (Array.isArray(value)) return value.map(withGraphTimes);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withGraphTimes(inner)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
