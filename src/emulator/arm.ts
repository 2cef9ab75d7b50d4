import type { Answer, Asked } from './answer.ts';
import { armError, ok, refuseVersion } from './answer.ts';
import { authorizationFailed } from './denial.ts';
import type { ArmBody } from './estate.schema.ts';
import type { Estate, Subscription } from './estate.ts';
import type { PageTokens } from './page-token.ts';
import { type Address, idKey, parseAddress } from './resource-id.ts';

export interface ArmOptions {
  readonly estate: Estate;
  /** Lower-case subscription ids that the principal may not read. */
  readonly denied: ReadonlySet<string>;
  readonly url: string;
  readonly tokens: PageTokens;
}

/** Resource Manager serves lists a hundred at a time. */
const pageSize = 100;

/** Azure Resource Manager's reads: subscriptions, resource groups, resources, children, extensions, and their lists. */
export function createArm(options: ArmOptions): (asked: Asked) => Answer {
  const { estate, denied } = options;
  const byType = indexByType(estate);
  return (asked) => {
    const wrong = refuseRequest(asked);
    if (wrong !== undefined) return wrong;
    const address = parseAddress(asked.path);
    if (address === undefined) return unknownPath(asked.path);
    const subscription = address.subscription?.toLowerCase();
    if (subscription !== undefined && denied.has(subscription))
      return authorizationFailed(asked.path, estate.principal);
    if (!address.collection) return readOne(address, options);
    const items = listItems(address, { ...options, byType });
    return 'status' in items ? items : page(items, asked, options);
  };
}

function refuseRequest({ method, path, query }: Asked): Answer | undefined {
  if (method !== 'GET') {
    const refused = armError(405, 'MethodNotAllowed', `${method} ${path}: the emulator answers reads (GET) only.`);
    return { ...refused, headers: { allow: 'GET' } };
  }
  return refuseVersion(query);
}

function unknownPath(path: string): Answer {
  return armError(404, 'InvalidResourceType', `No resource type stands behind the path '${path}'.`);
}

function readOne(address: Address, { estate }: ArmOptions): Answer {
  if (isSubscription(address)) {
    const found = findSubscription(estate, address);
    return found === undefined ? subscriptionNotFound(address) : ok(subscriptionBody(found, estate));
  }
  const body = estate.resources.get(idKey(address.path));
  return body === undefined ? notFound(address, estate) : ok(body);
}

function isSubscription({ type }: Address): boolean {
  return type === 'Microsoft.Resources/subscriptions';
}

function findSubscription(estate: Estate, { subscription }: Address): Subscription | undefined {
  return estate.subscriptions.find(({ id }) => id.toLowerCase() === subscription?.toLowerCase());
}

