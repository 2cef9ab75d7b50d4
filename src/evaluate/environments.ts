import type { Policy } from '../policy/policy.schema.ts';
import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import { COUNTED_TYPES } from '../workload/counted-types.ts';
import { extentOf } from '../workload/extent.ts';

/** What an environment is judged by, where it is the subject itself. */
export interface EnvironmentSubject {
  /** Subscriptions that must have been read; see `extentOf`. */
  readonly scopes: readonly string[];
  /** Why nothing can be said of it though everything was read; null where something can. */
  readonly shortfall: string | null;
}

/** The environments of a declaration, in the order of its `workload` table, for a policy whose subject they are. */
export function environmentsOf(policy: Policy, snapshot: Snapshot): readonly (readonly [Row, EnvironmentSubject])[] {
  const rows = [...snapshot.rows('workload')];
  const known = [
    ...snapshot.header.requestedScopes,
    ...snapshot.header.reads.flatMap(({ scope }) => (scope === undefined ? [] : [scope])),
  ];
  const counted = COUNTED_TYPES.filter(([type]) => readsType(policy, type));
  const found = placedCounts(
    snapshot,
    counted.map(([type]) => type),
  );
  return rows.map((row) => {
    const { scopes, placesNothing } = extentOf(row, rows, known);
    const fewer = counted.flatMap(([type, count]) => fewerThanDeclared(row, type, count, found) ?? []);
    const nothing = placesNothing
      ? 'the declaration gives it no scope, and no tag by which resources are placed'
      : null;
    return [row, { scopes, shortfall: nothing ?? fewer[0] ?? null }];
  });
}

const readsType = (policy: Policy, type: string): boolean =>
  (policy.reads ?? []).some((read) => 'resources' in read && read.resources === type);

/** How many resources of a type are placed in an environment, by `<type> <environment>`. */
function placedCounts(snapshot: Snapshot, types: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  if (types.length === 0) return counts;
  for (const row of snapshot.rows('placements', types)) {
    // A vault that an environment declares and that lies elsewhere is not one of its own.
    if (row.placedBy === 'keyVault') continue;
    const key = `${String(row.type).toLowerCase()} ${String(row.environment)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Fewer resources than declared may be resources that nobody was shown: Resource Graph leaves them out silently. */
function fewerThanDeclared(row: Row, type: string, count: string, found: ReadonlyMap<string, number>): string | null {
  const { expect, environment } = row;
  const declared = typeof expect === 'object' && expect !== null ? (expect as Row)[count] : undefined;
  const there = found.get(`${type} ${String(environment)}`) ?? 0;
  if (typeof declared !== 'number' || there >= declared) return null;
  return `the declaration expects ${declared} of ${type}, ${there} were found`;
}
