import type { EnvironmentClass, Workload } from './workload.schema.ts';

/** What places a resource: its id and tags (a child is placed as its parent is). */
export interface Placeable {
  readonly id: string;
  readonly tags: Readonly<Record<string, unknown>> | null;
}

/** `environment` is null where the declaration says nothing, or two things; `because` tells how it was decided. */
export interface Placement {
  readonly environment: string | null;
  readonly class: EnvironmentClass;
  readonly because: string;
}

/** Strictest last: what serves several environments is judged as the strictest of them. */
const STRICTNESS: readonly EnvironmentClass[] = ['dev', 'test', 'uat', 'prod'];

/**
 * Finds a resource's environment: by the most specific `scopes:` entry (resource group before subscription), then by
 * the environment tag. `shared:` scopes are judged as the strictest environment. Anything undecided is judged as prod.
 */
export function placeOf(resource: Placeable, workload: Workload | null): Placement {
  if (workload === null) return { environment: null, class: 'prod', because: 'no declaration: judged as prod' };
  const id = resource.id.toLowerCase();
  const byEnvironmentId = environmentById(id, workload);
  if (byEnvironmentId !== null) return byEnvironmentId;
  const byScope = environmentsByScope(id, workload);
  if (byScope.length > 1) return undecided(`several environments claim its scope: ${byScope.join(', ')}`);
  const shared = isWithinAny(id, workload.shared?.scopes ?? []);
  if (shared && !moreSpecific(id, byScope[0], workload)) return strictest(workload);
  const byTag = environmentByTag(resource, workload);
  const [scoped] = byScope;
  if (scoped !== undefined && byTag !== null && byTag !== scoped)
    return undecided(`its scope says ${scoped}, its tag says ${byTag}`);
  const name = scoped ?? byTag;
  if (name === undefined || name === null) return undecided('no environment claims it');
  return placed(name, workload, scoped === undefined ? 'by its environment tag' : 'by its scope');
}

/** `workload/<environment>` is the subject of policies about the declaration itself. */
function environmentById(id: string, workload: Workload): Placement | null {
  const name = id.startsWith('workload/') ? id.slice('workload/'.length) : null;
  return name !== null && Object.hasOwn(workload.environments, name) ? placed(name, workload, 'it is declared') : null;
}

function environmentsByScope(id: string, workload: Workload): readonly string[] {
  let longest = 0;
  let names: string[] = [];
  for (const [name, environment] of Object.entries(workload.environments)) {
    const length = longestScope(id, environment.scopes ?? []);
    if (length === 0 || length < longest) continue;
    names = length > longest ? [name] : [...names, name];
    longest = length;
  }
  return names;
}

function moreSpecific(id: string, name: string | undefined, workload: Workload): boolean {
  if (name === undefined) return false;
  const environment = workload.environments[name];
  return longestScope(id, environment?.scopes ?? []) > longestScope(id, workload.shared?.scopes ?? []);
}

const longestScope = (id: string, scopes: readonly string[]): number =>
  Math.max(0, ...scopes.filter((scope) => isWithin(id, scope)).map((scope) => scope.length));

const isWithinAny = (id: string, scopes: readonly string[]): boolean => scopes.some((scope) => isWithin(id, scope));

/** Whole segments: /subscriptions/1 does not hold /subscriptions/11. */
function isWithin(id: string, scope: string): boolean {
  const lower = scope.toLowerCase().replace(/\/+$/, '');
  return id === lower || id.startsWith(`${lower}/`);
}

function environmentByTag(resource: Placeable, workload: Workload): string | null {
  const tag = workload.match?.environmentTag?.toLowerCase();
  if (tag === undefined || resource.tags === null) return null;
  // Azure compares tag names without regard to case, tag values with it; people do not, so neither do we.
  const value = Object.entries(resource.tags).find(([name]) => name.toLowerCase() === tag)?.[1];
  const wanted = String(value ?? '').toLowerCase();
  return Object.keys(workload.environments).find((name) => name.toLowerCase() === wanted) ?? null;
}

function strictest(workload: Workload): Placement {
  const [name] = Object.entries(workload.environments).reduce<readonly [string | null, number]>(
    (worst, [candidate, environment]) => {
      const rank = STRICTNESS.indexOf(environment.class);
      return rank > worst[1] ? [candidate, rank] : worst;
    },
    [null, -1],
  );
  return name === null ? undecided('no environment is declared') : placed(name, workload, 'shared: as the strictest');
}

function placed(name: string, workload: Workload, because: string): Placement {
  return { environment: name, class: workload.environments[name]?.class ?? 'prod', because };
}

const undecided = (because: string): Placement => ({ environment: null, class: 'prod', because });
