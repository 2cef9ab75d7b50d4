import pLimit from 'p-limit';
import type { ReadError, ReadRecord, Row } from '../snapshot/snapshot.ts';
import { graphTableOf } from '../snapshot/tables.ts';
import type { Collected, CollectedTable } from '../snapshot/write.ts';
import { openArm } from './arm.ts';
import { type ChildAnswer, readChild } from './children.ts';
import { openClients } from './clients.ts';
import { type Connection, type SignedIn, signIn } from './connection.ts';
import { AzureError } from './errors.ts';
import { graphQueryText, type ReadSet } from './read-set.ts';
import type { ChildReader, Parent } from './readers.ts';
import { type GraphAnswer, type GraphQuery, openGraph, SUBSCRIPTIONS_PER_CALL } from './resource-graph.ts';
import { askScope, type ScopeAnswer } from './scopes.ts';

export interface CollectInput {
  readonly connection: Connection;
  /** Subscription ids. */
  readonly subscriptions: readonly string[];
  readonly readSet: ReadSet;
  /** Rows of the `reference` table: they belong to the record of what was judged by. */
  readonly reference: readonly Row[];
  readonly tool: { readonly name: string; readonly version: string };
  readonly cloud: string;
  /** This machine's clock, for times between answers and where Azure gave none. */
  readonly clock: () => Date;
  readonly progress: (stage: string, done: number, total: number) => void;
}

/** Reads below one subscription at once: ARM throttles by subscription, sockets run out before that. */
const CONCURRENCY = 6;

/**
 * Reads the estate once: scopes, Resource Graph tables, children. Whatever could not be read is in `reads` and `errors`;
 * only what makes the whole collection pointless throws AzureError (no credential, no readable scope).
 */
export async function collect(input: CollectInput): Promise<Collected> {
  const started = input.clock();
  const principal = await signIn(input.connection);
  const clock = estateClock(input, started);
  const scopes = await askScopes(input, clock);
  const readable = scopes.filter((scope) => scope.readable).map((scope) => scope.subscriptionId);
  if (readable.length === 0) throw unreadable(scopes);
  const graph = await readTables(input, openGraph(input.connection), readable, clock);
  const denied = deniedTypes(input.readSet, scopes, clock);
  const children = await readChildren(input, graph.tables, clock);
  return assemble(input, { principal, scopes, started, clock }, [graph, denied, children]);
}

interface Gathered {
  readonly tables: readonly CollectedTable[];
  readonly reads: readonly ReadRecord[];
  readonly errors: readonly ReadError[];
}

/** Azure's time at the first answer plus what has passed since: a fixture estate has a clock of its own. */
function estateClock(input: CollectInput, started: Date): () => string {
  return () => {
    const first = input.connection.observed.firstDate;
    const base = first === null ? started.getTime() : Date.parse(first);
    return isoTicks(new Date(base + input.clock().getTime() - started.getTime()));
  };
}

/** Seven digits, as ARM writes times. */
const isoTicks = (date: Date): string => date.toISOString().replace(/\.(\d{3})Z$/, '.$10000Z');

async function askScopes(input: CollectInput, clock: () => string): Promise<readonly ScopeAnswer[]> {
  const get = openArm(input.connection);
  const limit = pLimit(CONCURRENCY);
  let done = 0;
  return Promise.all(
    input.subscriptions.map((subscription) =>
      limit(async () => {
        const answer = await askScope(subscription, get, clock);
        input.progress('subscriptions', ++done, input.subscriptions.length);
        return answer;
      }),
    ),
  );
}

function unreadable(scopes: readonly ScopeAnswer[]): AzureError {
  const lines = scopes.map(
    ({ record, error }) => `    ${record.scope}: ${error?.status} ${error?.code} ${error?.message}`,
  );
  return new AzureError(
    'unreadable-scope',
    `no requested scope can be read:\n${lines.join('\n')}\n    Assign the role Reader on it, or name another with --subscription`,
  );
}

async function readTables(
  input: CollectInput,
  query: GraphQuery,
  subscriptions: readonly string[],
  clock: () => string,
): Promise<Gathered> {
  const tables: CollectedTable[] = [];
  const reads: ReadRecord[] = [];
  const errors: ReadError[] = [];
  let done = 0;
  for (const [name, types] of input.readSet.graph) {
    const text = graphQueryText(name, types);
    const answers: GraphAnswer[] = [];
    for (const batch of batches(subscriptions, SUBSCRIPTIONS_PER_CALL)) {
      const answer = await query(text, batch);
      answers.push(answer);
      const told = tell(answer, types, batch, clock());
      reads.push(...told.reads);
      errors.push(...told.errors);
    }
    tables.push(tableOf(name, text, answers));
    input.progress('Resource Graph tables', ++done, input.readSet.graph.size);
  }
  return withoutHidden({ tables, reads, errors }, subscriptions, clock());
}

/**
 * A subscription that ARM shows and Resource Graph does not (a role takes hours to reach it) would look empty: what was
 * "read" below it was not.
 */
