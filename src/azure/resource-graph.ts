import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import type { ReadError, ReadOutcome, Row } from '../snapshot/snapshot.ts';
import { outcomeOfStatus } from '../snapshot/snapshot.ts';
import type { RawResponse } from './arm.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './errors.ts';

/** One query over one batch of subscriptions, all pages. */
export interface GraphAnswer {
  readonly rows: readonly Row[];
  readonly pages: number;
  readonly outcome: ReadOutcome;
  readonly requestIds: readonly string[];
  readonly error: Omit<ReadError, 'read' | 'scope' | 'resourceId'> | null;
}

/** Resource Graph takes a hundred subscriptions a call well; more are asked for in further calls. */
export const SUBSCRIPTIONS_PER_CALL = 100;
const PAGE = 1000;

export type GraphQuery = (query: string, subscriptions: readonly string[]) => Promise<GraphAnswer>;

/** Opens Resource Graph. The returned function never throws: what went wrong is in its answer. */
export function openGraph(connection: Connection): GraphQuery {
  const client = new ResourceGraphClient(connection.credential, connection.clientOptions);
  return (query, subscriptions) => allPages(client, query, subscriptions);
}

async function allPages(
  client: ResourceGraphClient,
  query: string,
  subscriptions: readonly string[],
): Promise<GraphAnswer> {
  const rows: Row[] = [];
  const requestIds: string[] = [];
  const answer = (outcome: ReadOutcome, error: GraphAnswer['error'], pages: number): GraphAnswer => ({
    rows,
    pages,
    outcome,
    requestIds,
    error,
  });
  let skipToken: string | undefined;
  for (let pages = 1; ; pages++) {
    try {
      const page = await onePage(client, query, subscriptions, skipToken);
      rows.push(...page.rows);
      if (page.requestId !== undefined) requestIds.push(page.requestId);
      const problem = page.truncated ?? (page.skipToken === undefined ? incomplete(rows, page.totalRecords) : null);
      if (problem !== null) return answer('truncated', truncation(problem), pages);
      if (page.skipToken === undefined) return answer('ok', null, pages);
      skipToken = page.skipToken;
    } catch (error) {
      const { requestId, ...failure } = failureOf(error);
      if (requestId !== undefined) requestIds.push(requestId);
      return answer(outcomeOfStatus(failure.status), failure, pages);
    }
  }
}

interface Page {
  readonly rows: readonly Row[];
  readonly totalRecords: number;
  readonly skipToken: string | undefined;
  readonly truncated: string | null;
  readonly requestId: string | undefined;
}

async function onePage(
  client: ResourceGraphClient,
  query: string,
  subscriptions: readonly string[],
  skipToken: string | undefined,
): Promise<Page> {
  let raw: RawResponse | undefined;
  await client.resources(
    {
      query,
      subscriptions: [...subscriptions],
      options: {
        top: PAGE,
        // Said explicitly: the default differs by API version.
        resultFormat: 'objectArray',
        // Without it assignments inherited from management groups are missing, silently.
        authorizationScopeFilter: 'AtScopeAboveAndBelow',
        ...(skipToken === undefined ? {} : { skipToken }),
      },
    },
    {
      onResponse: (response) => {
        raw = response;
      },
    },
  );
  return readPage(raw);
}

/** Reads the raw body: the SDK's model is not evidence, and `resultTruncated` is text there and here. */
function readPage(raw: RawResponse | undefined): Page {
  const body = JSON.parse(raw?.bodyAsText ?? '') as Record<string, unknown>;
  if (!Array.isArray(body.data) || typeof body.totalRecords !== 'number')
    throw new Error('Resource Graph answered without data or totalRecords');
  const skipToken = typeof body.$skipToken === 'string' && body.$skipToken !== '' ? body.$skipToken : undefined;
  const cut = body.resultTruncated === 'true' && skipToken === undefined;
  const tooMany = raw?.headers.get('x-ms-tenant-subscription-limit-hit') === 'true';
  return {
    rows: body.data as Row[],
    totalRecords: body.totalRecords,
    skipToken,
    truncated: cut
      ? 'the result was truncated and cannot be paged'
      : tooMany
        ? 'too many subscriptions in scope'
        : null,
    requestId: raw?.headers.get('x-ms-request-id'),
  };
}

/** At the end of paging: as many rows as were promised, each once. Rows shift between pages when an estate changes. */
function incomplete(rows: readonly Row[], total: number): string | null {
  if (rows.length !== total) return `${rows.length} rows came of ${total}`;
  const ids = new Set(rows.map((row) => String(row.id).toLowerCase()));
  return ids.size === rows.length ? null : `${rows.length - ids.size} rows came twice while paging`;
}

const truncation = (message: string): GraphAnswer['error'] => ({
  status: 200,
  code: 'Truncated',
  message,
  attempts: 1,
});
