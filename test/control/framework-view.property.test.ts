import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import type { FrameworkView } from '../../src/control/assessment.ts';
import type { CatalogueEntry } from '../../src/control/catalogue.schema.ts';
import type { Attestation } from '../../src/control/control.schema.ts';
import {
  assessabilities,
  ceilings,
  mappingStrengths,
  type SubcategoryStatus,
  subcategoryStatuses,
} from '../../src/control/framework.ts';
import type { Finding } from '../../src/evaluate/finding.ts';
import {
  acceptUnknown,
  attestation,
  fail,
  judge,
  notApplicable,
  pass,
  serverId,
  unknown,
  waiver,
  workload,
} from './build.ts';
import { catalogue, entry, FRAMEWORK } from './catalogue-build.ts';

const topics: Readonly<Record<string, string>> = { p1: 'pg.a', p2: 'pg.b', p3: 'st.c' };
const policies = Object.keys(topics);
const servers = ['a', 'b', 'c'];
const ids = ['MEASURE 1.1', 'MEASURE 1.2', 'MEASURE 1.3'];

const finding = fc
  .record({
    make: fc.constantFrom(pass, fail, notApplicable, unknown),
    policy: fc.constantFrom(...policies),
    name: fc.constantFrom(...servers),
  })
  .map(({ make, policy, name }): Finding => make({ policy, resource: serverId(name) }));
const findings = fc.uniqueArray(finding, { selector: ({ id }) => id, maxLength: 9 });

const evidence = fc.array(
  fc.record({
    strength: fc.constantFrom(...mappingStrengths),
    topics: fc.uniqueArray(fc.constantFrom('pg.a', 'pg.b', 'pg.*', 'st.c', 'no.such'), { minLength: 1 }),
  }),
  { maxLength: 3 },
);
const entries = fc.tuple(...ids.map((id) => entryOf(id)));
function entryOf(id: string): fc.Arbitrary<CatalogueEntry> {
  return fc
    .record({
      assessability: fc.constantFrom(...assessabilities),
      ceiling: fc.constantFrom(...ceilings),
      evidence,
    })
    .map((parts) => entry({ id, ...parts }));
}

const subjects = fc.uniqueArray(
  fc.constantFrom(...servers, '*').map((name) => serverId(name)),
  { minLength: 1 },
);
const waiverParts = fc.record({
  policy: fc.constantFrom(...policies),
  scope: fc.record({ subjects }),
  expires: fc.constantFrom('2026-12-20', '2026-11-01', '2028-01-01'),
});
const statementParts = fc.record({
  item: fc.constantFrom(...ids.map((id) => `${FRAMEWORK}#${id}`)),
  environments: fc.constantFrom(['prod'], ['dev'], ['prod', 'dev']),
  statement: fc.constantFrom('yes' as const, 'not-applicable' as const, 'no' as const),
  validUntil: fc.constantFrom('2026-11-12', '2026-12-24'),
}) as fc.Arbitrary<Partial<Attestation>>;

const input = fc
  .record({
    entries,
    findings,
    waivers: fc.array(waiverParts, { maxLength: 3 }),
    accepts: fc.array(waiverParts, { maxLength: 3 }),
    statements: fc.array(statementParts, { maxLength: 4 }),
    environments: fc.constantFrom(
      workload(),
      workload({ environments: { prod: { class: 'prod' }, dev: { class: 'dev' } } }),
      null,
    ),
  })
  .map(
    (parts): Partial<AssessInput> => ({
      catalogue: catalogue(...parts.entries),
      findings: parts.findings,
      waivers: parts.waivers.map((over, index) => waiver(over, `W-${index}`)),
      acceptUnknowns: parts.accepts.map((over, index) => acceptUnknown(over, `U-${index}`)),
      attestations: parts.statements.map((over, index) => attestation(over, `A-${index}`)),
      controls: [],
      policies: new Map(
        policies.map((id) => [id, { severity: 'high', activity: 'encryption-setup', topic: topics[id] ?? '' }]),
      ),
      workload: parts.environments,
    }),
  );

function viewOf(over: Partial<AssessInput>): FrameworkView {
  const { framework } = judge(over);
  if (framework === undefined) throw new Error('no framework was rolled up');
  return framework;
}

const runs = { numRuns: 400 };

test('a fail that counts is never hidden: direct it is not supported, supporting it is a gap at best', () => {
  fc.assert(
    fc.property(input, (over) => {
      for (const { status, policies: mapped } of viewOf(over).subcategories) {
        const failing = (strength: string) => mapped.some((one) => one.strength === strength && one.counts.fail > 0);
        if (failing('direct')) expect(status).toBe('not-supported');
        else if (failing('supporting')) expect(['not-supported', 'supported-with-gaps']).toContain(status);
      }
    }),
    runs,
  );
});

