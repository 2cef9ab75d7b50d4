import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import { type ItemStatus, itemStatuses } from '../../src/control/assessment.ts';
import type { Attestation, ControlItem } from '../../src/control/control.schema.ts';
import type { Finding } from '../../src/evaluate/finding.ts';
import {
  acceptUnknown,
  asked,
  attestation,
  control,
  fail,
  item,
  judge,
  notApplicable,
  pack,
  pass,
  serverId,
  unknown,
  waiver,
  workload,
} from './build.ts';

const policies = ['p1', 'p2', 'p3'];
const servers = ['a', 'b', 'c'];
const places = [
  { environment: 'prod', class: 'prod' },
  { environment: 'dev', class: 'dev' },
  { environment: null, class: 'prod' },
] as const;
const environments = workload({ environments: { prod: { class: 'prod' }, dev: { class: 'dev' } } });

const finding = fc
  .record({
    make: fc.constantFrom(pass, fail, notApplicable, unknown),
    policy: fc.constantFrom(...policies),
    name: fc.constantFrom(...servers),
    place: fc.constantFrom(...places),
  })
  .map(({ make, policy, name, place }): Finding => make({ policy, resource: serverId(name), ...place }));

const findings = fc.uniqueArray(finding, { selector: ({ id }) => id, maxLength: 9 });

const scope = fc.record({
  subjects: fc.uniqueArray(
    fc.constantFrom(...servers, '*').map((name) => serverId(name)),
    { minLength: 1 },
  ),
});
const waiverParts = fc.record({
  policy: fc.constantFrom('p1', 'p2'),
  scope,
  expires: fc.constantFrom('2026-11-20', '2026-12-20', '2027-01-30', '2026-11-01', '2028-01-01'),
  approvedBy: fc.constantFrom('ciso@customer.example', 'cto@customer.example', 'dba@provider.example'),
});
const statement = fc.record({
  environments: fc.constantFrom(['prod'], ['dev'], ['prod', 'dev']),
  statement: fc.constantFrom('yes', 'yes-with-comment', 'not-applicable', 'no'),
  assessedOn: fc.constantFrom('2026-11-01', '2026-11-10', '2026-12-01'),
  validUntil: fc.constantFrom('2026-11-12', '2026-12-24'),
}) as fc.Arbitrary<Partial<Attestation>>;

const itemParts = fc.record({
  policies: fc.uniqueArray(
    fc.record({
      ref: fc.constantFrom(...policies, 'absent'),
      role: fc.constantFrom('required' as const, 'informative' as const),
    }),
    { selector: ({ ref }) => ref },
  ),
  asks: fc.boolean(),
});

const input = fc
  .record({
    findings,
    waivers: fc.array(waiverParts, { maxLength: 3 }),
    accepts: fc.array(waiverParts, { maxLength: 3 }),
    statements: fc.array(statement, { maxLength: 3 }),
    items: fc.array(itemParts, { minLength: 1, maxLength: 3 }),
  })
  .map(
    (parts): Partial<AssessInput> => ({
      findings: parts.findings,
      waivers: parts.waivers.map((over, index) => waiver(over, `W-${index}`)),
      acceptUnknowns: parts.accepts.map((over, index) => acceptUnknown(over, `U-${index}`)),
      attestations: parts.statements.map((over, index) => attestation(over, `A-${index}`)),
      controls: [control(parts.items.map(toItem))],
      policies: pack(...policies),
      workload: environments,
    }),
  );

function toItem(
  { policies: refs, asks }: { policies: ControlItem['policies']; asks: boolean },
  index: number,
): ControlItem {
  return item({ id: `C-1.${index + 1}`, policies: refs, ...(asks ? { attestation: asked } : {}) });
}

const statuses = (over: Partial<AssessInput>): readonly ItemStatus[] =>
  judge(over).controls.flatMap(({ items }) => items.map(({ status }) => status));

const worse = (one: ItemStatus, other: ItemStatus): boolean => itemStatuses.indexOf(one) < itemStatuses.indexOf(other);

