import type { ReadError, ReadOutcome, ReadRecord, Row } from '../snapshot/snapshot.ts';
import { outcomeOfStatus } from '../snapshot/snapshot.ts';
import type { RawResponse } from './arm.ts';
import { type Body, bodiesOf, bodyOf, pagesOf } from './child-bodies.ts';
import { type Failure, failureOf } from './errors.ts';
import { type Parent, parentOf, scopeOfExtension } from './parent.ts';
import type { ChildJob, ChildReader, Clients } from './readers.ts';

/** What one child read gave: rows, a record for each request's subject, and an error where there was one. */
export interface ChildAnswer extends ChildJob {
  readonly outcome: ReadOutcome;
  readonly rows: readonly Row[];
  readonly records: readonly ReadRecord[];
  readonly errors: readonly ReadError[];
}

/**
 * Reads one child type below one parent. Never throws: an answer by which the service says that there is none is absence,
 * which is a fact and leaves a marker row; anything else that is not a success is recorded as denied or failed.
 */
export async function readChild(job: ChildJob, clients: Clients, at: () => string): Promise<ChildAnswer> {
  try {
    const pages = await pagesOf(job, clients);
    const bodies = pages.flatMap((page) => bodiesOf(job.reader, page));
    const requestId = requestIdOf(pages.at(-1));
    const record = recordOf(job, 'ok', at(), { rows: bodies.length, requestId });
    if (job.reader.each !== undefined) return await readEach(job, { bodies, record }, clients, at);
    // An empty list was read and is empty: one marker row says so.
    const rows = bodies.length === 0 ? [markerRow(job)] : bodies.map((body) => childRow(job, body));
    return { ...job, outcome: 'ok', rows, records: [record], errors: [] };
  } catch (error) {
    return failed(job, failureOf(error), at());
  }
}

/** Absence above is absence below: no request is needed, and the marker says what follows. */
export function absentBelow(job: ChildJob, at: string): ChildAnswer {
  const records = [recordOf(job, 'absent', at, { rows: 0 })];
  return { ...job, outcome: 'absent', rows: [markerRow(job)], records, errors: [] };
}

/** A read that could not be made because the one above it failed: it stands with that one's outcome and errors. */
export function unmadeBelow(job: ChildJob, above: Pick<ChildAnswer, 'outcome' | 'errors'>, at: string): ChildAnswer {
  const errors = above.errors.map(({ scope: _, ...error }) => ({
    ...error,
    read: job.reader.type,
    resourceId: job.parent.id,
  }));
  const records = [recordOf(job, above.outcome, at, { rows: 0 })];
  return { ...job, outcome: above.outcome, rows: [], records, errors };
}

function failed(job: ChildJob, { requestId, ...failure }: Failure, at: string): ChildAnswer {
  if (job.reader.absentWhen.includes(`${failure.status} ${failure.code}`)) {
    const records = [recordOf(job, 'absent', at, { rows: 0, requestId })];
    return { ...job, outcome: 'absent', rows: [markerRow(job)], records, errors: [] };
  }
  const outcome = outcomeOfStatus(failure.status);
  return {
    ...job,
    outcome,
    rows: [],
    records: [recordOf(job, outcome, at, { rows: 0, requestId })],
    errors: [{ read: job.reader.type, resourceId: job.parent.id, ...failure, permission: job.reader.permission }],
  };
}

interface Listed {
  readonly bodies: readonly Body[];
  readonly record: ReadRecord;
}

/** Reads every listed thing by itself; one that is refused keeps its listed row and its own record and error. */
async function readEach(job: ChildJob, list: Listed, clients: Clients, at: () => string): Promise<ChildAnswer> {
  const items: ChildAnswer[] = [];
  // One after another: the lists of other parents go on beside it, within one limit.
  for (const listed of list.bodies) items.push(await readItem(job, listed, clients, at));
  return {
    ...job,
    outcome: 'ok',
    rows: items.length === 0 ? [markerRow(job)] : items.flatMap((item) => item.rows),
    records: [list.record, ...items.flatMap((item) => item.records)],
    errors: items.flatMap((item) => item.errors),
  };
}

async function readItem(job: ChildJob, listed: Body, clients: Clients, at: () => string): Promise<ChildAnswer> {
  const item = { ...job, parent: { ...job.parent, id: listed.id } };
  try {
    const response = await askItem(job, listed, clients);
    const body = completed(job.reader, bodyOf(job.reader, response, listed.id));
    const record = recordOf(item, 'ok', at(), { rows: 1, requestId: requestIdOf(response) });
    return { ...job, outcome: 'ok', rows: [childRow(job, body)], records: [record], errors: [] };
  } catch (error) {
    // It was listed, so it is there: without its row nothing would be judged of it.
    return { ...failed(item, failureOf(error), at()), rows: [childRow(job, listed)] };
  }
}

/** By name below the parent that was asked, never by the address that an answer gives. */
function askItem({ reader, parent }: ChildJob, listed: Body, { arm }: Clients): Promise<RawResponse> {
  if (!('path' in reader.by)) throw new Error(`${reader.type} is read one by one and has no path`);
  return arm.get(`${parent.id}/${reader.by.path}/${lastName(listed.id)}`, reader.by.apiVersion);
}

/** Read and empty is not unread: what the thing itself omits is written as empty. */
function completed({ each }: ChildReader, body: Body): Body {
  const { properties } = body;
  if (typeof properties !== 'object' || properties === null) return body;
  return { ...body, properties: { ...each?.emptyParts, ...properties } };
}

function recordOf(
  { reader, parent }: ChildJob,
  outcome: ReadOutcome,
  at: string,
  { rows, requestId }: { readonly rows: number; readonly requestId?: string | undefined },
): ReadRecord {
  const base = { read: reader.type, parentId: parent.id, outcome, rows };
  return { ...base, ...(requestId === undefined ? {} : { requestId }), at };
}

const requestIdOf = (response: RawResponse | undefined): string | undefined => response?.headers.get('x-ms-request-id');

/** The raw ARM body and what ties it to its parent. */
function childRow({ reader, parent }: ChildJob, body: Body): Row {
  const scope = reader.tiedTo === 'scope-of-its-id' ? parentOf(scopeOfExtension(body.id)) : parent;
  if (scope === null) throw new Error(`${reader.type} answered an id that stands on no scope`);
  return { ...body, ...tie(reader, scope), absent: false };
}

function markerRow({ reader, parent }: ChildJob): Row {
  const id = `${parent.id}/${reader.absentName}`;
  return { id, name: lastName(id), ...tie(reader, parent), absent: true, properties: {} };
}

const lastName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

const tie = (reader: ChildReader, parent: Parent) => ({
  type: reader.type,
  parentId: parent.id,
  subscriptionId: parent.subscriptionId,
  resourceGroup: parent.resourceGroup.toLowerCase(),
});
