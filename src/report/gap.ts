import type { ControlAssessment, ItemAssessment } from '../control/assessment.ts';
import type { Step } from '../remediate/step.ts';
import { parameterTexts, type ReportFinding } from './finding.ts';
import type { ReportModel } from './model.ts';
import { controlKey, type Report } from './report.ts';
import { counted, folded } from './visible.ts';

/** One control item as an engineer needs it before an assessment. */
export interface GapItem {
  readonly control: ControlAssessment;
  readonly item: ItemAssessment;
  readonly ready: boolean;
  readonly reason: string;
  readonly required: readonly string[];
  readonly found: readonly string[];
  /** Fails that stand, one sentence a resource, worst first. */
  readonly gap: readonly string[];
  /** Evidence that could not be read and statements that are not there: what an assessor will ask for. */
  readonly missing: readonly string[];
  readonly owners: readonly string[];
  readonly effort: string;
  readonly blocker: string | null;
}

/** Every item of every control, in the model's order. */
export function gapItems({ model, classes }: Pick<Report, 'model' | 'classes'>): readonly GapItem[] {
  return model.controls.flatMap((control) => {
    const spoken = classes.get(controlKey(control));
    const inScope = model.findings.filter(
      (finding) =>
        spoken === undefined ||
        spoken.includes(finding.class) ||
        // What could not be read and belongs nowhere counts for every control, as in the roll-up.
        (finding.status === 'unknown' && finding.environment === null),
    );
    return control.items.map((item) => gapItem(model, control, item, inScope));
  });
}

function gapItem(
  model: ReportModel,
  control: ControlAssessment,
  item: ItemAssessment,
  inScope: readonly ReportFinding[],
): GapItem {
  const required = new Set(item.policies.filter(({ role }) => role === 'required').map(({ policy }) => policy));
  const findings = inScope.filter((finding) => required.has(finding.policy));
  const fails = findings.filter((finding) => finding.status === 'fail' && finding.waived === null);
  const repaired = new Set(fails.map((finding) => finding.id));
  const steps = model.plan.steps.filter((step) => repaired.has(step.finding));
  return {
    control,
    item,
    ...readiness(item),
    required: requiredState(model, item, findings),
    found: foundState(item),
    gap: fails.map((finding) => `${finding.name} (${finding.environment ?? 'no environment'}): ${finding.because}`),
    missing: [...missingStatement(item), ...missingReads(findings), ...missingPolicies(item)],
    owners: owners(control, item, steps),
    effort: effortOf(steps),
    blocker: blockerOf(item, findings, steps),
  };
}

function readiness(item: ItemAssessment): Pick<GapItem, 'ready' | 'reason'> {
  const { status } = item;
  const because = folded(item.because).replace(/\.$/, '');
  if (status === 'met' && judgedWhole(item))
    return { ready: true, reason: 'Every required policy passes and no statement is open.' };
  if (status === 'met') return { ready: true, reason: `${because.replace(/^./, (first) => first.toUpperCase())}.` };
  if (status === 'met-with-waivers') return { ready: true, reason: `Waivers must be shown and explained: ${because}.` };
  if (status === 'not-applicable') return { ready: true, reason: `Nothing to show: ${because}.` };
  return { ready: false, reason: `${because}.` };
}

/** Policies judged it, and the pack has every one that is required: an item can be met with less. */
function judgedWhole({ policies }: ItemAssessment): boolean {
  const required = policies.filter(({ role }) => role === 'required');
  return required.length > 0 && required.every(({ inPack }) => inPack);
}

function requiredState(
  model: ReportModel,
  item: ItemAssessment,
  findings: readonly ReportFinding[],
): readonly string[] {
  const titles = new Map(model.policies.map((policy) => [policy.id, policy.title]));
  const policies = item.policies
    .filter(({ role, inPack }) => role === 'required' && inPack)
    .map(({ policy }) => {
      const own = findings.filter((finding) => finding.policy === policy);
      const limits = [...new Set(own.map((finding) => parameterTexts(finding.parameters).join(', ')))]
        .filter((text) => text !== '')
        .slice(0, 4);
      return `${titles.get(policy) ?? policy}${limits.length === 0 ? '' : ` (${limits.join('; ')})`}`;
    });
  const { attestation } = item;
  const statement = attestation === null || attestation.state === 'not-required' ? [] : [attestation];
  const said = [
    ...policies,
    ...statement.map(({ by, question }) => `Statement by ${partyName(by)}: ${folded(question)}`),
  ];
  return said.length === 0 ? [item.title] : said;
}

const partyName = (by: string): string => (by === 'both' ? 'both parties' : `the ${by}`);