test('a fail is never hidden: an unwaived one in a required policy is not met, a waived one never plainly met', () => {
  fc.assert(
    fc.property(input, (over) => {
      const assessment = judge(over);
      const [only] = over.controls ?? [];
      for (const [index, { status }] of (assessment.controls[0]?.items ?? []).entries()) {
        const refs = (only?.items[index]?.policies ?? [])
          .filter(({ role }) => role === 'required')
          .map(({ ref }) => ref);
        const fails = assessment.findings.filter(
          ({ finding: its }) => refs.includes(its.policy) && its.status === 'fail',
        );
        if (fails.some(({ waived }) => waived === undefined)) expect(status).toBe('not-met');
        else if (fails.length > 0) expect(['met', 'not-applicable']).not.toContain(status);
      }
    }),
    { numRuns: 500 },
  );
});

test('an unknown never becomes met, waived or accepted or not', () => {
  fc.assert(
    fc.property(input, (over) => {
      const assessment = judge(over);
      for (const { policies: counted, status } of assessment.controls.flatMap(({ items }) => items)) {
        const open = counted.filter(({ role, unknown: count }) => role === 'required' && count > 0);
        if (open.length > 0) expect(['met', 'not-applicable']).not.toContain(status);
      }
      for (const { finding: its, waived, accepted } of assessment.findings) {
        if (waived !== undefined) expect(its.status).toBe('fail');
        if (accepted !== undefined) expect(its.status).toBe('unknown');
      }
    }),
    { numRuns: 500 },
  );
});

test('every finding that came in comes out, with its status', () => {
  fc.assert(
    fc.property(input, (over) => {
      const out = judge(over).findings.map(({ finding: its }) => its);
      expect(new Set(out)).toEqual(new Set(over.findings));
      expect(out).toHaveLength(over.findings?.length ?? 0);
    }),
  );
});

test('the order of inputs is irrelevant', () => {
  const shuffled = <T>(values: readonly T[] = [], seed: number): T[] =>
    [...values]
      .map((value, index) => ({ value, key: (index * 7919 + seed * 104_729) % 101 }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
  fc.assert(
    fc.property(input, fc.nat(), (over, seed) => {
      const mixed = {
        ...over,
        findings: shuffled(over.findings, seed),
        waivers: shuffled(over.waivers, seed),
        acceptUnknowns: shuffled(over.acceptUnknowns, seed),
        attestations: shuffled(over.attestations, seed),
      };
      expect(judge(mixed)).toEqual(judge(over));
    }),
    { numRuns: 800 },
  );
});

function neverBetter(before: Partial<AssessInput>, after: Partial<AssessInput>): void {
  const was = statuses(before);
  for (const [index, status] of statuses(after).entries()) {
    const old = was[index];
    if (old !== undefined && worse(old, status)) expect.fail(`${old} became ${status}`);
  }
}

test('dropping a waiver or an acceptance never improves a status', () => {
  fc.assert(
    fc.property(input, fc.nat(), (over, at) => {
      const [waivers = [], acceptUnknowns = []] = [over.waivers, over.acceptUnknowns];
      neverBetter(over, { ...over, waivers: waivers.toSpliced(at % (waivers.length + 1), 1) });
      neverBetter(over, { ...over, acceptUnknowns: acceptUnknowns.toSpliced(at % (acceptUnknowns.length + 1), 1) });
    }),
    { numRuns: 500 },
  );
});

// A `no` is itself what makes an item not met; apart from it, less evidence is never a better status.
const saysNo = ({ statement: said }: Attestation): boolean => said === 'no';

test('dropping a statement other than a no never improves a status', () => {
  fc.assert(
    fc.property(input, fc.nat(), (over, at) => {
      const attestations = over.attestations ?? [];
      const index = at % (attestations.length + 1);
      fc.pre(!attestations.slice(index, index + 1).some(saysNo));
      neverBetter(over, { ...over, attestations: attestations.toSpliced(index, 1) });
    }),
    { numRuns: 500 },
  );
});

test('turning a pass into an unknown never improves a status', () => {
  fc.assert(
    fc.property(input, fc.nat(), (over, at) => {
      const seen = over.findings ?? [];
      const passes = seen.filter(({ status }) => status === 'pass');
      fc.pre(passes.length > 0);
      const target = passes[at % passes.length];
      const lost = seen.map((one) =>
        one === target
          ? unknown({ policy: one.policy, resource: one.resource, environment: one.environment, class: one.class })
          : one,
      );
      neverBetter(over, { ...over, findings: lost });
    }),
    { numRuns: 500 },
  );
});
