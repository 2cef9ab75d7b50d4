import type { Resolved } from '../policy/parameters.ts';
import type { UnknownReason } from '../policy/policy.schema.ts';
import { fillTemplate, sayValue } from '../policy/template.ts';
import type { Row } from '../snapshot/snapshot.ts';
import type { Bench } from './bench.ts';
import type { Finding, Missing } from './finding.ts';
import { findingId } from './finding-id.ts';
import { type Asker, type ReadState, stateOfRead } from './reads.ts';
import { lastSegment, type Subject } from './subjects.ts';

/**
 * The verdict on one subject and the rows that the query returned for it. The order of the rules is part of the product:
 * population, reads, nulls, applicability, expectation. Each can only end in unknown before the next is asked.
 */
export function judgeSubject(subject: Subject, rows: readonly Row[], bench: Bench): readonly Finding[] {
  const ownRead = bench.reads.errorOn(bench.prepared.policy.subject, subject.id);
  if (!ownRead.made) return [unread(subject, {}, ownRead, bench)];
  if (rows.length === 0)
    return [unknown(subject, {}, 'not-returned', [], 'the query returned no row for this resource', bench)];
  const { hasSub } = bench.prepared;
  if (rows.length > 1 && !hasSub)
    return [unknown(subject, {}, 'evaluation-error', [], `the query returned it ${rows.length} times`, bench)];
  if (hasSub && new Set(rows.map((row) => row.sub)).size < rows.length)
    return [unknown(subject, {}, 'evaluation-error', [], 'the query returned the same sub-id twice', bench)];
  return rows.map((row) => judgeRow(subject, row, bench));
}

function judgeRow(subject: Subject, row: Row, bench: Bench): Finding {
  const { policy } = bench.prepared;
  for (const read of policy.reads ?? []) {
    const state = stateOfRead(read, row, askerOf(subject, read, policy.subject), bench.reads);
    if (!state.made) return unread(subject, row, state, bench);
  }
  const shortfall = subject.environment?.shortfall ?? null;
  if (shortfall !== null) return unknown(subject, row, 'empty-scope', [], shortfall, bench);
  const unknownFact = bench.prepared.needed.find((fact) => isUnknown(row[fact]));
  if (unknownFact !== undefined)
    return unknown(subject, row, 'field-missing', [], `the fact ${unknownFact} is not known`, bench);
  const { values, missing } = bench.parameters(bench.place(subject));
  const lackingOf = (used: readonly string[]): string | undefined => missing.find((name) => used.includes(name));
  const { toApply, toExpect } = bench.prepared.parametersUsed;
  const undecided = lackingOf(toApply);
  if (undecided !== undefined) return undeclared(subject, row, undecided, bench);
  if (bench.prepared.applies(values)(row).length > 0)
    return judged(subject, row, bench, { status: 'not-applicable', because: policy.applies?.otherwise ?? '' });
  const lacking = lackingOf(toExpect);
  return lacking === undefined ? verdict(subject, row, values, bench) : undeclared(subject, row, lacking, bench);
}

const undeclared = (subject: Subject, row: Row, parameter: string, bench: Bench): Finding =>
  unknown(subject, row, 'parameter-missing', [], `the parameter ${parameter} is declared nowhere`, bench);

function verdict(subject: Subject, row: Row, values: Resolved['values'], bench: Bench): Finding {
  const mismatches = bench.prepared.expects(values)(row);
  if (mismatches.length > 0) {
    const because = message(subject, row, values, bench);
    return judged(subject, row, bench, { status: 'fail', because, mismatches });
  }
  return judged(subject, row, bench, { status: 'pass', because: bench.prepared.asExpected });
}

/** A child that is its own subject was listed below its parent; every other read was made for the subject. */
function askerOf(subject: Subject, read: object, subjectType: string): Asker {
  const isOwnListing = 'childresources' in read && read.childresources === subjectType;
  const ids = subject.environment?.scopes ?? [subject.id];
  return { ids, listedBelow: isOwnListing ? subject.parentId : null };
}

