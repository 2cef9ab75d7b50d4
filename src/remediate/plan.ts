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
import { prove } from './prove.ts';
import { type Filled, fillShell } from './shell-template.ts';
import type { Plan, Step } from './step.ts';

export interface PlanInput {
  readonly findings: readonly AssessedFinding[];
  readonly policies: readonly Policy[];
  readonly workload: Workload | null;
  /** What the findings were judged on. Steps follow from the findings alone; the snapshot is for proving them. */
  readonly snapshot?: Snapshot;
  /** The clock that the findings were judged at; the snapshot's own where it is left out. */
  readonly now?: string;
}

/**
 * One step for each fail, in the order in which they are to be done; a waived fail keeps its step, marked. A fail whose
 * policy is not given (a finding of assay itself) gets a step of class `process` without commands, never silence.
 * With a snapshot each step whose class repairs in place is tried out on it: `proof` is what judging again gave.
 * Throws PlanError for a placeholder that is unknown or cannot be quoted, and for a circle in `remediation.after`.
 */
export function plan(input: PlanInput): Plan {
  const { findings, policies, workload } = input;
  const byId = new Map(policies.map((policy) => [policy.metadata.id, policy]));
  const fails = findings.flatMap(({ finding, waived }) => (finding.status === 'fail' ? [{ finding, waived }] : []));
  const drafts = fails.map(({ finding, waived }) =>
    draft(finding, byId.get(finding.policy), waived?.waiver ?? null, workload),
  );
  const steps = withProofs(
    orderSteps(drafts, policies),
    fails.map(({ finding }) => finding),
    input,
  );
  return { steps, counts: countsOf(steps) };
}

function withProofs(steps: readonly Step[], fails: readonly FailFinding[], input: PlanInput): readonly Step[] {
  const { findings, policies, workload, snapshot } = input;
  if (snapshot === undefined) return steps;
  const byId = new Map(fails.map((finding) => [finding.id, finding]));
  const ordered = steps.flatMap(({ finding }) => byId.get(finding) ?? []);
  const now = input.now ?? snapshot.header.asOf;
  const all = findings.map(({ finding }) => finding);
  const results = prove(ordered, { snapshot, policies, workload, now, findings: all });
  return steps.map((step) => {
    const result = results.get(step.finding);
    if (result === undefined) return step;
    return 'unproven' in result ? { ...step, ...result } : { ...step, proof: result, unproven: null };
  });
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
    proof: null,
    unproven: 'the findings were given without the snapshot that they were judged on',
    ...(policy === undefined ? withoutRemediation(finding) : repair(finding, policy)),
  };
  const { class: its, sub = '', topic, facts } = finding;
  return { step, class: its, sub, topic, facts };
}

type Repair = Pick<
  Step,
  | ('class' | 'downtime' | 'effort' | 'approval' | 'state' | 'text' | 'willBreak' | 'alternatives')
  | ('az' | 'files' | 'verify' | 'unresolved')
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
  const approval = approvalFor(policy);
  const filled = {
    text: text(remediation.text),
    willBreak: text(remediation.willBreak),
    alternatives: (remediation.alternatives ?? []).map((template) => take(fillText(template, values))),
    az: remediation.az.map(line),
    files: Object.entries(remediation.files ?? {}).map(([name, content]) => ({
      name,
      content: take(fillFile(name, content, values)),
    })),
    verify: remediation.verify === undefined ? null : line(remediation.verify),
  };
  return {
    class: remediation.class,
    downtime: remediation.downtime,
    effort: remediation.effort ?? null,
    approval,
    state: approval === 'customer' ? 'waiting-for-customer' : unresolved.size > 0 ? 'incomplete' : 'ready',
    ...filled,
    unresolved: [...unresolved].sort(),
  };
}

function withoutRemediation(finding: FailFinding): Repair {
  return {
    class: 'process',
    downtime: 'none',
    effort: null,
    approval: 'none',
    state: 'ready',
    text: `No remediation is declared for ${finding.policy}: ${sayValue(finding.because, 500)}`,
    willBreak: null,
    alternatives: [],
    az: [],
    files: [],
    verify: null,
    unresolved: [],
  };
}

/** `steps`, `waived`, `approval`, `incomplete`, `proven`, `notRepaired`, and steps by remediation class, zeros included. */
function countsOf(steps: readonly Step[]): Plan['counts'] {
  const count = (test: (step: Step) => boolean): number => steps.filter(test).length;
  return {
    steps: steps.length,
    waived: count((step) => step.waivedBy !== null),
    approval: count((step) => step.approval === 'customer'),
    incomplete: count((step) => step.unresolved.length > 0),
    /** Steps that turn their finding to pass on the snapshot, and such as were tried out and do not. */
    proven: count((step) => step.proof?.after === 'pass'),
    notRepaired: count((step) => step.proof !== null && step.proof.after !== 'pass'),
    ...Object.fromEntries(remediationClasses.map((its) => [its, count((step) => step.class === its)])),
  };
}
