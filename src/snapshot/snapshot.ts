/** One collected record: a plain JSON object exactly as Azure answered it (or as assay's own tables define it). */
export type Row = Readonly<Record<string, unknown>>;

/** What became of one read. `absent`: the service said, with its own not-found code, that there is nothing. */
export type ReadOutcome = 'ok' | 'absent' | 'denied' | 'failed' | 'truncated';

/**
 * One read that was made. `read` is the lower-cased resource type that was asked for. A child read names its `parentId`;
 * a Resource Graph read stands once per `scope` (a subscription, `/subscriptions/<id>`).
 */
export interface ReadRecord {
  readonly read: string;
  readonly parentId?: string;
  readonly scope?: string;
  readonly outcome: ReadOutcome;
  readonly rows: number;
  readonly requestId?: string;
  readonly at: string;
}

/** A read that gave no answer to judge by. `resourceId` is the parent, or the one resource that was asked for. */
export interface ReadError {
  readonly read: string;
  readonly resourceId?: string;
  readonly scope?: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  /** The Azure action that would settle it, where the reader's declaration knows it. */
  readonly permission?: string;
}

/** One file below `tables/`: the rows of one table and one resource type. */
export interface Partition {
  readonly type: string;
  readonly file: string;
  readonly rows: number;
  readonly sha256: string;
}

export interface TableRecord {
  readonly name: string;
  readonly rows: number;
  readonly pages: number;
  readonly complete: boolean;
  /** The Resource Graph query that filled the table; absent for tables that assay itself fills. */
  readonly query?: string;
  readonly requestIds: readonly string[];
  readonly partitions: readonly Partition[];
}

export interface Principal {
  readonly objectId?: string;
  readonly appId?: string;
  readonly tenantId?: string;
  readonly name?: string;
}

/** `snapshot.json`: everything about the collection that is not a row. Times are ISO 8601, UTC. */
export interface SnapshotHeader {
  readonly format: 'assay-snapshot/1';
  readonly tool: { readonly name: string; readonly version: string };
  readonly cloud: string;
  readonly endpoint: string;
  readonly tenant: string | null;
  readonly principal: Principal | null;
  /** Everything that depends on time is judged at this moment, never at the wall clock. */
  readonly asOf: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly requestedScopes: readonly string[];
  readonly readableScopes: readonly string[];
  readonly tables: readonly TableRecord[];
  readonly reads: readonly ReadRecord[];
  readonly errors: readonly ReadError[];
}

/** A snapshot as the judging rooms see it: no file, no network, rows on demand. */
export interface Snapshot {
  readonly header: SnapshotHeader;
  /**
   * Rows of a table, limited to the lower-cased resource types given. An unknown table is empty. With `names` (lower-cased)
   * rows of other names may be left out, where that saves reading them.
   */
  rows(table: string, types?: readonly string[], names?: ReadonlySet<string>): Iterable<Row>;
  /** Rows in memory count as read: a Resource Graph type is read everywhere unless an error says otherwise. */
  readonly rowsCountAsRead?: true;
}

export interface InMemoryTables {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly reads?: readonly (Partial<ReadRecord> & { readonly read: string })[];
  readonly errors?: readonly (Partial<ReadError> & { readonly read: string })[];
  /** ISO 8601; the default is a fixed moment so that the same rows always give the same answer. */
  readonly asOf?: string;
}

const DEFAULT_AS_OF = '2026-01-01T00:00:00.0000000Z';

/**
 * A snapshot from rows in memory, for tests and for library users.
 * Rows count as read: a child read is made for every `parentId` (or `id`) that has a row, and a Resource Graph type is
 * read for every subscription unless an entry of `errors` says otherwise.
 */
export function snapshotFrom(source: InMemoryTables): Snapshot {
  const asOf = source.asOf ?? DEFAULT_AS_OF;
  const tables = new Map(Object.entries(source.tables).map(([name, rows]) => [name.toLowerCase(), rows]));
  const errors = (source.errors ?? []).map((error) => ({
    status: 0,
    code: 'Failed',
    message: '',
    attempts: 1,
    ...error,
    read: error.read.toLowerCase(),
  }));
  const failed = errors.map(
    (error): ReadRecord => ({
      read: error.read,
      ...(error.resourceId === undefined ? {} : { parentId: error.resourceId }),
      ...(error.scope === undefined ? {} : { scope: error.scope }),
      outcome: outcomeOfStatus(error.status),
      rows: 0,
      at: asOf,
    }),
  );
  const declared = (source.reads ?? []).map(
    (read): ReadRecord => ({ outcome: 'ok', rows: 0, at: asOf, ...read, read: read.read.toLowerCase() }),
  );
  return {
    rowsCountAsRead: true,
    header: {
      format: 'assay-snapshot/1',
      tool: { name: 'assay', version: 'in-memory' },
      cloud: 'in-memory',
      endpoint: '',
      tenant: null,
      principal: null,
      asOf,
      startedAt: asOf,
      endedAt: asOf,
      requestedScopes: [],
      readableScopes: [],
      tables: [...tables].map(([name, rows]) => ({
        name,
        rows: rows.length,
        pages: 1,
        complete: true,
        requestIds: [],
        partitions: [],
      })),
      reads: [...declared, ...failed],
      errors,
    },
    rows: (table, types) => ofTypes(tables.get(table.toLowerCase()) ?? [], types),
  };
}

/** HTTP status to outcome: 401 and 403 are denials, everything else that is not a success is a failure. */
export function outcomeOfStatus(status: number): ReadOutcome {
  return status === 401 || status === 403 ? 'denied' : 'failed';
}

function ofTypes(rows: readonly Row[], types: readonly string[] | undefined): readonly Row[] {
  if (types === undefined) return rows;
  const wanted = new Set(types.map((type) => type.toLowerCase()));
  return rows.filter((row) => wanted.has(String(row.type ?? '').toLowerCase()));
}
