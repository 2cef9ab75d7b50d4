import type { AssessedFinding } from '../control/assessment.ts';
import type { FailFinding } from '../evaluate/finding.ts';
import { type Policy, remediationClasses } from '../policy/policy.schema.ts';
import { sayValue } from '../policy/template.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { approvalFor } from './approval.ts';
import { type Draft, orderSteps } from './order.ts';
import { ownerOf } from './owner.ts';
import { asArgument, fillFile, fillText, valuesOf } from './placeholders.ts';
import { type Filled, fillShell } from './shell-template.ts';
import type { Plan, Step } from './step.ts';

export interface PlanInput {
  readonly findings: readonly AssessedFinding[];
  readonly policies: readonly Policy[];
  readonly workload: Workload | null;
  /** What the findings were judged on. Steps follow from the findings alone; the snapshot is for proving them. */
  readonly snapshot?: Snapshot;
}

/**
 * One step for each fail, in the order in which they are to be done; a waived fail keeps its step, marked. A fail whose
 * policy is not given (a finding of assay itself) gets a step of class `process` without commands, never silence.
 * Throws PlanError for a placeholder that is unknown or cannot be quoted, and for a circle in `remediation.after`.
 */
export function plan({ findings, policies, workload }: PlanInput): Plan {
  const byId = new Map(policies.map((policy) => [policy.metadata.id, policy]));
  const drafts = findings.flatMap(({ finding, waived }) =>
    finding.status === 'fail' ? [draft(finding, byId.get(finding.policy), waived?.waiver ?? null, workload)] : [],
  );
  const steps = orderSteps(drafts, policies);
  return { steps, counts: countsOf(steps) };
}

function draft(
  finding: FailFinding,
  policy: Policy | undefined,
  waivedBy: string | null,
  workload: Workload | null,
): Draft {
  const step = {
    id: `step-${finding.id}`,
    finding: finding.id,
    policy: finding.policy,
    title: finding.title,
    resource: finding.resource,
    name: finding.name,
    environment: finding.environment,
    severity: finding.severity,
    activity: finding.activity,
    owner: ownerOf(finding.activity, workload),
    waivedBy,
    ...(policy === undefined ? withoutRemediation(finding) : repair(finding, policy)),
  };
  return { step, class: finding.class, sub: finding.sub ?? '' };
}

type Repair = Pick<
  Step,
  'class' | 'downtime' | 'effort' | 'approval' | 'text' | 'willBreak' | 'az' | 'files' | 'verify' | 'unresolved'
>;

function repair(finding: FailFinding, policy: Policy): Repair {
  const { remediation } = policy;
  const values = valuesOf(finding, policy);
  const unresolved = new Set<string>();
  const take = ({ text, unresolved: open }: Filled): string => {
    for (const name of open) unresolved.add(name);
    return text;
  };
  const text = (template: string | undefined) => (template === undefined ? null : take(fillText(template, values)));
  const line = (template: string) => take(fillShell(template, asArgument(values)));
  return {
    class: remediation.class,
    downtime: remediation.downtime,
    effort: remediation.effort ?? null,
    approval: approvalFor(policy),
    text: text(remediation.text),
    willBreak: text(remediation.willBreak),
    az: remediation.az.map(line),
    files: Object.entries(remediation.files ?? {}).map(([name, content]) => ({
      name,
      content: take(fillFile(name, content, values)),
    })),
    verify: remediation.verify === undefined ? null : line(remediation.verify),
    unresolved: [...unresolved].sort(),
  };
}

function withoutRemediation(finding: FailFinding): Repair {
  return {
    class: 'process',
    downtime: 'none',
    effort: null,
    approval: 'none',
    text: `No remediation is declared for ${finding.policy}: ${sayValue(finding.because, 500)}`,
    willBreak: null,
    az: [],
    files: [],
    verify: null,
    unresolved: [],
  };
}

/** `steps`, `waived`, `approval`, `incomplete`, and steps by remediation class, zeros included. */
function countsOf(steps: readonly Step[]): Plan['counts'] {
  const count = (test: (step: Step) => boolean): number => steps.filter(test).length;
  return {
    steps: steps.length,
    waived: count((step) => step.waivedBy !== null),
    approval: count((step) => step.approval === 'customer'),
    incomplete: count((step) => step.unresolved.length > 0),
    ...Object.fromEntries(remediationClasses.map((its) => [its, count((step) => step.class === its)])),
  };
}
