import pLimit from 'p-limit';
import type { Row } from '../snapshot/snapshot.ts';
import type { Collected, CollectedTable } from '../snapshot/write.ts';
import { openArm } from './arm.ts';
import { readChildren } from './child-reads.ts';
import { openClients } from './clients.ts';
import { type Connection, type SignedIn, signIn } from './connection.ts';
import { deniedTypes, type Gathered, readTables } from './graph-tables.ts';
import type { ReadSet } from './read-set.ts';
import { openGraph } from './resource-graph.ts';
import { askScope, type ScopeAnswer, unreadable } from './scopes.ts';

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

/** Reads at once. */
const CONCURRENCY = 6;

/**
 * Reads the estate once: scopes, Resource Graph tables, children. Whatever could not be read is in `reads` and `errors`;
 * only what makes the whole collection pointless throws AzureError (no credential, no readable scope).
 */
export async function collect(input: CollectInput): Promise<Collected> {
  const { connection, readSet, progress } = input;
  const started = input.clock();
  const principal = await signIn(connection);
  const clock = estateClock(input, started);
  const scopes = await askScopes(input, clock);
  const readable = scopes.filter((scope) => scope.readable).map((scope) => scope.subscriptionId);
  if (readable.length === 0) throw unreadable(scopes);
  const graph = await readTables(readSet.graph, readable, openGraph(connection), { clock, progress });
  const denied = deniedTypes(readSet.graph, scopes, clock);
  const children = await readChildren(
    readSet.children,
    { tables: graph.tables, scopes },
    { clients: openClients(connection), clock, progress, concurrency: CONCURRENCY },
  );
  return assemble(input, { principal, scopes, started, clock }, [graph, denied, children]);
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
  const arm = openArm(input.connection);
  const limit = pLimit(CONCURRENCY);
  let done = 0;
  return Promise.all(
    input.subscriptions.map((subscription) =>
      limit(async () => {
        const answer = await askScope(subscription, arm, clock);
        input.progress('subscriptions', ++done, input.subscriptions.length);
        return answer;
      }),
    ),
  );
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
