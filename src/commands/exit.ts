import type { Control } from '../control/control.schema.ts';
import { type Severity, severities } from '../policy/severity.ts';
import type { Judgement } from './judge.ts';

const SUBSCRIPTION = 'microsoft.resources/subscriptions';

export const EXIT = { clean: 0, findings: 1, usage: 2, incomplete: 3, verification: 4, internal: 5 } as const;

export interface Outcome {
  /** Unwaived fails at or above the threshold. */
  readonly failing: number;
  /** Why the evidence is incomplete; empty where it is whole. */
  readonly gaps: readonly string[];
  readonly code: 0 | 1 | 3;
}

/** Exit code of a judgement: findings win over gaps, the summary names both; `exitZero` masks these two and no other. */
export function outcomeOf(judgement: Judgement, failOn: Severity, exitZero: boolean): Outcome {
  const worst = severities.indexOf(failOn);
  const failing = judgement.assessment.findings.filter(
    ({ finding, waived }) =>
      finding.status === 'fail' && waived === undefined && severities.indexOf(finding.severity) <= worst,
  ).length;
  const gaps = gapsOf(judgement);
  const code = failing > 0 ? EXIT.findings : gaps.length > 0 ? EXIT.incomplete : EXIT.clean;
  return { failing, gaps, code: exitZero ? EXIT.clean : code };
}

function gapsOf({ assessment, snapshot: { header }, inputs }: Judgement): readonly string[] {
  const informative = informativeOnly(inputs.controls);
  const unknown = assessment.findings.filter(
    ({ finding, accepted }) =>
      finding.status === 'unknown' && accepted === undefined && !informative.has(finding.policy),
  ).length;
  const unreadable = header.requestedScopes.filter((scope) => !header.readableScopes.includes(scope)).length;
  // Without it a subscription that Resource Graph hides would look empty.
  const unconfirmed = header.reads.filter(
    ({ read, outcome, scope }) =>
      read === SUBSCRIPTION &&
      (outcome === 'denied' || outcome === 'failed') &&
      header.readableScopes.includes(scope ?? ''),
  ).length;
  const truncated = header.reads.filter((read) => read.outcome === 'truncated').length;
  return [
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(unreadable > 0 ? [`${unreadable} scope${unreadable > 1 ? 's' : ''} not readable`] : []),
    ...(unconfirmed > 0
      ? [`${unconfirmed} subscription${unconfirmed > 1 ? 's' : ''} not confirmed by Resource Graph`]
      : []),
    ...(truncated > 0 ? [`${truncated} read${truncated > 1 ? 's' : ''} truncated`] : []),
  ];
}

/** Policies that some control names and every control that names them marks informative. */
function informativeOnly(controls: readonly Control[]): ReadonlySet<string> {
  const named = controls.flatMap((control) => control.items.flatMap((item) => item.policies));
  const required = new Set(named.filter(({ role }) => role === 'required').map(({ ref }) => ref));
  return new Set(named.filter(({ ref }) => !required.has(ref)).map(({ ref }) => ref));
}
