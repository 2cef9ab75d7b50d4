import type { Policy } from '../policy/policy.schema.ts';
import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import { graphTableOf } from '../snapshot/tables.ts';
import { type EnvironmentSubject, environmentsOf } from './environments.ts';
import { isChildSubject } from './reads.ts';

/** One resource that a policy must judge: the population does not come from the policy's own query. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  /** The resource that places it: its own row, or its parent's for a child. */
  readonly tags: Readonly<Record<string, unknown>> | null;
  readonly parentId: string | null;
  /** Given where the subject is an environment of the declaration, not a resource. */
  readonly environment?: EnvironmentSubject;
}

/** The table in which the rows of a policy's subjects stand. */
export function subjectTable(policy: Policy): string {
  if (policy.subject === 'workload') return 'workload';
  return isChildSubject(policy) ? 'childresources' : graphTableOf(policy.subject);
}

/** Every resource of a policy's subject type in the snapshot, by lower-cased id. */
export function subjectsOf(policy: Policy, snapshot: Snapshot): ReadonlyMap<string, Subject> {
  if (policy.subject === 'workload')
    return keyed(environmentsOf(policy, snapshot).map(([row, environment]) => ({ ...graphSubject(row), environment })));
  const rows = snapshot.rows(subjectTable(policy), [policy.subject]);
  if (!isChildSubject(policy)) return keyed([...rows].map(graphSubject));
  const tags = new Map<string, Subject['tags']>();
  const parents = lineage(policy.subject).map(({ parent }) => parent);
  for (const row of snapshot.rows('resources', parents)) tags.set(text(row.id).toLowerCase(), tagsOf(row));
  return keyed([...rows].filter((row) => row.absent !== true).map((row) => subjectIn(policy, row, tags)));
}

/** The subject that a row is; a child has the tags of what it is part of. */
export function subjectIn(policy: Policy, row: Row, tags: ReadonlyMap<string, Subject['tags']>): Subject {
  const subject = graphSubject(row);
  return isChildSubject(policy) ? { ...subject, tags: tagsAbove(text(row.parentId), tags) } : subject;
}

/** The steps from a child type up to its resource: `…/vaults/keys` below `…/vaults`; none for a type of two parts. */
export function lineage(type: string): readonly { readonly parent: string; readonly child: string }[] {
  const parts = type.split('/');
  const upTo = (length: number): string => parts.slice(0, length).join('/');
  return parts.slice(2).map((_, i) => ({ parent: upTo(parts.length - i - 1), child: upTo(parts.length - i) }));
}

/** The tags of the nearest thing above that has a row in Resource Graph: a child's child is placed by its resource. */
function tagsAbove(id: string, tags: ReadonlyMap<string, Subject['tags']>): Subject['tags'] {
  for (let at = id.toLowerCase(); at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const known = tags.get(at);
    if (known !== undefined) return known;
  }
  return null;
}

const graphSubject = (row: Row): Subject => ({
  id: text(row.id),
  name: text(row.name) === '' ? lastSegment(text(row.id)) : text(row.name),
  tags: tagsOf(row),
  parentId: typeof row.parentId === 'string' ? row.parentId : null,
});

/** The last segment of an id: what to call a resource whose row has no name. */
export const lastSegment = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

export function tagsOf(row: Row): Subject['tags'] {
  return typeof row.tags === 'object' && row.tags !== null ? (row.tags as Record<string, unknown>) : null;
}

const keyed = (subjects: readonly Subject[]): ReadonlyMap<string, Subject> =>
  new Map(subjects.map((subject) => [subject.id.toLowerCase(), subject]));

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
