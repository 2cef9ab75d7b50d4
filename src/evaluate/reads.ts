import { EVERY_SCOPE, type Policy, type PolicyRead, type UnknownReason } from '../policy/policy.schema.ts';
import type { ReadError, ReadOutcome, ReadRecord, Row, Snapshot } from '../snapshot/snapshot.ts';
import type { Missing } from './finding.ts';

/** What a read was: fine, or the reason why what depends on it is unknown, with what would settle it. */
export type ReadState =
  | { readonly made: true }
  | { readonly made: false; readonly reason: UnknownReason; readonly missing: Missing };

/** Looks up what became of reads: built once for a snapshot, asked for every subject of every policy. */
export interface ReadIndex {
  /** The read of a Resource Graph type for the scope that holds `id` (a resource id or a scope). */
  graph(type: string, id: string): ReadState;
  /** The list of a child type below the parent `id`: whether all its children are known. */
  listing(type: string, id: string): ReadState;
  /** The whole read of a child type below `id`: its list, and each listed child that is read again by itself. */
  child(type: string, id: string): ReadState;
  /** A failed read of a child type on `id` or anywhere below it. */
  failedBelow(type: string, id: string): ReadState;
  /** An error that stands on the resource itself. */
  errorOn(type: string, id: string): ReadState;
  /** Reads of a type that gave no subjects where they could have: the resource or scope, and why. */
  unlisted(type: string): readonly { readonly on: string; readonly state: ReadState & { made: false } }[];
}

const REASONS: Readonly<Record<ReadOutcome, UnknownReason | null>> = {
  ok: null,
  absent: null,
  denied: 'access-denied',
  failed: 'not-collected',
  truncated: 'truncated',
};

const MADE: ReadState = { made: true };

export function indexReads(snapshot: Snapshot): ReadIndex {
  const records = new Map<string, ReadRecord>();
  for (const record of snapshot.header.reads) {
    const key = keyOf(record.read, record.parentId ?? record.scope ?? '');
    // A failed attempt outweighs a good one for the same thing: half a population is no population.
    if (REASONS[record.outcome] !== null || !records.has(key)) records.set(key, record);
  }
  const errors = new Map(
    snapshot.header.errors.map((error) => [keyOf(error.read, error.resourceId ?? error.scope ?? ''), error]),
  );
  const children = lazyChildren(snapshot);
  const stateOf = (type: string, id: string): ReadState | null => {
    const key = keyOf(type, id);
    const record = records.get(key);
    const reason = record === undefined ? null : REASONS[record.outcome];
    if (record === undefined) return null;
    return reason === null ? MADE : notMade(reason, type, id, errors.get(key));
  };
  const graph = (type: string, id: string): ReadState => {
    const scope = scopeOf(id);
    // A failure without a scope is a failure everywhere.
    const state = stateOf(type, '') ?? stateOf(type, scope);
    return state ?? (snapshot.rowsCountAsRead ? MADE : notMade('not-collected', type, scope, undefined));
  };
  const listing = (type: string, id: string): ReadState => {
    // Some lists are made once for a whole subscription: locks are.
    const state = stateOf(type, id) ?? stateOf(type, scopeOf(id));
    if (state !== null) return state;
    return children(type).has(id.toLowerCase()) ? MADE : notMade('not-collected', type, id, undefined);
  };
  const failures = failuresByAncestor(snapshot);
  const failedBelow = (type: string, id: string): ReadState => {
    const on = failures().get(keyOf(type, id));
    return on === undefined ? MADE : (stateOf(type, on) ?? MADE);
  };
  const child = (type: string, id: string): ReadState => {
    const state = listing(type, id);
    return state.made ? failedBelow(type, id) : state;
  };
  return {
    graph,
    listing,
    child,
    failedBelow,
    errorOn: (type, id) => stateOf(type, id) ?? MADE,
    unlisted: (type) => unlisted(type, snapshot, stateOf),
  };
}

/** For whom a `reads` entry is asked. */
export interface Asker {
  /** What a read without `of` must have been made for: the subject, or every subscription of an environment. */
  readonly ids: readonly string[];
  /** The parent below which the subject itself was listed by this read; null for every other read. */
  readonly listedBelow: string | null;
}

/** Ids that a `reads` entry must have been made for: the asker's own, or those in the column named by `of:`. */
function idsOf(read: PolicyRead, row: Row, asker: Asker): readonly string[] {
  if (!('of' in read) || read.of === undefined) return asker.ids;
  const value = row[read.of];
  return (Array.isArray(value) ? value : [value]).filter((id): id is string => typeof id === 'string' && id !== '');
}

