/** What an ARM path or id names: one thing, or (`collection`) all of one type below a parent. */
export interface Address {
  readonly path: string;
  readonly collection: boolean;
  /** With the case of the path, for example `Microsoft.Storage/storageAccounts/managementPolicies`. */
  readonly type: string;
  /** The last name; of a collection, the parent's. Empty at the top of the tenant. */
  readonly name: string;
  /** The id one level up: the parent resource, or the scope before `/providers/`. Empty at the top of the tenant. */
  readonly parentId: string;
  readonly subscription: string | undefined;
  readonly resourceGroup: string | undefined;
}

/**
 * Reads an ARM path: `/subscriptions/…`, `/resourceGroups/…`, `/providers/<namespace>/<type>/<name>…`, extension
 * resources (a second `/providers/`) included. Keywords are matched without regard to case, as ARM does.
 * @returns undefined when the path has no such shape.
 */
export function parseAddress(path: string): Address | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const scope = readScope(segments);
  const rest = segments.slice(scope.length);
  return rest.length === 0 ? addressOfScope(scope) : readProvider(scope, rest);
}

/** The lower-case form by which ids are compared: ARM keeps case and ignores it. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

interface Scope {
  /** How many segments belong to the scope. */
  readonly length: number;
  readonly path: string;
  readonly subscription: string | undefined;
  readonly resourceGroup: string | undefined;
  /** The path ends in the keyword itself: `/subscriptions` or `…/resourceGroups`. */
  readonly bare: boolean;
}

const same = (segment: string | undefined, keyword: string) => segment?.toLowerCase() === keyword;

function readScope(segments: readonly string[]): Scope {
  const length = scopeLength(segments);
  return {
    length,
    path: join(segments.slice(0, length)),
    subscription: length >= 2 ? segments[1] : undefined,
    resourceGroup: length >= 4 ? segments[3] : undefined,
    bare: length % 2 === 1,
  };
}

function scopeLength(segments: readonly string[]): number {
  if (!same(segments[0], 'subscriptions')) return 0;
  const inGroup = segments.length > 2 && same(segments[2], 'resourcegroups');
  return Math.min(segments.length, inGroup ? 4 : 2);
}

function addressOfScope(scope: Scope): Address | undefined {
  const { path, length, subscription, resourceGroup } = scope;
  const type = length <= 2 ? 'Microsoft.Resources/subscriptions' : 'Microsoft.Resources/resourceGroups';
  const above = join(path.split('/').slice(1, scope.bare ? -1 : -2));
  if (length === 0) return undefined;
  return {
    path,
    collection: scope.bare,
    type,
    name: resourceGroup ?? subscription ?? '',
    parentId: above,
    subscription,
    resourceGroup,
  };
}

/** `rest` starts at `providers`; pairs of type and name follow, and an extension starts over with `providers`. */
function readProvider(scope: Scope, rest: readonly string[]): Address | undefined {
  if (scope.bare || !same(rest[0], 'providers')) return undefined;
  // Types stand at every second place; a `providers` there starts an extension of what came before it.
  let start = 0;
  for (let at = 2; at < rest.length; at += 2) if (same(rest[at], 'providers')) start = at;
  const inner = rest.slice(start + 2);
  if (inner.length === 0) return undefined;
  const types = inner.filter((_, index) => index % 2 === 0);
  const collection = inner.length % 2 === 1;
  const parentEnd = inner.length <= 2 ? start : rest.length - (collection ? 1 : 2);
  const parentId = scope.path + join(rest.slice(0, parentEnd));
  return {
    path: scope.path + join(rest),
    collection,
    type: [rest[start + 1], ...types].join('/'),
    name: (collection ? parentId.split('/').at(-1) : inner.at(-1)) ?? '',
    parentId,
    subscription: scope.subscription,
    resourceGroup: scope.resourceGroup,
  };
}

function join(segments: readonly string[]): string {
  return segments.map((segment) => `/${segment}`).join('');
}
