import type { Row } from '../snapshot/snapshot.ts';
import type { Subscription } from './estate.ts';
import type { GraphRequest } from './graph-request.ts';

type Filter = NonNullable<NonNullable<GraphRequest['options']>['authorizationScopeFilter']>;
type Level = 'above' | 'exact' | 'below';

/** What each filter lets through; the first is Azure's default, by which inherited assignments are missing. */
const levels: Record<Filter, readonly Level[]> = {
  AtScopeAndBelow: ['exact', 'below'],
  AtScopeAndAbove: ['exact', 'above'],
  AtScopeExact: ['exact'],
  AtScopeAboveAndBelow: ['above', 'exact', 'below'],
};

const filtered: ReadonlySet<string> = new Set([
  'microsoft.authorization/roleassignments',
  'microsoft.authorization/policyassignments',
  'microsoft.authorization/policyexemptions',
]);

/**
 * Whether a query over subscriptions shows a row, by its `authorizationScopeFilter`: assignments stand at a subscription,
 * below it, or above it, at a management group that it lies in or at the root. Rows of other types pass.
 */
export function scopeFilter(request: GraphRequest, asked: readonly Subscription[]): (row: Row) => boolean {
  if ((request.managementGroups?.length ?? 0) > 0) return () => true;
  const shown = levels[request.options?.authorizationScopeFilter ?? 'AtScopeAndBelow'];
  return (row) => {
    if (!filtered.has(String(row.type))) return true;
    const scope = scopeOfAssignment(String(row.id));
    const level = levelOf(scope);
    return shown.includes(level) && (level !== 'above' || asked.some((one) => liesBelow(one, scope)));
  };
}

/** What an assignment's id has before its own provider, in lower case; empty for the root. */
const scopeOfAssignment = (id: string): string =>
  id.toLowerCase().slice(0, Math.max(0, id.toLowerCase().lastIndexOf('/providers/microsoft.authorization/')));

function levelOf(scope: string): Level {
  if (!scope.startsWith('/subscriptions/')) return 'above';
  return scope.split('/').length === 3 ? 'exact' : 'below';
}

/** A subscription whose groups the estate does not tell lies below every one. */
function liesBelow({ managementGroups }: Subscription, scope: string): boolean {
  if (scope === '' || managementGroups === undefined) return true;
  return managementGroups.some((name) => scope.endsWith(`/managementgroups/${name.toLowerCase()}`));
}
