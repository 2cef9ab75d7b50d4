import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FailFinding } from '../../src/evaluate/finding.ts';
import { runTest } from '../../src/evaluate/policy-test.ts';
import { loadPolicies } from '../../src/inputs/load.ts';
import { type Policy, type PolicyTestCase, patchClasses } from '../../src/policy/policy.schema.ts';
import { changesFor } from '../../src/remediate/patch.ts';
import { patchedSnapshot, rowFinder } from '../../src/remediate/patched-snapshot.ts';
import { plan } from '../../src/remediate/plan.ts';
import { referenceRows } from '../../src/sizing/reference.ts';
import { type Row, snapshotFrom } from '../../src/snapshot/snapshot.ts';

const pack = (await loadPolicies(join(import.meta.dirname, '../../policies'))).map(({ value }) => value);
const patched = pack.filter(({ remediation }) => patchClasses.includes(remediation.class));

const isFail = (finding: { status: string }): finding is FailFinding => finding.status === 'fail';

/** The test's rows, and the product's reference tables beside those that the test brings itself. */
function withReference(tables: PolicyTestCase['tables']): Record<string, Row[]> {
  const own = tables.reference ?? [];
  const keyOf = (row: Row): string => `${String(row.kind)} ${String(row.name).toLowerCase()}`;
  const known = new Set(own.map(keyOf));
  return { ...tables, reference: [...own, ...referenceRows().filter((row) => !known.has(keyOf(row)))] };
}

const cases = patched.flatMap((policy) =>
  policy.tests.flatMap((one) =>
    runTest(policy, one)
      .filter(isFail)
      .map((finding) => ({ policy, one, finding, label: `${policy.metadata.id}: ${one.name}: ${finding.name}` })),
  ),
);

/** The test case with the patch applied to its rows, judged as the policy's own tests are. */
function after(policy: Policy, one: PolicyTestCase, finding: FailFinding) {
  const tables = withReference(one.tables);
  const base = snapshotFrom({ tables, ...(one.asOf === undefined ? {} : { asOf: one.asOf }) });
  const changes = changesFor(finding, policy, base.header.asOf);
  const { snapshot, apply } = patchedSnapshot(base, rowFinder(base, changes));
  apply(changes);
  const rows = Object.fromEntries(
    [...Object.keys(tables), ...changes.map(({ table }) => table)].map((table) => [table, [...snapshot.rows(table)]]),
  );
  return runTest(policy, { ...one, tables: rows }).find(({ id }) => id === finding.id);
}

describe('a repair in place, tried out on the fail tests of its own policy', () => {
  test('is there for every policy whose class says so, with a fail to repair', () => {
    expect(patched.length).toBeGreaterThan(0);
    const tried = new Set(cases.map(({ policy }) => policy.metadata.id));
    expect(patched.map(({ metadata }) => metadata.id).filter((id) => !tried.has(id))).toEqual([]);
  });

  test.each(cases)('turns to pass $label', ({ policy, one, finding }) => {
    expect(after(policy, one, finding)).toMatchObject({ status: 'pass' });
  });

  test.each(cases)('is no pass where the patch is left out: $label', ({ policy, one, finding }) => {
    const tables = withReference(one.tables);
    const same = runTest(policy, { ...one, tables }).find(({ id }) => id === finding.id);
    expect(same).toMatchObject({ status: 'fail' });
  });
});

describe('the plan of the fails of one production test', () => {
  const inProduction = cases.filter(
    ({ one, finding }) =>
      one.class === 'prod' && Object.keys(one.parameters ?? {}).length === 0 && finding.class === 'prod',
  );

  test.each(inProduction)('proves the step of $label', ({ policy, one, finding }) => {
    const snapshot = snapshotFrom({
      tables: withReference(one.tables),
      ...(one.asOf === undefined ? {} : { asOf: one.asOf }),
      reads: [],
      errors: [],
    });
    const { steps } = plan({ findings: [{ finding }], policies: [policy], workload: null, snapshot });
    expect(steps[0]?.unproven).toBeNull();
    expect(steps[0]?.proof).toMatchObject({ before: 'fail', after: 'pass', together: 1 });
  });
});
