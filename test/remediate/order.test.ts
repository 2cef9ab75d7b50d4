import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailFinding } from '../../src/evaluate/finding.ts';
import { remediationClasses } from '../../src/policy/policy.schema.ts';
import { PlanError } from '../../src/remediate/errors.ts';
import { accountId, fail, planOf, policy } from './build.ts';

const orderOf = (findings: readonly FailFinding[], policies: Parameters<typeof planOf>[1]) =>
  planOf(
    findings.map((finding) => ({ finding })),
    policies,
  ).map(({ policy: id, name }) => `${id} ${name}`);

describe('the order of steps', () => {
  test('is severity × environment × effort', () => {
    const policies = [policy('p-days', { effort: 'days' }), policy('p-minutes', { effort: 'minutes' })];
    const its = (id: string, name: string, over: Partial<FailFinding>) =>
      fail({ policy: id, resource: accountId(name), ...over });
    const findings = [
      its('p-minutes', 'low-prod', { severity: 'low' }), // 2 × 4 × 4 = 32
      its('p-days', 'critical-dev', { severity: 'critical', environment: 'dev', class: 'dev' }), // 16 × 1 × 2 = 32
      its('p-days', 'critical-prod', { severity: 'critical' }), // 16 × 4 × 2 = 128
      its('p-minutes', 'high-uat', { severity: 'high', class: 'uat' }), // 8 × 2 × 4 = 64
      its('p-minutes', 'high-prod', { severity: 'high' }), // 8 × 4 × 4 = 128
    ];
    expect(orderOf(findings, policies)).toEqual([
      'p-days critical-prod',
      'p-minutes high-prod',
      'p-minutes high-uat',
      'p-days critical-dev',
      'p-minutes low-prod',
    ]);
  });

  test('puts blockers first, however light', () => {
    const policies = [policy('a-quick', { effort: 'minutes' }), policy('z-replace', { class: 'replace-by-restore' })];
    const findings = [
      fail({ policy: 'a-quick', severity: 'critical' }),
      fail({ policy: 'z-replace', severity: 'info' }),
    ];
    expect(orderOf(findings, policies)).toEqual(['z-replace stprod', 'a-quick stprod']);
  });

  test('puts what a step comes after before it, on the same resource and in whatever case', () => {
    const policies = [policy('public-off', { after: ['endpoint'] }), policy('endpoint')];
    const findings = [
      fail({ policy: 'public-off', severity: 'critical' }),
      fail({ policy: 'endpoint', severity: 'low', resource: accountId('stprod').toUpperCase() }),
      fail({ policy: 'endpoint', severity: 'info', resource: accountId('other') }),
    ];
    const steps = planOf(
      findings.map((finding) => ({ finding })),
      policies,
    );
    expect(steps.map(({ policy: id, name }) => `${id} ${name}`)).toEqual([
      'endpoint STPROD',
      'public-off stprod',
      'endpoint other',
    ]);
    expect(steps[1]?.after).toEqual([steps[0]?.id]);
    expect(steps[2]?.after).toEqual([]);
  });

  test('moves what a blocker waits for up with it', () => {
    const policies = [
      policy('replace', { class: 'replace-by-restore', after: ['identity'] }),
      policy('identity', { effort: 'weeks' }),
      policy('urgent', { effort: 'minutes' }),
    ];
    const findings = ['urgent', 'identity', 'replace'].map((id) =>
      fail({ policy: id, severity: id === 'urgent' ? 'critical' : 'info' }),
    );
    expect(orderOf(findings, policies)).toEqual(['identity stprod', 'replace stprod', 'urgent stprod']);
  });

  test('waits for every row of a policy that has several on one resource', () => {
    const policies = [policy('last', { after: ['rows', 'rows', 'not-in-the-pack'] }), policy('rows')];
    const findings = [fail({ policy: 'last' }), fail({ policy: 'rows', sub: 'b' }), fail({ policy: 'rows', sub: 'a' })];
    const steps = planOf(
      findings.map((finding) => ({ finding })),
      policies,
    );
    expect(steps.map(({ order }) => order)).toEqual([1, 2, 3]);
    expect(steps[2]?.after).toEqual([steps[0]?.id, steps[1]?.id]);
  });

  test.each([
    ['to itself', { a: ['a'] }, 'a -> a'],
    ['of two', { a: ['b'], b: ['a'] }, 'a -> b -> a'],
    ['behind a way in', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, 'b -> c -> d -> b'],
  ])('a circle %s is an error that names it, even where nothing fails', (_, after, path) => {
    const policies = Object.entries(after).map(([id, its]) => policy(id, { after: its }));
    let thrown: unknown;
    try {
      planOf([], policies);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PlanError);
    expect(thrown).toMatchObject({ code: 'order-cycle', message: expect.stringContaining(`: ${path}.`) });
  });

  test('is total, does not depend on the order given, and keeps dependencies', () => {
    const ids = ['p0', 'p1', 'p2', 'p3', 'p4'];
    // A policy comes only after ones of a lower number, so that there is no circle.
    const pack = fc.tuple(
      ...ids.map((_, index) =>
        fc.record({
          after: fc.subarray(ids.slice(0, index)),
          class: fc.constantFrom(...remediationClasses),
          effort: fc.constantFrom('minutes' as const, 'weeks' as const),
        }),
      ),
    );
    const findings = fc.uniqueArray(
      fc
        .record({
          id: fc.constantFrom(...ids),
          name: fc.constantFrom('a', 'A', 'b'),
          severity: fc.constantFrom('critical' as const, 'medium' as const, 'info' as const),
          class: fc.constantFrom('prod' as const, 'dev' as const),
          sub: fc.constantFrom('', 'x'),
        })
        .map(({ id, name, ...rest }) => fail({ policy: id, resource: accountId(name), ...rest })),
      { selector: ({ id }) => id, maxLength: 12 },
    );
    fc.assert(
      fc.property(pack, findings, fc.infiniteStream(fc.nat(1000)), (parts, given, keys) => {
        const policies = parts.map((part, index) => policy(ids[index] ?? '', part));
        const mixed = given
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const steps = planOf(
          given.map((finding) => ({ finding })),
          policies,
        );
        expect(
          planOf(
            mixed.map((finding) => ({ finding })),
            policies.toReversed(),
          ),
        ).toEqual(steps);
        expect(steps).toHaveLength(given.length);
        const place = new Map(steps.map(({ id, order }) => [id, order]));
        for (const step of steps) for (const first of step.after) expect(place.get(first)).toBeLessThan(step.order);
      }),
      { numRuns: 300 },
    );
  });
});
