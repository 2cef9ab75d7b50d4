import type { Policy, Severity } from '../policy/policy.schema.ts';
import type { Row } from '../snapshot/snapshot.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';
import { PlanError } from './errors.ts';
import { phaseOf } from './phases.ts';
import type { Step } from './step.ts';

/** A step before it has its place: what it is ranked by beside what it carries. */
export interface Draft {
  readonly step: Omit<Step, 'order' | 'after'>;
  readonly class: EnvironmentClass;
  readonly sub: string;
  readonly topic: string;
  /** The finding's row, for `after` that names a column with the id of another resource. */
  readonly facts: Row;
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
 * A step comes after those of the policies in `remediation.after`, on its own resource or on the one that a column
 * names, and after those of an earlier phase (identity to shared key, `phases.ts`) on its resource or what that is part of.
 * Throws PlanError `order-cycle`, naming the cycle, where these lead back to where they began.
 */
export function orderSteps(drafts: readonly Draft[], policies: readonly Policy[]): readonly Step[] {
  refuseCycles(policiesBefore(policies));
  const ranked = [...drafts].sort(byRank);
  const before = stepsBefore(ranked, policies);
  return placeAll(ranked, before).map((draft, index) => ({
    ...draft.step,
    order: index + 1,
    after: before(draft).map(({ step }) => step.id),
  }));
}

/** By policy, those whose steps can have to come before one of its own. */
function policiesBefore(policies: readonly Policy[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    policies.map(({ metadata, subject, remediation }) => {
      const declared = (remediation.after ?? []).map((one) => (typeof one === 'string' ? one : one.policy));
      const earlier = policies.filter(
        (other) => isEarlier(other.metadata.topic, metadata.topic) && `${subject}/`.startsWith(`${other.subject}/`),
      );
      return [metadata.id, [...new Set([...declared, ...earlier.map((other) => other.metadata.id)])]];
    }),
  );
}

function isEarlier(topic: string, than: string): boolean {
  const [phase, other] = [phaseOf(topic), phaseOf(than)];
  return phase !== null && other !== null && phase < other;
}

/** The steps that each step comes after, in rank: looked up by resource, so that the cost grows with the steps alone. */
function stepsBefore(ranked: readonly Draft[], policies: readonly Policy[]): (draft: Draft) => readonly Draft[] {
  const declared = new Map(policies.map(({ metadata, remediation }) => [metadata.id, remediation.after ?? []]));
  const at = new Map<string, Draft[]>();
  for (const draft of ranked) {
    const resource = draft.step.resource.toLowerCase();
    const known = at.get(resource);
    if (known === undefined) at.set(resource, [draft]);
    else known.push(draft);
  }
  const of = (policy: string, resource: string): readonly Draft[] =>
    (at.get(resource.toLowerCase()) ?? []).filter(({ step }) => step.policy === policy);
  const find = (draft: Draft): readonly Draft[] => {
    const named = (declared.get(draft.step.policy) ?? []).flatMap((one) =>
      typeof one === 'string'
        ? of(one, draft.step.resource)
        : idsIn(draft.facts[one.of]).flatMap((id) => of(one.policy, id)),
    );
    const earlier = withParents(draft.step.resource)
      .flatMap((id) => at.get(id) ?? [])
      .filter((other) => isEarlier(other.topic, draft.topic));
    return [...new Set([...named, ...earlier])].filter((other) => other !== draft).sort(byRank);
  };
  const found = new Map<Draft, readonly Draft[]>();
  return (draft) => {
    const known = found.get(draft) ?? find(draft);
    found.set(draft, known);
    return known;
  };
}

function idsIn(fact: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(fact) ? fact : [fact];
  return values.filter((one): one is string => typeof one === 'string' && one !== '');
}

/** A resource id in lower case, and those of the resources that it is part of: a key's vault. */
function withParents(id: string): readonly string[] {
  const ids = [id.toLowerCase()];
  for (;;) {
    const segments = (ids.at(-1) ?? '').split('/');
    if (segments.length < 4 || segments.at(-4) === 'providers') return ids;
    ids.push(segments.slice(0, -2).join('/'));
  }
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
    `remediation.after leads in a circle: ${policies.join(' -> ')}. Remove one of these, so that a first step exists` +
      ' (what changes keys, then encryption, then the network comes in that order by itself).',
  );

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
