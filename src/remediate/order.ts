import type { Policy, Severity } from '../policy/policy.schema.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';
import { PlanError } from './errors.ts';
import type { Step } from './step.ts';

/** A step before it has its place: what it is ranked by beside what it carries. */
export interface Draft {
  readonly step: Omit<Step, 'order' | 'after'>;
  readonly class: EnvironmentClass;
  readonly sub: string;
}

// Each factor doubles: one level of severity weighs as much as one level of environment.
const SEVERITY: Readonly<Record<Severity, number>> = { critical: 16, high: 8, medium: 4, low: 2, info: 1 };
const ENVIRONMENT: Readonly<Record<EnvironmentClass, number>> = { prod: 4, uat: 2, test: 1, dev: 1 };
// The quicker of two equal repairs first; one without a declared effort counts as days.
const EFFORT: Readonly<Record<string, number>> = { minutes: 4, hours: 3, days: 2, weeks: 1 };

/**
 * Puts steps into the order in which they are to be done: what a step must come after stands before it; then blockers
 * (replacing a server decides the schedule); then severity × environment × effort. What a weighty step waits for takes
 * its place with it. The order is total and does not depend on the order given.
 * Throws PlanError `order-cycle`, naming the cycle, where `remediation.after` leads back to where it began.
 */
export function orderSteps(drafts: readonly Draft[], policies: readonly Policy[]): readonly Step[] {
  const after = new Map(policies.map((policy) => [policy.metadata.id, policy.remediation.after ?? []]));
  refuseCycles(after);
  const ranked = [...drafts].sort(byRank);
  const byPlace = new Map<string, Draft[]>();
  for (const draft of ranked) {
    const key = placeKey(draft.step.policy, draft.step.resource);
    byPlace.set(key, [...(byPlace.get(key) ?? []), draft]);
  }
  const before = ({ step }: Draft): readonly Draft[] =>
    [...new Set(after.get(step.policy) ?? [])]
      .flatMap((policy) => byPlace.get(placeKey(policy, step.resource)) ?? [])
      .sort(byRank);
  return placeAll(ranked, before).map((draft, index) => ({
    ...draft.step,
    order: index + 1,
    after: before(draft).map(({ step }) => step.id),
  }));
}

/** severity × environment × effort of a step: more is sooner. */
export function weightOf({ step, class: its }: Draft): number {
  return SEVERITY[step.severity] * ENVIRONMENT[its] * (EFFORT[step.effort ?? 'days'] ?? 2);
}

function refuseCycles(after: ReadonlyMap<string, readonly string[]>): void {
  const done = new Set<string>();
  for (const start of [...after.keys()].sort()) {
    const path: string[] = [];
    const visit = (policy: string): void => {
      if (path.includes(policy)) throw cycle([...path.slice(path.indexOf(policy)), policy]);
      if (done.has(policy)) return;
      path.push(policy);
      for (const next of after.get(policy) ?? []) visit(next);
      path.pop();
      done.add(policy);
    };
    visit(start);
  }
}

const cycle = (policies: readonly string[]): PlanError =>
  new PlanError(
    'order-cycle',
    `remediation.after leads in a circle: ${policies.join(' -> ')}. Remove one of these, so that a first step exists.`,
  );

// Resource ids compare without regard to case.
const placeKey = (policy: string, resource: string): string => `${policy}\n${resource.toLowerCase()}`;

function placeAll(ranked: readonly Draft[], before: (draft: Draft) => readonly Draft[]): readonly Draft[] {
  const placed = new Set<Draft>();
  const place = (draft: Draft): void => {
    if (placed.has(draft)) return;
    for (const first of before(draft)) place(first);
    placed.add(draft);
  };
  for (const draft of ranked) place(draft);
  return [...placed];
}

function byRank(one: Draft, other: Draft): number {
  return (
    Number(isBlocker(other)) - Number(isBlocker(one)) ||
    weightOf(other) - weightOf(one) ||
    SEVERITY[other.step.severity] - SEVERITY[one.step.severity] ||
    compare(one.step.policy, other.step.policy) ||
    compare(one.step.resource.toLowerCase(), other.step.resource.toLowerCase()) ||
    compare(one.sub, other.sub) ||
    compare(one.step.finding, other.step.finding)
  );
}

const isBlocker = ({ step }: Draft): boolean => step.class === 'replace-by-restore';

// By code unit, never by locale: the order must be the same on every machine.
const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