function foundState(item: ItemAssessment): readonly string[] {
  const policies = item.policies
    .filter(({ inPack }) => inPack)
    .map(({ policy, role, fail, unknown, waived, pass, notApplicable }) => {
      const counts = { fail, unknown, waived, pass, 'not applicable': notApplicable };
      const said = Object.entries(counts).filter(([, count]) => count > 0);
      const text =
        said.length === 0 ? 'no resource was judged' : said.map(([word, count]) => `${count} ${word}`).join(', ');
      return `${policy}${role === 'informative' ? ' (informative)' : ''}: ${text}`;
    });
  const { attestation } = item;
  const until = attestation?.validUntil == null ? '' : `, valid until ${attestation.validUntil}`;
  return [...policies, ...(attestation === null ? [] : [`Statement: ${attestation.state}${until}`])];
}

function missingStatement({ attestation }: ItemAssessment): readonly string[] {
  if (attestation === null || attestation.state === 'valid' || attestation.state === 'not-required') return [];
  const { by, because, question } = attestation;
  return [`Statement by ${partyName(by)} (${because}): ${folded(question)}`];
}

function missingReads(findings: readonly ReportFinding[]): readonly string[] {
  const by = new Map<string, string[]>();
  for (const finding of findings) {
    if (finding.status !== 'unknown') continue;
    for (const settled of finding.settledBy) by.set(settled, [...(by.get(settled) ?? []), finding.name]);
  }
  return [...by].map(([settled, names]) => {
    const few = names.slice(0, 3).join(', ');
    return `${settled} (${few}${names.length > 3 ? ` and ${names.length - 3} more` : ''})`;
  });
}

function missingPolicies({ policies, status }: ItemAssessment): readonly string[] {
  // Where people alone decide, and have decided, no technical evidence is asked for.
  const decided = status === 'met' || status === 'not-applicable';
  if (policies.length === 0) return decided ? [] : ['Technical evidence of your own: no policy judges this item.'];
  const none = policies.filter(({ inPack }) => !inPack).map(({ policy }) => policy);
  return none.length === 0 ? [] : [`Evidence of your own for what no policy of this pack judges: ${none.join(', ')}.`];
}

function owners(
  control: ControlAssessment,
  { attestation }: ItemAssessment,
  steps: readonly Step[],
): readonly string[] {
  const doing = steps.map(({ owner }) => {
    const contact = owner.contact === null ? '' : `, ${owner.contact}`;
    return `${owner.role} (${owner.party}${contact})`;
  });
  const open = attestation !== null && attestation.state !== 'valid' && attestation.state !== 'not-required';
  const stating = open ? [`${attestation.by === 'both' ? 'customer and provider' : attestation.by} (statement)`] : [];
  return [
    ...new Set([...doing, ...stating, ...(doing.length === 0 ? [`${control.owner} (owner of the control)`] : [])]),
  ];
}

function effortOf(steps: readonly Step[]): string {
  if (steps.length === 0) return 'no repair step';
  const counts = new Map<string, number>();
  for (const { effort } of steps)
    counts.set(effort ?? 'not estimated', (counts.get(effort ?? 'not estimated') ?? 0) + 1);
  const said = [...counts].map(([effort, count]) => (steps.length === 1 ? effort : `${count} × ${effort}`));
  return `${counted(steps.length, 'step')}: ${said.join(', ')}`;
}

/** What stops the first thing that has to happen: a repair before a read, a read before a statement. */
function blockerOf(item: ItemAssessment, findings: readonly ReportFinding[], steps: readonly Step[]): string | null {
  const held = steps.find(({ approval, unresolved }) => approval === 'customer' || unresolved.length > 0);
  if (held !== undefined) return `Step ${held.order} (${held.name}): ${whyHeld(held)}.`;
  const [first] = steps;
  if (first !== undefined) return `Step ${first.order} (${first.name}) is not done; nothing holds it.`;
  const unread = findings.find((finding) => finding.status === 'unknown' && finding.accepted === null);
  if (unread !== undefined) return unread.settledBy[0] ?? unread.because;
  if (item.policies.every(({ inPack }) => !inPack) && item.status === 'unknown')
    return 'No policy of this pack judges it, so only evidence of your own can show it.';
  return missingStatement(item)[0] ?? null;
}

function whyHeld({ approval, owner, unresolved, class: kind }: Step): string {
  const input = owner.customerInput === null ? '' : ` (${owner.customerInput})`;
  return [
    ...(approval === 'customer' ? [`the customer must approve${input}, class ${kind}`] : []),
    ...(unresolved.length > 0 ? [`values are not known: ${unresolved.join(', ')}`] : []),
  ].join('; ');
}
