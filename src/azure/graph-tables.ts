import type { ReadError, ReadRecord, Row } from '../snapshot/snapshot.ts';
import type { CollectedTable } from '../snapshot/write.ts';
import { graphQueryText } from './read-set.ts';
import { type GraphAnswer, type GraphQuery, SUBSCRIPTIONS_PER_CALL } from './resource-graph.ts';
import type { ScopeAnswer } from './scopes.ts';

/** What one part of a collection gave. */
export interface Gathered {
  readonly tables: readonly CollectedTable[];
  readonly reads: readonly ReadRecord[];
  readonly errors: readonly ReadError[];
}

/** Lower-case resource types by the Resource Graph table that holds them. */
type GraphTypes = ReadonlyMap<string, readonly string[]>;

interface Telling {
  readonly clock: () => string;
  readonly progress: (stage: string, done: number, total: number) => void;
}

/** Reads every table's types below all subscriptions, in batches and pages. Never throws: failures are in its errors. */
export async function readTables(
  types: GraphTypes,
  subscriptions: readonly string[],
  query: GraphQuery,
  { clock, progress }: Telling,
): Promise<Gathered> {
  const tables: CollectedTable[] = [];
  const told: Omit<Gathered, 'tables'>[] = [];
  for (const [name, ofTable] of types) {
    const text = graphQueryText(name, ofTable);
    const answers: GraphAnswer[] = [];
    for (const batch of batches(subscriptions, SUBSCRIPTIONS_PER_CALL)) {
      const answer = await query(text, batch);
      answers.push(answer);
      told.push(tell(answer, ofTable, batch, clock()));
    }
    tables.push(tableOf(name, text, answers));
    progress('Resource Graph tables', tables.length, types.size);
  }
  const reads = told.flatMap((one) => one.reads);
  const errors = told.flatMap((one) => one.errors);
  return withoutHidden({ tables, reads, errors }, subscriptions, clock());
}

const batches = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

/** One record for each type and subscription, so that a gap is exactly as large as it is. */
function tell(
  answer: GraphAnswer,
  types: readonly string[],
  batch: readonly string[],
  at: string,
): Omit<Gathered, 'tables'> {
  const counts = new Map<string, number>();
  for (const row of answer.rows) {
    const key = `${String(row.type).toLowerCase()} ${String(row.subscriptionId).toLowerCase()}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const pairs = types.flatMap((type) => batch.map((subscription) => ({ type, subscription })));
  const requestId = answer.requestIds.at(-1);
  return {
    reads: pairs.map(({ type, subscription }) => ({
      read: type,
      scope: `/subscriptions/${subscription}`,
      outcome: answer.outcome,
      rows: counts.get(`${type} ${subscription.toLowerCase()}`) ?? 0,
      ...(requestId === undefined ? {} : { requestId }),
      at,
    })),
    errors:
      answer.error === null
        ? []
        : pairs.map(
            ({ type, subscription }) =>
              ({ read: type, scope: `/subscriptions/${subscription}`, ...answer.error }) as ReadError,
          ),
  };
}

/** What stands above subscriptions (assignments at a management group) comes with every batch: it is kept once. */
function withoutRepeats(rows: readonly Row[]): readonly Row[] {
  const kept = new Map<string, Row>();
  for (const row of rows) {
    const id = String(row.id).toLowerCase();
    if (!kept.has(id)) kept.set(id, row);
  }
  return [...kept.values()];
}

const tableOf = (name: string, query: string, answers: readonly GraphAnswer[]): CollectedTable => ({
  name,
  rows: answers.length === 1 ? (answers[0]?.rows ?? []) : withoutRepeats(answers.flatMap((answer) => answer.rows)),
  pages: answers.reduce((sum, answer) => sum + answer.pages, 0),
  complete: answers.every((answer) => answer.outcome === 'ok'),
  query,
  requestIds: answers.flatMap((answer) => answer.requestIds),
});

/**
 * A subscription that ARM shows and Resource Graph does not (a role takes hours to reach it) would look empty: what was
 * "read" below it was not. Where Resource Graph did not say which ones it shows, a row is the only sign of one.
 */
function withoutHidden(gathered: Gathered, subscriptions: readonly string[], at: string): Gathered {
  const containers = gathered.tables.find((table) => table.name === 'resourcecontainers');
  const isAsked = containers?.complete === true;
  const shown = isAsked ? containers.rows.map((row) => String(row.id)) : withRows(gathered.tables);
  const known = new Set(shown.map((scope) => scope.toLowerCase()));
  const hidden = new Set(
    subscriptions.map((id) => `/subscriptions/${id}`).filter((scope) => !known.has(scope.toLowerCase())),
  );
  const isHidden = (read: ReadRecord): boolean => read.outcome === 'ok' && hidden.has(read.scope ?? '');
  const hiding = gathered.reads.filter(isHidden);
  return {
    tables: gathered.tables,
    reads: gathered.reads.map((read) => (isHidden(read) ? { ...read, outcome: 'failed' as const, at } : read)),
    errors: [...gathered.errors, ...hiding.map((read) => hiddenError(read, isAsked ? NOT_SHOWN : NOT_ASKED))],
  };
}

const withRows = (tables: readonly CollectedTable[]): readonly string[] =>
  tables.flatMap((table) => table.rows.map((row) => `/subscriptions/${String(row.subscriptionId)}`));

const NOT_SHOWN =
  'Azure Resource Manager shows this subscription, Resource Graph does not yet; a new role can take hours';
const NOT_ASKED =
  'Resource Graph gave no row of this subscription, and whether it shows the subscription at all could not be asked';

const hiddenError = (read: ReadRecord, message: string): ReadError => ({
  read: read.read,
  ...(read.scope === undefined ? {} : { scope: read.scope }),
  status: 200,
  code: 'NotInResourceGraph',
  message,
  attempts: 1,
});

/** Below a subscription that cannot be read, no type was: each is denied there, with the subscription's own error. */
export function deniedTypes(graph: GraphTypes, scopes: readonly ScopeAnswer[], clock: () => string): Gathered {
  const types = [...graph.values()].flat();
  const denied = scopes.flatMap(({ error }) => (error === null ? [] : types.map((type) => ({ type, error }))));
  return {
    tables: [],
    reads: denied.map(({ type, error }) => ({
      read: type,
      scope: error.scope ?? '',
      outcome: error.status === 401 || error.status === 403 ? ('denied' as const) : ('failed' as const),
      rows: 0,
      at: clock(),
    })),
    errors: denied.map(({ type, error }) => ({ ...error, read: type })),
  };
}