/** Null, missing, and the empty string that `tostring` and an unmatched outer join make of a missing value. */
const isUnknown = (value: unknown): boolean => value === null || value === undefined || value === '';

function message(subject: Subject, row: Row, values: Resolved['values'], bench: Bench): string {
  return fillTemplate(bench.prepared.policy.message, (name) => {
    if (name.startsWith('param.')) return sayValue(values[name.slice('param.'.length)]);
    return name === 'name' && row.name === undefined ? sayValue(subject.name) : sayValue(row[name]);
  });
}

function unread(subject: Subject, row: Row, state: ReadState & { made: false }, bench: Bench): Finding {
  return unknown(subject, row, state.reason, [state.missing], whyUnread(state), bench);
}

/** A sentence that names what could not be read, what Azure said, and what would settle it. */
export function whyUnread(state: ReadState & { made: false }): string {
  const { read, resource, status, code, permission } = state.missing;
  const of = resource === undefined || resource === '' ? '' : ` of ${sayValue(resource, 300)}`;
  const said = status === undefined ? '' : ` (${status} ${sayValue(code ?? '')})`;
  const verb = { 'access-denied': 'was denied', truncated: 'was truncated' }[state.reason as string] ?? 'was not made';
  const settle = state.reason === 'access-denied' ? `; the permission ${permission} would settle it` : '';
  return `the read ${read}${of} ${verb}${said}${settle}`;
}

function unknown(
  subject: Subject,
  row: Row,
  reason: UnknownReason,
  missing: readonly Missing[],
  because: string,
  bench: Bench,
): Finding {
  return judged(subject, row, bench, { status: 'unknown', reason, missing, because });
}

/** An unknown that stands on a scope or a parent, because its subjects could not be listed. */
export function unlistedFinding(on: string, state: ReadState & { made: false }, bench: Bench): Finding {
  // A scope alone has no name that tells more than its id.
  const name = on.includes('/providers/') ? lastSegment(on) : on;
  const subject: Subject = { id: on, name, tags: null, parentId: null };
  return unknown(subject, {}, state.reason, [state.missing], whyUnread(state), bench);
}

/** The one finding of a policy on environments where no declaration says which environments there are. */
export function undeclaredFinding(bench: Bench): Finding {
  const subject: Subject = { id: 'workload', name: 'workload', tags: null, parentId: null };
  const because = 'no declaration (assay.yaml) says which environments there are';
  return unknown(subject, {}, 'parameter-missing', [], because, bench);
}

/** An unknown for a resource that the query could not be run for, or returned without being asked. */
export function brokenFinding(subject: Subject, because: string, bench: Bench): Finding {
  return unknown(subject, {}, 'evaluation-error', [], because, bench);
}

/**
 * What every finding says, and the verdict behind it. Findings are made by the million: assigning to an object that is
 * written out costs a thirtieth of spreading one into another, and a quarter of the memory.
 */
function judged<Verdict extends object>(subject: Subject, row: Row, bench: Bench, verdict: Verdict) {
  const { metadata, subject: type } = bench.prepared.policy;
  const place = bench.place(subject);
  const sub = typeof row.sub === 'string' && row.sub !== '' ? row.sub : undefined;
  const about = {
    id: findingId(subject.id, metadata.id, sub),
    policy: metadata.id,
    title: metadata.title,
    topic: metadata.topic,
    severity: metadata.severity,
    activity: metadata.activity,
    subject: type,
    resource: subject.id,
    name: subject.name,
    environment: place.environment,
    class: place.class,
    facts: row,
    parameters: bench.parameters(place).values,
  };
  return Object.assign(sub === undefined ? about : withSub(about, sub), verdict);
}

/** `sub` stands behind the name, in every file that findings are written to. */
function withSub<About extends Pick<Finding, 'environment' | 'class' | 'facts' | 'parameters'>>(
  { environment, class: kind, facts, parameters, ...head }: About,
  sub: string,
) {
  return { ...head, sub, environment, class: kind, facts, parameters };
}
