import type { Policy } from '../policy/policy.schema.ts';
import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import { graphTableOf } from '../snapshot/tables.ts';
import { isChildSubject } from './reads.ts';

/** One resource that a policy must judge: the population does not come from the policy's own query. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  /** The resource that places it: its own row, or its parent's for a child. */
  readonly tags: Readonly<Record<string, unknown>> | null;
  readonly parentId: string | null;
}

/** Every resource of a policy's subject type in the snapshot, by lower-cased id. */
export function subjectsOf(policy: Policy, snapshot: Snapshot): ReadonlyMap<string, Subject> {
  if (policy.subject === 'workload') return keyed([...snapshot.rows('workload')].map(graphSubject));
  if (!isChildSubject(policy))
    return keyed([...snapshot.rows(graphTableOf(policy.subject), [policy.subject])].map(graphSubject));
  const tags = new Map<string, Subject['tags']>();
  for (const row of snapshot.rows('resources', [parentType(policy.subject)]))
    tags.set(text(row.id).toLowerCase(), tagsOf(row));
  return keyed(
    [...snapshot.rows('childresources', [policy.subject])]
      .filter((row) => row.absent !== true)
      .map((row) => ({ ...graphSubject(row), tags: tags.get(text(row.parentId).toLowerCase()) ?? null })),
  );
}

/** `microsoft.keyvault/vaults` of `microsoft.keyvault/vaults/keys`. */
export const parentType = (type: string): string => type.slice(0, type.lastIndexOf('/'));

const graphSubject = (row: Row): Subject => ({
  id: text(row.id),
  name: text(row.name) === '' ? lastSegment(text(row.id)) : text(row.name),
  tags: tagsOf(row),
  parentId: typeof row.parentId === 'string' ? row.parentId : null,
});

/** The last segment of an id: what to call a resource whose row has no name. */
export const lastSegment = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

function tagsOf(row: Row): Subject['tags'] {
  return typeof row.tags === 'object' && row.tags !== null ? (row.tags as Record<string, unknown>) : null;
}

const keyed = (subjects: readonly Subject[]): ReadonlyMap<string, Subject> =>
  new Map(subjects.map((subject) => [subject.id.toLowerCase(), subject]));

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
