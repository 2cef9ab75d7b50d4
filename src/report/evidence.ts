import type { Policy } from '../policy/policy.schema.ts';
import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import type { ReportFinding } from './finding.ts';
import type { ReportModel } from './model.ts';

/** Where a fact stands in the snapshot: the file of raw JSON, its lines (from 1), and the request that answered. */
export interface EvidenceSource {
  readonly read: string;
  /** Below the bundle; null where the read left no file. */
  readonly file: string | null;
  readonly lines: readonly number[];
  readonly requestIds: readonly string[];
  readonly outcome: string;
}

export interface Evidence {
  /** `E-0017` is the seventeenth row of findings.csv. */
  readonly name: string;
  readonly row: number;
  /** Row of `facts/<policy>.csv`. */
  readonly factsRow: number;
  readonly sources: readonly EvidenceSource[];
}

/** `E-0017` for the finding in row 17 of findings.csv (the head is not counted). */
export const evidenceName = (row: number): string => `E-${String(row).padStart(4, '0')}`;

/**
 * From finding to raw answer: the row of the subject and of every read that its policy declares. Each partition that is
 * needed is gone through once; a line is its number in the `.ndjson` file.
 * @param wanted ids of the findings to explain; rows are only looked up for these
 */
export function evidenceOf(
  model: ReportModel,
  snapshot: Snapshot,
  policies: readonly Policy[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, Evidence> {
  const reads = new Map(policies.map((policy) => [policy.metadata.id, policy.reads ?? []]));
  const find = finder(snapshot);
  const perPolicy = new Map<string, number>();
  const entries = model.findings.flatMap((finding, index): [string, Evidence][] => {
    const factsRow = (perPolicy.get(finding.policy) ?? 0) + 1;
    perPolicy.set(finding.policy, factsRow);
    if (!wanted.has(finding.id)) return [];
    const sources = [
      find(finding.subject, [finding.resource]),
      ...(reads.get(finding.policy) ?? []).flatMap((read) => {
        const [table, type] = Object.entries(read).find(([key]) => key !== 'of') ?? [];
        if (table === undefined || typeof type !== 'string' || table === 'reference') return [];
        return [find(type, 'of' in read ? idsIn(finding, read.of) : [finding.resource])];
      }),
    ];
    return [[finding.id, { name: evidenceName(index + 1), row: index + 1, factsRow, sources: distinct(sources) }]];
  });
  return new Map(entries);
}

function idsIn(finding: ReportFinding, column: string | undefined): readonly string[] {
  if (column === undefined) return [finding.resource];
  const value = Object.hasOwn(finding.facts, column) ? finding.facts[column] : undefined;
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each): each is string => typeof each === 'string');
}

type Find = (type: string, ids: readonly string[]) => EvidenceSource;

function finder(snapshot: Snapshot): Find {
  const { header } = snapshot;
  const indexes = new Map<string, RowIndex>();
  const partitions = new Map(
    header.tables.flatMap((table) =>
      table.partitions.map((part) => [part.type.toLowerCase(), { table: table.name, file: part.file }] as const),
    ),
  );
  const requests = new Map<string, { readonly requestIds: readonly string[]; readonly outcome: string }>();
  for (const { read, parentId, scope, requestId, outcome } of header.reads) {
    const answer = { requestIds: requestId === undefined ? [] : [requestId], outcome };
    requests.set(`${read.toLowerCase()}\n${(parentId ?? scope ?? '').toLowerCase()}`, answer);
  }
  return (type, ids) => {
    const lower = type.toLowerCase();
    const part = partitions.get(lower);
    if (part !== undefined && !indexes.has(lower)) indexes.set(lower, indexOf(snapshot.rows(part.table, [lower])));
    const rows = ids.flatMap((id) => indexes.get(lower)?.get(id.toLowerCase()) ?? []);
    const lines = rows.map((row) => row.line);
    // A child may have been read by itself, or have come in the list of its parent, or both.
    const places = [...ids, ...rows.flatMap((row) => row.parent ?? [])];
    const named = places.flatMap((place) => requests.get(`${lower}\n${place.toLowerCase()}`) ?? []);
    const asked = named.length > 0 ? named : ids.flatMap((id) => scopeRead(requests, lower, id));
    return {
      read: lower,
      file: part === undefined || lines.length === 0 ? null : `snapshot/${part.file}`,
      lines: [...new Set(lines)].sort((one, other) => one - other),
      requestIds: [...new Set(asked.flatMap((one) => one.requestIds))],
      outcome: [...new Set(asked.map((one) => one.outcome))].join(', ') || 'not read',
    };
  };
}

/** A Resource Graph read stands once per subscription. */
function scopeRead<T>(requests: ReadonlyMap<string, T>, type: string, id: string): readonly T[] {
  const [scope] = /^\/subscriptions\/[^/]+/i.exec(id) ?? [];
  const found = scope === undefined ? undefined : requests.get(`${type}\n${scope.toLowerCase()}`);
  return found === undefined ? [] : [found];
}

/** `parent` is set where the row was found under its own id. */
type RowIndex = ReadonlyMap<string, readonly { readonly line: number; readonly parent: string | null }[]>;

/** A child is found under its own id and under its parent's. */
function indexOf(rows: Iterable<Row>): RowIndex {
  const index = new Map<string, { line: number; parent: string | null }[]>();
  let line = 0;
  for (const { id, parentId } of rows) {
    line += 1;
    const parent = typeof parentId === 'string' ? parentId : null;
    for (const key of new Set([id, parent])) {
      if (typeof key !== 'string') continue;
      const found = { line, parent: key === id ? parent : null };
      const known = index.get(key.toLowerCase());
      if (known === undefined) index.set(key.toLowerCase(), [found]);
      else known.push(found);
    }
  }
  return index;
}

function distinct(sources: readonly EvidenceSource[]): readonly EvidenceSource[] {
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}
