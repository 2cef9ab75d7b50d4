import { EVERY_SCOPE, type Policy, type PolicyRead, type UnknownReason } from '../policy/policy.schema.ts';
import type { ReadError, ReadOutcome, Row, Snapshot } from '../snapshot/snapshot.ts';
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
  /** The read of a Resource Graph type whose rows may lie anywhere: for every scope that was asked for. */
  everyScope(type: string): ReadState;
  /** Whether there are rows of a kind of reference data. */
  reference(kind: string): ReadState;
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
  const records = recordsByType(snapshot);
  const errors = new Map(
    snapshot.header.errors.map((error) => [keyOf(error.read, error.resourceId ?? error.scope ?? ''), error]),
  );
  const children = lazyChildren(snapshot);
  const stateOf = (type: string, id: string): ReadState | null => {
    const outcome = records.get(type.toLowerCase())?.get(id.toLowerCase());
    if (outcome === undefined) return null;
    const reason = REASONS[outcome];
    return reason === null ? MADE : notMade(reason, type, id, errors.get(keyOf(type, id)));
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
    const on = failures.get(type.toLowerCase())?.get(id.toLowerCase());
    return on === undefined ? MADE : (stateOf(type, on) ?? MADE);
  };
  const child = (type: string, id: string): ReadState => {
    const state = listing(type, id);
    return state.made ? failedBelow(type, id) : state;
  };
  const unlisted = unlistedByType(snapshot, stateOf);
  return {
    graph,
    listing,
    child,
    failedBelow,
    everyScope: once((type) => {
      const [failed] = unlisted(type);
      return failed?.state ?? firstNotMade(snapshot.header.requestedScopes, (scope) => graph(type, scope));
    }),
    reference: once((kind) => referenceState(kind, snapshot)),
    // Where nothing of a type failed, nothing has to be looked up.
    errorOn: (type, id) => (failures.has(type.toLowerCase()) ? (stateOf(type, id) ?? MADE) : MADE),
    unlisted,
  };
}

/** What does not depend on the subject is found out once. */
function once(stateOf: (name: string) => ReadState): (name: string) => ReadState {
  const known = new Map<string, ReadState>();
  return (name) => {
    const state = known.get(name) ?? stateOf(name);
    known.set(name, state);
    return state;
  };
}

/** Outcomes by read and id, both lower-cased: looked up for every subject, so that nothing is joined into a key. */
function recordsByType({ header }: Snapshot): ReadonlyMap<string, ReadonlyMap<string, ReadOutcome>> {
  const types = new Map<string, Map<string, ReadOutcome>>();
  for (const { read, parentId, scope, outcome } of header.reads) {
    const type = read.toLowerCase();
    const known = types.get(type) ?? new Map<string, ReadOutcome>();
    types.set(type, known);
    const id = (parentId ?? scope ?? '').toLowerCase();
    // A failed attempt outweighs a good one for the same thing: half a population is no population.
    if (REASONS[outcome] !== null || !known.has(id)) known.set(id, outcome);
  }
  return types;
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
export function stateOfRead(read: PolicyRead, row: Row, asker: Asker, reads: ReadIndex): ReadState {
  if ('reference' in read) return reads.reference(read.reference);
  const isChild = 'childresources' in read;
  const type = typeRead(read);
  if (read.of === EVERY_SCOPE) return reads.everyScope(type);
  // A sibling that was refused is the sibling's matter; what the subject itself was refused has been asked before.
  if (isChild && asker.listedBelow !== null) return reads.listing(type, asker.listedBelow);
  const ids = idsOf(read, row, asker);
  const failure = firstNotMade(ids, (id) => (isChild ? reads.child(type, id) : reads.graph(type, id)));
  if (!isChild || ids.length > 0) return failure;
  // No id may mean that there is none, or that what would have named it was not read.
  return firstNotMade(asker.ids, (id) => reads.failedBelow(type, id));
}

function firstNotMade(ids: readonly string[], stateOf: (id: string) => ReadState): ReadState {
  for (const id of ids) {
    const state = stateOf(id);
    if (!state.made) return state;
  }
  return MADE;
}

/** The type that an entry names; its one other key is `of`. */
function typeRead(read: PolicyRead): string {
  for (const key in read) if (key !== 'of') return String(read[key as keyof PolicyRead]);
  return '';
}

/** Whether a policy's subject is a child that Resource Graph does not hold. */
export function isChildSubject(policy: Policy): boolean {
  return (policy.reads ?? []).some((read) => 'childresources' in read && read.childresources === policy.subject);
}

const SUBSCRIPTIONS = '/subscriptions/';

/** `/subscriptions/<id>` of an ARM id, in lower case; an id without one is its own scope. */
export function scopeOf(id: string): string {
  const end = id.indexOf('/', SUBSCRIPTIONS.length);
  const scope = (end < 0 ? id : id.slice(0, end)).toLowerCase();
  return scope.startsWith(SUBSCRIPTIONS) && scope.length > SUBSCRIPTIONS.length ? scope : id.toLowerCase();
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

/** For each type with a failed read: of every id at which one failed or above it, the id that it failed on. */
function failuresByAncestor(snapshot: Snapshot): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const types = new Map<string, Map<string, string>>();
  for (const { read, outcome, parentId } of snapshot.header.reads) {
    if (REASONS[outcome] === null) continue;
    const type = read.toLowerCase();
    const known = types.get(type) ?? new Map<string, string>();
    types.set(type, known);
    if (parentId === undefined) continue;
    for (let id = parentId.toLowerCase(); id !== ''; id = id.slice(0, Math.max(0, id.lastIndexOf('/'))))
      known.set(id, parentId);
  }
  return types;
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

type Unlisted = readonly { readonly on: string; readonly state: ReadState & { made: false } }[];

/** Reads that failed, by type; of a type without a failure nothing is listed. */
function unlistedByType(
  snapshot: Snapshot,
  stateOf: (type: string, id: string) => ReadState | null,
): (type: string) => Unlisted {
  const asked = new Map<string, string[]>();
  for (const { read, outcome } of snapshot.header.reads)
    if (REASONS[outcome] !== null) asked.set(read.toLowerCase(), []);
  for (const { read, parentId, scope } of snapshot.header.reads)
    asked.get(read.toLowerCase())?.push(parentId ?? scope ?? '');
  return (type) => {
    const found = new Map<string, Unlisted[number]>();
    for (const on of asked.get(type) ?? []) {
      const state = stateOf(type, on);
      if (state !== null && !state.made) found.set(on.toLowerCase(), { on: on === '' ? 'every scope' : on, state });
    }
    return [...found.values()];
  };
}