test('an unknown that counts never becomes supported, accepted or not, stated or not', () => {
  fc.assert(
    fc.property(input, (over) => {
      for (const { status, policies: mapped } of viewOf(over).subcategories) {
        const counting = mapped.filter(({ strength }) => strength !== 'context');
        if (counting.every(({ counts }) => counts.unknown === 0)) continue;
        expect(['not-supported', 'supported-with-gaps', 'unknown']).toContain(status);
        if (counting.every(({ counts }) => counts.fail + counts.waived === 0)) expect(status).not.toMatch(/^supported/);
      }
    }),
    runs,
  );
});

test('supported needs a pass that counts, attested-only a valid statement, not-assessed that there is neither', () => {
  fc.assert(
    fc.property(input, (over) => {
      for (const { status, policies: mapped, statement } of viewOf(over).subcategories) {
        const counting = mapped.filter(({ strength }) => strength !== 'context');
        if (status === 'supported') expect(counting.some(({ counts }) => counts.pass > 0)).toBe(true);
        if (status === 'attested-only') expect([counting.length, statement.state]).toEqual([0, 'valid']);
        if (status === 'not-assessed') expect([counting.length, statement.state]).toEqual([0, 'missing']);
      }
    }),
    runs,
  );
});

test('the order of inputs is irrelevant', () => {
  const mixed = <T>(values: readonly T[] = [], seed: number): T[] =>
    [...values]
      .map((value, index) => ({ value, key: (index * 7919 + seed * 104_729) % 101 }))
      .sort((a, b) => a.key - b.key)
      .map(({ value }) => value);
  fc.assert(
    fc.property(input, fc.nat(), (over, seed) => {
      const shuffled: Partial<AssessInput> = {
        ...over,
        findings: mixed(over.findings, seed),
        waivers: mixed(over.waivers, seed),
        acceptUnknowns: mixed(over.acceptUnknowns, seed),
        attestations: mixed(over.attestations, seed),
        policies: new Map(mixed([...(over.policies ?? [])], seed)),
      };
      expect(viewOf(shuffled)).toEqual(viewOf(over));
    }),
    runs,
  );
});

const rank = (status: SubcategoryStatus): number => subcategoryStatuses.indexOf(status);

/** What nobody speaks of any more stands apart and is better than nothing. */
function neverBetter(before: Partial<AssessInput>, after: Partial<AssessInput>): void {
  const was = viewOf(before).subcategories;
  for (const [index, { id, status }] of viewOf(after).subcategories.entries()) {
    const old: SubcategoryStatus = was[index]?.status ?? 'not-supported';
    if (status !== 'not-assessed' && rank(status) > rank(old)) expect.fail(`${id}: ${old} became ${status}`);
    if (status === 'not-assessed' && old !== 'not-assessed')
      expect(['attested-only', 'attestation-needed'], `${id} was ${old}`).toContain(old);
  }
}

test('losing a pass, to an unknown or altogether, never improves a status', () => {
  fc.assert(
    fc.property(input, fc.nat(), (over, at) => {
      const seen = over.findings ?? [];
      const passes = seen.filter(({ status }) => status === 'pass');
      const lost = passes[at % Math.max(1, passes.length)];
      fc.pre(lost !== undefined);
      const others = seen.filter((one) => one !== lost);
      const { policy, resource } = lost ?? { policy: '', resource: '' };
      neverBetter(over, { ...over, findings: [...others, unknown({ policy, resource })] });
      neverBetter(over, { ...over, findings: others });
    }),
    runs,
  );
});

test('dropping a waiver, an acceptance, or a statement other than a no never improves a status', () => {
  fc.assert(
    fc.property(input, fc.nat(), (over, at) => {
      const [waivers = [], acceptUnknowns = [], attestations = []] = [
        over.waivers,
        over.acceptUnknowns,
        over.attestations,
      ];
      const dropped = <T>(values: readonly T[]): readonly T[] => values.toSpliced(at % (values.length + 1), 1);
      neverBetter(over, { ...over, waivers: dropped(waivers) });
      neverBetter(over, { ...over, acceptUnknowns: dropped(acceptUnknowns) });
      if (attestations[at % (attestations.length + 1)]?.statement !== 'no')
        neverBetter(over, { ...over, attestations: dropped(attestations) });
    }),
    runs,
  );
});
