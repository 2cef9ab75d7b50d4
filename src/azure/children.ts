import type { ReadError, ReadRecord, Row } from '../snapshot/snapshot.ts';
import { outcomeOfStatus } from '../snapshot/snapshot.ts';
import { failureOf } from './errors.ts';
import type { ChildReader, Clients, Parent, RawResponse } from './readers.ts';

/** What one child read gave: rows, its record, and the error where there was one. */
export interface ChildAnswer {
  readonly rows: readonly Row[];
  readonly record: ReadRecord;
  readonly error: ReadError | null;
}

/**
 * Reads one child type below one parent. Never throws: a 404 with the service's own code is absence, which is a fact and
 * leaves a marker row; anything else that is not a success is recorded as denied or failed.
 */
export async function readChild(
  reader: ChildReader,
  parent: Parent,
  clients: Clients,
  at: () => string,
): Promise<ChildAnswer> {
  const pages: RawResponse[] = [];
  try {
    await reader.call(clients, parent, { onResponse: (response) => pages.push(response) });
    const bodies = pages.flatMap((page) => bodiesOf(reader, page));
    const rows = bodies.map((body) => childRow(reader, parent, body));
    const requestId = pages.at(-1)?.headers.get('x-ms-request-id');
    const record = recordOf(reader, parent, at(), 'ok', { rows: rows.length, requestId });
    // An empty list was read and is empty: one marker row says so.
    return { rows: rows.length === 0 ? [markerRow(reader, parent)] : rows, record, error: null };
  } catch (error) {
    return failed(reader, parent, error, at());
  }
}

function failed(reader: ChildReader, parent: Parent, thrown: unknown, at: string): ChildAnswer {
  const failure = failureOf(thrown);
  const { requestId, ...rest } = failure;
  if (failure.status === 404 && reader.absentCodes.includes(failure.code)) {
    const record = recordOf(reader, parent, at, 'absent', { rows: 0, requestId });
    return { rows: [markerRow(reader, parent)], record, error: null };
  }
  return {
    rows: [],
    record: recordOf(reader, parent, at, outcomeOfStatus(failure.status), { rows: 0, requestId }),
    error: { read: reader.type, resourceId: parent.id, ...rest, permission: reader.permission },
  };
}

function recordOf(
  reader: ChildReader,
  parent: Parent,
  at: string,
  outcome: ReadRecord['outcome'],
  { rows, requestId }: { readonly rows: number; readonly requestId: string | undefined },
): ReadRecord {
  return {
    read: reader.type,
    parentId: parent.id,
    outcome,
    rows,
    ...(requestId === undefined ? {} : { requestId }),
    at,
  };
}

function bodiesOf(reader: ChildReader, page: RawResponse): readonly Record<string, unknown>[] {
  const body: unknown = JSON.parse(page.bodyAsText ?? '');
  const bodies = reader.form === 'list' ? entriesOf(body) : [body];
  return bodies.map((one) => {
    if (isBody(one)) return one;
    throw new Error(`${reader.type} answered a body without an id`);
  });
}

function entriesOf(body: unknown): readonly unknown[] {
  if (typeof body === 'object' && body !== null && 'value' in body && Array.isArray(body.value)) return body.value;
  throw new Error('a list answered without a value');
}

const isBody = (body: unknown): body is Record<string, unknown> & { id: string } =>
  typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string';

/** The raw ARM body and what ties it to its parent. */
function childRow(reader: ChildReader, parent: Parent, body: Record<string, unknown>): Row {
  return { ...body, ...tie(reader, parent), absent: false };
}

function markerRow(reader: ChildReader, parent: Parent): Row {
  const name = reader.absentName.slice(reader.absentName.lastIndexOf('/') + 1);
  return { id: `${parent.id}/${reader.absentName}`, name, ...tie(reader, parent), absent: true, properties: {} };
}

const tie = (reader: ChildReader, parent: Parent) => ({
  type: reader.type,
  parentId: parent.id,
  subscriptionId: parent.subscriptionId,
  resourceGroup: parent.resourceGroup.toLowerCase(),
});