function withoutHidden(gathered: Gathered, subscriptions: readonly string[], at: string): Gathered {
  const containers = gathered.tables.find((table) => table.name === 'resourcecontainers');
  if (containers === undefined || !containers.complete) return gathered;
  const shown = new Set(containers.rows.map((row) => String(row.id).toLowerCase()));
  const hidden = new Set(
    subscriptions.map((id) => `/subscriptions/${id}`).filter((scope) => !shown.has(scope.toLowerCase())),
  );
  const isHidden = (read: ReadRecord): boolean => hidden.has(read.scope ?? '');
  return {
    tables: gathered.tables,
    reads: gathered.reads.map((read) => (isHidden(read) ? { ...read, outcome: 'failed' as const, at } : read)),
    errors: [...gathered.errors, ...gathered.reads.filter(isHidden).map(hiddenError)],
  };
}

const hiddenError = (read: ReadRecord): ReadError => ({
  read: read.read,
  ...(read.scope === undefined ? {} : { scope: read.scope }),
  status: 200,
  code: 'NotInResourceGraph',
  message: 'Azure Resource Manager shows this subscription, Resource Graph does not yet; a new role can take hours',
  attempts: 1,
});

const tableOf = (name: string, query: string, answers: readonly GraphAnswer[]): CollectedTable => ({
  name,
  rows: answers.flatMap((answer) => answer.rows),
  pages: answers.reduce((sum, answer) => sum + answer.pages, 0),
  complete: answers.every((answer) => answer.outcome === 'ok'),
  query,
  requestIds: answers.flatMap((answer) => answer.requestIds),
});

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

/** Below a subscription that cannot be read, no type was: each is denied there, with the subscription's own error. */
function deniedTypes(readSet: ReadSet, scopes: readonly ScopeAnswer[], clock: () => string): Gathered {
  const types = [...readSet.graph.values()].flat();
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

async function readChildren(
  input: CollectInput,
  tables: readonly CollectedTable[],
  clock: () => string,
): Promise<Gathered> {
  const jobs = input.readSet.children.flatMap((reader) =>
    parentsOf(reader, tables).map((parent) => ({ reader, parent })),
  );
  const clients = openClients(input.connection);
  const limit = pLimit(CONCURRENCY);
  let done = 0;
  const answers: readonly ChildAnswer[] = await Promise.all(
    jobs.map(({ reader, parent }) =>
      limit(async () => {
        const answer = await readChild(reader, parent, clients, clock);
        input.progress('child resources', ++done, jobs.length);
        return answer;
      }),
    ),
  );
  const rows = answers.flatMap((answer) => answer.rows);
  const complete = answers.every((answer) => answer.error === null);
  return {
    tables: [{ name: 'childresources', rows, pages: jobs.length, complete, requestIds: [] }],
    reads: answers.map((answer) => answer.record),
    errors: answers.flatMap((answer) => (answer.error === null ? [] : [answer.error])),
  };
}

function parentsOf(reader: ChildReader, tables: readonly CollectedTable[]): readonly Parent[] {
  const table = tables.find((one) => one.name === graphTableOf(reader.parent));
  const rows = table?.rows.filter((row) => String(row.type).toLowerCase() === reader.parent) ?? [];
  return rows.flatMap((row) => parentOf(String(row.id)) ?? []);
}

/** The parts of an ARM id; null for an id that is none, which no client could be called with. */
function parentOf(id: string): Parent | null {
  const match = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/.+\/([^/]+)$/i.exec(id);
  const [, subscriptionId, resourceGroup, name] = match ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return null;
  return { id, subscriptionId, resourceGroup, name };
}

interface Frame {
  readonly principal: SignedIn;
  readonly scopes: readonly ScopeAnswer[];
  readonly started: Date;
  readonly clock: () => string;
}

function assemble(input: CollectInput, frame: Frame, parts: readonly Gathered[]): Collected {
  const reference: CollectedTable = {
    name: 'reference',
    rows: input.reference,
    pages: 0,
    complete: true,
    requestIds: [],
  };
  const first = input.connection.observed.firstDate;
  const asOf = isoTicks(first === null ? frame.started : new Date(first));
  return {
    header: {
      format: 'assay-snapshot/1',
      tool: input.tool,
      cloud: input.cloud,
      endpoint: input.connection.endpoint,
      tenant: frame.principal.tenantId ?? null,
      principal: frame.principal,
      asOf,
      startedAt: asOf,
      endedAt: frame.clock(),
      requestedScopes: input.subscriptions.map((id) => `/subscriptions/${id}`),
      readableScopes: frame.scopes.filter((one) => one.readable).map((one) => `/subscriptions/${one.subscriptionId}`),
      reads: [...frame.scopes.map((one) => one.record), ...parts.flatMap((part) => part.reads)].toSorted(byRead),
      errors: [...frame.scopes.flatMap((one) => one.error ?? []), ...parts.flatMap((part) => part.errors)].toSorted(
        byRead,
      ),
    },
    tables: [...parts.flatMap((part) => part.tables), reference],
  };
}

type Placed = {
  readonly read: string;
  readonly parentId?: string;
  readonly resourceId?: string;
  readonly scope?: string;
};

const placeOf = (one: Placed): string =>
  `${one.read} ${(one.parentId ?? one.resourceId ?? one.scope ?? '').toLowerCase()}`;

const byRead = (a: Placed, b: Placed): number => (placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0);

const batches = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));