/** The state of one `reads` entry for one subject and its row: the first id whose read was not made decides. */
export function stateOfRead(read: PolicyRead, row: Row, asker: Asker, { reads, snapshot }: ReadBench): ReadState {
  if ('reference' in read) return referenceState(read.reference, snapshot);
  if (read.of === EVERY_SCOPE) return everyScopeState(read, { reads, snapshot });
  const [[table, type] = ['', '']] = Object.entries(read).filter(([key]) => key !== 'of');
  const isChild = table === 'childresources';
  // A sibling that was refused is the sibling's matter; what the subject itself was refused has been asked before.
  if (isChild && asker.listedBelow !== null) return reads.listing(String(type), asker.listedBelow);
  const ids = idsOf(read, row, asker);
  const states = ids.map((id) => (isChild ? reads.child(String(type), id) : reads.graph(String(type), id)));
  // No id may mean that there is none, or that what would have named it was not read.
  const below = isChild && ids.length === 0 ? asker.ids.map((id) => reads.failedBelow(String(type), id)) : [];
  return [...states, ...below].find((state) => !state.made) ?? MADE;
}

/** Of a type whose rows may lie anywhere: what failed in any scope decides, then a scope in which it was never read. */
function everyScopeState(read: PolicyRead, { reads, snapshot }: ReadBench): ReadState {
  const type = String(Object.entries(read).find(([key]) => key !== 'of')?.[1]);
  const [failed] = reads.unlisted(type);
  if (failed !== undefined) return failed.state;
  const states = snapshot.header.requestedScopes.map((scope) => reads.graph(type, scope));
  return states.find((state) => !state.made) ?? MADE;
}

interface ReadBench {
  readonly reads: ReadIndex;
  readonly snapshot: Snapshot;
}

/** Whether a policy's subject is a child that Resource Graph does not hold. */
export function isChildSubject(policy: Policy): boolean {
  return (policy.reads ?? []).some((read) => 'childresources' in read && read.childresources === policy.subject);
}

/** `/subscriptions/<id>` of an ARM id, in lower case; an id without one is its own scope. */
export function scopeOf(id: string): string {
  const lower = id.toLowerCase();
  return /^\/subscriptions\/[^/]+/.exec(lower)?.[0] ?? lower;
}

const keyOf = (type: string, id: string): string => `${type.toLowerCase()} ${id.toLowerCase()}`;

function notMade(
  reason: UnknownReason,
  type: string,
  id: string,
  error: ReadError | undefined,
): ReadState & { made: false } {
  return {
    made: false,
    reason,
    missing: {
      read: type,
      resource: error?.resourceId ?? error?.scope ?? id,
      permission: error?.permission ?? `${type}/read`,
      ...(error === undefined ? {} : { status: error.status, code: error.code, message: error.message }),
    },
  };
}

function referenceState(kind: string, snapshot: Snapshot): ReadState {
  for (const row of snapshot.rows('reference')) if (row.kind === kind) return MADE;
  return notMade('not-collected', `reference/${kind}`, '', undefined);
}

/** For each failed read and every id above it, the id that it failed on; made only when a policy asks. */
function failuresByAncestor(snapshot: Snapshot): () => ReadonlyMap<string, string> {
  let known: Map<string, string> | undefined;
  return () => {
    if (known !== undefined) return known;
    known = new Map();
    for (const { read, outcome, parentId } of snapshot.header.reads) {
      if (REASONS[outcome] === null || parentId === undefined) continue;
      for (let id = parentId; id !== ''; id = id.slice(0, Math.max(0, id.lastIndexOf('/'))))
        known.set(keyOf(read, id), parentId);
    }
    return known;
  };
}

/** Parents that have at least one row of a child type, by type; read only when a policy asks. */
function lazyChildren(snapshot: Snapshot): (type: string) => ReadonlySet<string> {
  const cache = new Map<string, ReadonlySet<string>>();
  return (type) => {
    const known = cache.get(type);
    if (known !== undefined) return known;
    const parents = new Set<string>();
    for (const row of snapshot.rows('childresources', [type]))
      for (const id of [row.parentId, row.id]) if (typeof id === 'string') parents.add(id.toLowerCase());
    cache.set(type, parents);
    return parents;
  };
}

function unlisted(
  type: string,
  snapshot: Snapshot,
  stateOf: (type: string, id: string) => ReadState | null,
): readonly { readonly on: string; readonly state: ReadState & { made: false } }[] {
  const found = new Map<string, { on: string; state: ReadState & { made: false } }>();
  const note = (on: string): void => {
    const state = stateOf(type, on);
    if (state !== null && !state.made) found.set(on.toLowerCase(), { on: on === '' ? 'every scope' : on, state });
  };
  for (const record of snapshot.header.reads)
    if (record.read.toLowerCase() === type) note(record.parentId ?? record.scope ?? '');
  return [...found.values()];
}