function subscriptionBody(subscription: Subscription, { tenant }: Estate): object {
  return {
    id: `/subscriptions/${subscription.id}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    ...(subscription.tags === undefined ? {} : { tags: subscription.tags }),
    subscriptionId: subscription.id,
    tenantId: tenant,
    displayName: subscription.name,
    state: subscription.state,
    subscriptionPolicies: {
      locationPlacementId: 'Internal_2014-09-01',
      quotaId: 'Internal_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}

function subscriptionNotFound({ subscription = '' }: Address): Answer {
  return armError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
}

/** What services answer for a missing child, by lower-case type; every other type gets Resource Manager's own words. */
const serviceNotFound: Readonly<Record<string, (address: Address) => readonly [code: string, message: string]>> = {
  // Recorded from Azure.
  'microsoft.storage/storageaccounts/managementpolicies': ({ parentId }) => [
    'ManagementPolicyNotFound',
    `No ManagementPolicy found for account ${lastName(parentId)}`,
  ],
  // As publicly reported by their users.
  'microsoft.storage/storageaccounts/blobservices/containers': () => [
    'ContainerNotFound',
    'The specified container does not exist.',
  ],
  'microsoft.authorization/locks': ({ name }) => ['LockNotFound', `The lock '${name}' could not be found.`],
  'microsoft.authorization/roleassignments': ({ name }) => [
    'RoleAssignmentNotFound',
    `The role assignment '${name}' is not found.`,
  ],
};

function notFound(address: Address, estate: Estate): Answer {
  const missing = missingAbove(address, estate);
  if (missing !== undefined) return missing;
  if (isResourceGroup(address)) return groupNotFound(address.name);
  const unsupported = unsupportedBy(address, estate);
  if (unsupported !== undefined) return unsupported;
  const own = serviceNotFound[address.type.toLowerCase()]?.(address);
  if (own !== undefined) return armError(404, ...own);
  const inGroup = address.resourceGroup === undefined ? '' : ` under resource group '${address.resourceGroup}'`;
  return armError(
    404,
    'ResourceNotFound',
    `The Resource '${address.type}/${address.name}'${inGroup} was not found. For more details please go to ` +
      'https://aka.ms/ARMResourceNotFoundFix',
  );
}

/** The refusal of a service that an account's kind does not have, as its users reported it (steampipe-plugin-azure#404). */
function unsupportedBy({ type, parentId }: Address, estate: Estate): Answer | undefined {
  const kind = String(estate.resources.get(idKey(parentId))?.kind).toLowerCase();
  if (type.toLowerCase() !== 'microsoft.storage/storageaccounts/blobservices' || kind !== 'filestorage')
    return undefined;
  return armError(400, 'FeatureNotSupportedForAccount', 'Blob is not supported for the account.');
}

/** The 404 for the highest thing above an address that does not exist. */
function missingAbove(address: Address, estate: Estate): Answer | undefined {
  const above = parseAddress(address.parentId);
  if (above === undefined) return undefined;
  const higher = missingAbove(above, estate);
  if (higher !== undefined) return higher;
  if (isSubscription(above))
    return findSubscription(estate, above) === undefined ? subscriptionNotFound(above) : undefined;
  if (estate.resources.has(idKey(above.path))) return undefined;
  if (isResourceGroup(above)) return groupNotFound(above.name);
  if (alwaysThere.has(above.type.toLowerCase())) return undefined;
  const message = `Can not perform requested operation on nested resource. Parent resource '${above.name}' not found.`;
  return armError(404, 'ParentResourceNotFound', message);
}

function isResourceGroup({ type }: Address): boolean {
  return type === 'Microsoft.Resources/resourceGroups';
}

function groupNotFound(name: string): Answer {
  return armError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

// A storage account is never without its services: an estate that leaves them out still has lists below them.
const alwaysThere: ReadonlySet<string> = new Set(
  ['blob', 'file', 'queue', 'table'].map((service) => `microsoft.storage/storageaccounts/${service}services`),
);

function lastName(id: string): string {
  return id.split('/').at(-1) ?? '';
}

interface Listed {
  readonly key: string;
  readonly body: ArmBody;
}

function indexByType(estate: Estate): ReadonlyMap<string, readonly Listed[]> {
  const index = new Map<string, Listed[]>();
  for (const [key, body] of estate.resources) {
    const type = body.type.toLowerCase();
    const same = index.get(type);
    if (same === undefined) index.set(type, [{ key, body }]);
    else same.push({ key, body });
  }
  return index;
}

type ListOptions = ArmOptions & { readonly byType: ReadonlyMap<string, readonly Listed[]> };

function listItems(address: Address, { estate, denied, byType }: ListOptions): readonly unknown[] | Answer {
  if (isSubscription(address)) {
    const readable = estate.subscriptions.filter(({ id }) => !denied.has(id.toLowerCase()));
    return readable.map((subscription) => subscriptionBody(subscription, estate));
  }
  const missing = missingAbove(address, estate);
  if (missing !== undefined) return missing;
  const type = address.type.toLowerCase();
  const below = `${idKey(address.parentId)}/`;
  const isListed = ownScopeOnly.has(type)
    ? ({ key }: Listed) => idKey(parseAddress(key)?.parentId ?? '') === idKey(address.parentId)
    : ({ key }: Listed) => key.startsWith(below);
  const shown = shownInLists[type];
  return (byType.get(type) ?? []).filter(isListed).map(({ body }) => (shown === undefined ? body : cut(body, shown)));
}

// Settings of a resource's children are not its own; locks and assignments further down are listed with those above.
const ownScopeOnly: ReadonlySet<string> = new Set(['microsoft.insights/diagnosticsettings']);

/** Properties that a list shows, where it shows fewer than the thing itself (examples of the API's specification). */
const shownInLists: Readonly<Record<string, readonly string[]>> = {
  'microsoft.keyvault/vaults/keys': ['attributes', 'keyUri'],
};

function cut(body: ArmBody, shown: readonly string[]): ArmBody {
  const properties = Object.entries(Object(body.properties)).filter(([name]) => shown.includes(name));
  return { ...body, properties: Object.fromEntries(properties) };
}

function page(items: readonly unknown[], { path, query }: Asked, { tokens, url }: ArmOptions): Answer {
  const token = query.get('$skiptoken') ?? query.get('$skipToken');
  const [offset] = token === null ? [0] : (tokens.read(idKey(path), token) ?? []);
  if (offset === undefined)
    return armError(400, 'InvalidSkipToken', `The skip token '${token}' is not valid for this list.`);
  const end = offset + pageSize;
  const value = items.slice(offset, end);
  if (end >= items.length) return ok({ value });
  const next = new URL(path.split('/').map(encodeURIComponent).join('/'), url);
  next.searchParams.set('api-version', query.get('api-version') ?? '');
  next.searchParams.set('$skiptoken', tokens.write(idKey(path), [end]));
  return ok({ value, nextLink: next.href });
}
