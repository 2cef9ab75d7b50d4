import type { CompiledQuery } from '../kql/engine.ts';
import { resolveParameters } from '../policy/parameters.ts';
import type { Policy, PolicyTestCase } from '../policy/policy.schema.ts';
import { type ReadError, type ReadRecord, type Row, snapshotFrom } from '../snapshot/snapshot.ts';
import { benchFor } from './bench.ts';
import type { Finding } from './finding.ts';
import { judgePolicy } from './judge-policy.ts';
import { prepare } from './prepare.ts';
import { indexReads } from './reads.ts';

/** One expectation of one test that did not come true. */
export interface TestProblem {
  readonly test: string;
  readonly resource: string;
  readonly expected: string;
  readonly got: string;
}

export interface PolicyTestResult {
  readonly policy: string;
  readonly tests: number;
  readonly problems: readonly TestProblem[];
}

/**
 * Runs a policy's own tests: raw tables in, the query, the guards, the expectation, verdicts out. A resource that a test
 * does not mention and that gets a finding is a problem too, so that a test cannot overlook what it causes.
 */
export function testPolicy(policy: Policy, query?: CompiledQuery): PolicyTestResult {
  const problems = policy.tests.flatMap((test) => problemsOf(test, runTest(policy, test, query)));
  return { policy: policy.metadata.id, tests: policy.tests.length, problems };
}

/** The findings of one test case. */
export function runTest(policy: Policy, test: PolicyTestCase, query?: CompiledQuery): readonly Finding[] {
  const snapshot = snapshotFrom({
    tables: test.tables as Record<string, Row[]>,
    ...(test.asOf === undefined ? {} : { asOf: test.asOf }),
    reads: (test.reads ?? []) as unknown as (Partial<ReadRecord> & { read: string })[],
    errors: (test.errors ?? []) as unknown as (Partial<ReadError> & { read: string })[],
  });
  const bench = benchFor(prepare(policy, query), snapshot, indexReads(snapshot), {
    place: () => ({ environment: null, class: test.class }),
    parameters: (place) => {
      const { values, missing } = resolveParameters(policy, place, null);
      const given = test.parameters ?? {};
      return { values: { ...values, ...given }, missing: missing.filter((name) => !Object.hasOwn(given, name)) };
    },
  });
  return judgePolicy(bench, snapshot.header.asOf).findings;
}

function problemsOf(test: PolicyTestCase, findings: readonly Finding[]): readonly TestProblem[] {
  const wanted = new Map(Object.entries(test.expect).map(([id, expect]) => [id.toLowerCase(), { id, expect }]));
  const missed = [...wanted]
    .filter(([id]) => !findings.some((finding) => keyOf(finding) === id))
    .map(([, { id, expect }]) => ({ test: test.name, resource: id, expected: say(expect), got: 'no finding' }));
  const wrong = findings.flatMap((finding) => {
    const expect = wanted.get(keyOf(finding))?.expect;
    if (expect !== undefined && matches(expect, finding)) return [];
    const expected = expect === undefined ? 'no finding' : say(expect);
    return [{ test: test.name, resource: finding.resource, expected, got: sayFinding(finding) }];
  });
  return [...missed, ...wrong];
}

const keyOf = (finding: Finding): string =>
  (finding.sub === undefined ? finding.resource : `${finding.resource}#${finding.sub}`).toLowerCase();

type Expect = PolicyTestCase['expect'][string];

function matches(expect: Expect, finding: Finding): boolean {
  if (typeof expect === 'string') return expect === finding.status;
  const reason = finding.status === 'unknown' ? finding.reason : undefined;
  return expect.status === finding.status && (expect.reason === undefined || expect.reason === reason);
}

const say = (expect: Expect): string =>
  typeof expect === 'string'
    ? expect
    : [expect.status, expect.reason && `(${expect.reason})`].filter(Boolean).join(' ');

const sayFinding = (finding: Finding): string =>
  finding.status === 'unknown'
    ? `unknown (${finding.reason}): ${finding.because}`
    : `${finding.status}: ${finding.because}`;
