import { compile, KqlError } from '../kql/engine.ts';
import { parse } from '../kql/parse.ts';
import type { Row } from '../snapshot/snapshot.ts';
import { graphTables, tableSchemas } from '../snapshot/tables.ts';
import { type Answer, type Asked, armError, ok, refuseVersion } from './answer.ts';
import type { Estate } from './estate.ts';
import { badGraphRequest, queryFailure } from './graph-error.ts';
import { refuseBeyondGraph, withoutRowLimit } from './graph-query.ts';
import { type GraphRequest, readGraphRequest } from './graph-request.ts';
import { scopeFilter } from './graph-scope.ts';
import type { PageTokens } from './page-token.ts';

export interface GraphOptions {
  readonly estate: Estate;
  /** Lower-case subscription ids that the principal may not read: their rows are silently absent, as in Azure. */
  readonly denied: ReadonlySet<string>;
  readonly tokens: PageTokens;
  readonly now: () => Date;
}

/** The largest answer that Resource Graph sends, in bytes. */
const largestPayload = 16_777_216;
const defaultTop = 100;

/** Whether a path is Resource Graph's query endpoint. */
export function isResourceGraph(path: string): boolean {
  return /^\/providers\/Microsoft\.ResourceGraph\/resources\/?$/i.test(path);
}

/**
 * Resource Graph's query endpoint. `cut` leaves rows out and says so, as an answer that cannot be paged does.
 * Answers 400 with Azure's details for a bad body, a bad query, a bad token, and an answer beyond 16 MiB.
 */
export function createResourceGraph(options: GraphOptions): (asked: Asked, cut?: boolean) => Answer {
  return (asked, cut = false) => {
    if (asked.method !== 'POST') {
      return {
        ...armError(405, 'MethodNotAllowed', `${asked.method} is not allowed here.`),
        headers: { allow: 'POST' },
      };
    }
    const versionless = refuseVersion(asked.query);
    if (versionless !== undefined) return versionless;
    const now = options.now();
    const request = readGraphRequest(asked.body);
    if (typeof request === 'string') return badGraphRequest([{ code: 'InvalidRequestContent', message: request }], now);
    try {
      return refuseManagementGroup(request, options.estate, now) ?? answerQuery(request, options, { now, cut });
    } catch (error) {
      if (error instanceof KqlError) return queryFailure(error, request.query, now);
      throw error;
    }
  };
}

function refuseManagementGroup(request: GraphRequest, estate: Estate, now: Date): Answer | undefined {
  const known = managementGroups(estate);
  const unknown = request.managementGroups?.find((name) => !known.includes(name.toLowerCase()));
  if (unknown === undefined) return undefined;
  const message = `The management group '${unknown}' does not exist or cannot be read.`;
  return badGraphRequest([{ code: 'InvalidManagementGroup', message }], now);
}

function managementGroups({ tables }: Estate): string[] {
  const groups = (tables.resourcecontainers ?? []).filter(
    ({ type }) => type === 'microsoft.management/managementgroups',
  );
  return groups.map(({ name }) => String(name).toLowerCase());
}

interface Moment {
  readonly now: Date;
  readonly cut: boolean;
}

