import type { CompiledQuery } from '../kql/engine.ts';
import { sayValue } from '../policy/template.ts';
import type { Row } from '../snapshot/snapshot.ts';
import type { Bench } from './bench.ts';
import type { Finding } from './finding.ts';
import { brokenFinding, judgeSubject } from './judge.ts';
import { parentIds } from './parents.ts';
import { lastSegment, type Subject, subjectsOf } from './subjects.ts';
import { undeclaredFindings, unlistedFindings } from './unlisted.ts';

/** All findings of one prepared policy on a snapshot, and how many rows its query returned. */
export function judgePolicy(
  bench: Bench,
  now: string,
): { readonly findings: readonly Finding[]; readonly rows: number } {
  const { policy } = bench.prepared;
  const subjects = subjectsOf(policy, bench.snapshot);
  const unlisted =
    policy.subject === 'workload'
      ? undeclaredFindings(bench, subjects.size)
      : unlistedFindings(bench, { has: (id) => subjects.has(id), parents: parentIds(bench.snapshot) });
  const returned = rowsById(bench, now);
  if (typeof returned === 'string') return { findings: [...unlisted, ...broken(subjects, returned, bench)], rows: 0 };
  const judged = [...subjects].flatMap(([id, subject]) => judgeSubject(subject, returned.get(id) ?? [], bench));
  const strangers = [...returned].filter(([id]) => !subjects.has(id)).map(([id, rows]) => stranger(id, rows, bench));
  const rows = [...returned.values()].reduce((sum, of) => sum + of.length, 0);
  return { findings: [...unlisted, ...judged, ...strangers], rows };
}

const broken = (subjects: ReadonlyMap<string, Subject>, because: string, bench: Bench): readonly Finding[] =>
  [...subjects.values()].map((subject) => brokenFinding(subject, because, bench));

/** The query's rows by id; a sentence where the query failed while it ran. */
function rowsById({ prepared: { query }, snapshot }: Bench, now: string): ReadonlyMap<string, readonly Row[]> | string {
  try {
    return groupById(query.run(snapshot, { now }), query.columns);
  } catch (error) {
    return `the query failed: ${sayValue(error instanceof Error ? error.message : error)}`;
  }
}

/** Rows of a query as objects, by lower-cased id. */
export function groupById(
  given: Iterable<readonly unknown[]>,
  columns: CompiledQuery['columns'],
): ReadonlyMap<string, readonly Row[]> {
  const names = columns.map(({ name }) => name);
  const toRow = names.includes('__proto__') ? rowByEntries : rowByNames;
  const rows = new Map<string, Row[]>();
  for (const values of given) {
    const row = toRow(names, values);
    const id = String(row.id ?? '').toLowerCase();
    const known = rows.get(id);
    if (known === undefined) rows.set(id, [row]);
    else known.push(row);
  }
  return rows;
}

function rowByNames(names: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) row[names[i] ?? ''] = values[i];
  return row;
}

/** Assigning to this one name would set the prototype. */
function rowByEntries(names: readonly string[], values: readonly unknown[]): Row {
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** A finding for a row that the query returned without being asked for it. */
export function stranger(id: string, rows: readonly Row[], bench: Bench): Finding {
  const given = String(rows[0]?.id ?? id);
  const subject: Subject = { id: given, name: lastSegment(given), tags: null, parentId: null };
  return brokenFinding(subject, 'the query returned a row that is not a resource of its subject type', bench);
}