function answerQuery(request: GraphRequest, options: GraphOptions, { now, cut }: Moment): Answer {
  const tree = parse(request.query);
  const refused = refuseBeyondGraph(tree);
  if (refused !== undefined) return badGraphRequest(refused, now);

  const tables = readableTables(request, options);
  const result = runQuery(request.query, tables, now);
  const unlimited = withoutRowLimit(tree);
  const total = unlimited === undefined ? result.rows.length : runQuery(unlimited, tables, now).rows.length;

  const start = firstRow(request, options.tokens, unlimited !== undefined);
  if (start === undefined) {
    return badGraphRequest([{ code: 'InvalidSkipToken', message: 'The skip token is not valid for this query.' }], now);
  }
  const end = Math.min(start.offset + start.top, result.rows.length);
  const page = result.rows.slice(start.offset, end);
  const more = end < total;
  // Without a column to sort by there is nothing to page by (Microsoft's guidance for pagination, 2026).
  const pageable = unlimited === undefined && result.columns.some(({ type }) => type !== 'dynamic');
  const token = more && pageable && !cut ? options.tokens.write(listingOf(request), [end, start.top]) : undefined;
  const rows = cut ? page.slice(0, Math.floor(page.length / 2)) : page;
  const data =
    request.options?.resultFormat === 'table' ? asTable(result.columns, rows) : asObjects(result.columns, rows);
  return sized(
    {
      totalRecords: cut ? Math.max(total, 1) : total,
      count: rows.length,
      data,
      facets: [],
      // A text in Azure too, and true only where nothing more can be had.
      resultTruncated: String(cut || (more && token === undefined)),
      ...(token === undefined ? {} : { $skipToken: token }),
    },
    now,
  );
}

function readableTables(request: GraphRequest, { estate, denied }: GraphOptions): Record<string, readonly Row[]> {
  const asked = (request.subscriptions ?? []).map((id) => id.toLowerCase());
  const wanted = asked.length === 0 ? undefined : new Set(asked);
  const readable = (row: Row) => {
    const id = String(row.subscriptionId ?? '').toLowerCase();
    // Rows of the tenant itself belong to no subscription.
    return id === '' || (!denied.has(id) && (wanted === undefined || wanted.has(id)));
  };
  const inScope = scopeFilter(
    request,
    estate.subscriptions.filter(({ id }) => readable({ subscriptionId: id })),
  );
  return Object.fromEntries(
    Object.entries(estate.tables).map(([name, rows]) => [name, rows.filter((row) => readable(row) && inScope(row))]),
  );
}

const schema = Object.fromEntries(graphTables.map((name) => [name, tableSchemas[name] ?? []]));

interface Result {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

function runQuery(text: string, tables: Readonly<Record<string, readonly Row[]>>, now: Date): Result {
  const query = compile(text, { schema, implicitTable: 'resources' });
  return { columns: query.columns, rows: [...query.run(tables, { now: now.toISOString() })] };
}

/** `$skip` is ignored beside `take`; a token remembers the page size it was made with. */
function firstRow(
  request: GraphRequest,
  tokens: PageTokens,
  limited: boolean,
): { readonly offset: number; readonly top: number } | undefined {
  const { $top, $skip = 0, $skipToken } = request.options ?? {};
  if ($skipToken === undefined) return { offset: limited ? 0 : $skip, top: $top ?? defaultTop };
  const [offset, top] = tokens.read(listingOf(request), $skipToken) ?? [];
  return offset === undefined || top === undefined ? undefined : { offset, top: $top ?? top };
}

function listingOf({ query, subscriptions = [], managementGroups = [] }: GraphRequest): string {
  return JSON.stringify([query, subscriptions, managementGroups]);
}

function asObjects(columns: Result['columns'], rows: Result['rows']): object[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

function asTable(columns: Result['columns'], rows: Result['rows']): object {
  return { columns: columns.map(({ name, type }) => ({ name, type: tableTypes[type] ?? 'string' })), rows };
}

/** The column types that Resource Graph's table format knows. */
const tableTypes: Readonly<Record<string, string>> = {
  string: 'string',
  int: 'integer',
  long: 'integer',
  real: 'number',
  decimal: 'number',
  bool: 'boolean',
  dynamic: 'object',
  datetime: 'datetime',
};

function sized(answer: object, now: Date): Answer {
  const text = JSON.stringify(answer, plainNumbers);
  const size = Buffer.byteLength(text);
  if (size <= largestPayload) return ok(text);
  const message =
    `Response payload size is ${size}, and has exceeded the limit of ${largestPayload}. Please consider querying ` +
    'less data at a time and make paginated call if needed.';
  return badGraphRequest([{ code: 'ResponsePayloadTooLarge', message }], now);
}

/** JSON has no big integers: a reader of Azure's own answer would see the same rounded number. */
function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
