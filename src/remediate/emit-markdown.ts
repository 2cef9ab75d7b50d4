import { activities } from '../policy/policy.schema.ts';
import { scriptName } from './emit-script.ts';
import { cell, code, fenced, prose } from './markdown-text.ts';
import { responsibilities } from './owner.ts';
import { numbersAfter, sayVerdicts } from './proof-words.ts';
import type { AlsoChanges, Plan, Step } from './step.ts';

/**
 * `plan.md`: a summary, the order of all steps, then the steps by activity, each with owner, approval, what will break,
 * what trying it out on the snapshot gave, the commands and how to see that it is done. Everything that came from Azure or from a file is escaped.
 */
export function planMarkdown(plan: Plan): string {
  const before = numbersAfter(plan);
  const parts = [
    ['# Remediation plan'],
    summary(plan),
    orderTable(plan),
    ...activities.flatMap((activity) => {
      const steps = plan.steps.filter((step) => step.activity === activity);
      return steps.length === 0
        ? []
        : [activityHead(activity), ...steps.map((step) => stepPart(step, { plan, before }))];
    }),
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function summary({ steps, counts }: Plan): readonly string[] {
  if (steps.length === 0) return ['Nothing fails, so nothing is to be repaired. What is unknown is not in this plan.'];
  const classes = Object.entries(counts).filter(([name, count]) => count > 0 && !TOTALS.has(name));
  return [
    `Steps, one for each failing finding: ${counts.steps} (${classes.map(([its, n]) => `${n} ${its}`).join(', ')}).`,
    `Waiting for the approval of the customer: ${counts.approval}. Waived for a time and still listed: ${counts.waived}.`,
    ...proofSummary(steps),
    ...(counts.incomplete ? [`**Incomplete, a value is unknown: ${counts.incomplete}.** Complete these by hand.`] : []),
  ];
}

const TOTALS = new Set(['steps', 'waived', 'approval', 'incomplete', 'proven', 'notRepaired']);

/** How far the plan is proven, so that no step looks proven that is not. */
function proofSummary(steps: readonly Step[]): readonly string[] {
  const tried = steps.flatMap(({ proof }) => (proof === null ? [] : [proof]));
  const repaired = tried.filter(({ after }) => after === 'pass').length;
  const together = tried.filter((proof) => proof.together > 1).length;
  const failed = tried.length - repaired;
  return [
    `Tried out on the snapshot: ${tried.length} of ${steps.length}; ${repaired} of them turn their finding to pass.`,
    ...(failed > 0 ? [`**Tried out and not repaired: ${failed}.** Do not run these as they stand.`] : []),
    ...(together > 0
      ? [`The plan is long: ${together} of them were tried out together with others of their policy.`]
      : []),
  ];
}

function orderTable({ steps }: Plan): readonly string[] {
  if (steps.length === 0) return [];
  const row = (step: Step): string => {
    const cells = [
      String(step.order),
      step.severity,
      cell(step.environment ?? 'none'),
      cell(step.policy),
      cell(step.name),
      step.class,
      step.owner.role,
      sayVerdicts(step),
    ];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    '| # | severity | environment | policy | resource | class | who | on the snapshot |',
    '| ---: | --- | --- | --- | --- | --- | --- | --- |',
    ...steps.map(row),
  ];
}

function activityHead(activity: Step['activity']): readonly string[] {
  const { title, requirement, role, customerInput } = responsibilities[activity];
  return [`## ${title}`, '', `${requirement}. Done by: ${role}. The customer gives: ${customerInput}.`];
}

interface Places {
  readonly plan: Plan;
  before(step: Step): readonly number[];
}

function stepPart(step: Step, { plan, before: numbers }: Places): readonly string[] {
  const before = numbers(step);
  return [
    `### ${step.order}. ${prose(step.title)}`,
    '',
    `- Resource: ${code(step.resource)} (environment: ${step.environment === null ? 'none' : code(step.environment)})`,
    `- Policy: ${code(step.policy)}, ${step.severity}; finding ${code(step.finding)}`,
    `- Class: ${step.class}; downtime: ${prose(step.downtime)}; effort: ${prose(step.effort ?? 'not stated')}`,
    `- Who: ${owner(step)}`,
    `- Approval: ${step.approval === 'customer' ? '**the customer must approve before it starts**' : 'none'}`,
    ...(before.length > 0 ? [`- After: step ${before.join(', ')}`] : []),
    ...(step.waivedBy === null ? [] : [`- Waived for now by ${code(step.waivedBy)}`]),
    ...(step.text === null ? [] : [`- What: ${prose(step.text)}`]),
    ...(step.willBreak === null ? [] : [`- **Will break:** ${prose(step.willBreak)}`]),
    ...proofLines(step),
    ...(step.unresolved.length > 0 ? [`- **Incomplete, value unknown:** ${step.unresolved.map(code).join(', ')}`] : []),
    ...alternatives(step),
    ...step.files.flatMap(({ name, content }) => ['', `File ${code(name)}:`, '', ...fenced('', [content.trimEnd()])]),
    ...(step.az.length > 0 ? ['', ...fenced('bash', step.az)] : []),
    ...(step.verify === null ? [] : ['', 'See that it is done:', '', ...fenced('bash', [step.verify])]),
    ...(step.az.length > 0 ? ['', `As a script: ${code(scriptName(step, plan))}`] : []),
  ];
}

function proofLines({ proof, unproven }: Step): readonly string[] {
  if (proof === null) return [`- Not tried out on the snapshot: ${prose(unproven ?? 'no reason is given')}`];
  const with_ = proof.together > 1 ? `, together with ${proof.together - 1} other steps of the policy` : '';
  const verdict = `${proof.before} → ${proof.after}`;
  const others = [
    ...proof.alsoChanges.slice(0, NAMED).map(alsoLine),
    ...leftOut(proof.alsoChanges.length - NAMED + proof.more),
  ];
  return [
    proof.after === 'pass'
      ? `- Tried out on the snapshot${with_}: **${verdict}**`
      : `- **Tried out on the snapshot${with_}, and not repaired: ${verdict}.** Afterwards: ${prose(proof.because)}`,
    ...(proof.assumes.length > 0 ? [`- That takes for granted: ${proof.assumes.map(prose).join('; ')}`] : []),
    ...(others.length > 0 ? ['- Also changes:', ...others] : ['- Also changes: nothing else that was judged']),
  ];
}

/** Other changes that a page names of one step; plan.json has more. */
const NAMED = 10;

const leftOut = (count: number): readonly string[] => (count > 0 ? [`  - and ${count} more, see plan.json`] : []);

function alsoLine({ policy, resource, from, to }: AlsoChanges): string {
  const worse = to === 'fail' || (to === 'unknown' && from === 'pass') ? ' **(worse)**' : '';
  return `  - ${code(policy)} of ${code(resource)}: ${from} → ${to}${worse}`;
}

function alternatives({ alternatives: ways }: Step): readonly string[] {
  return ways.length === 0 ? [] : ['', 'Other ways:', '', ...ways.map((way) => `- Way: ${prose(way)}`)];
}

function owner({ owner: its }: Step): string {
  const contact = its.contact === null ? 'no contact declared' : code(its.contact);
  return `${prose(its.role)} (${its.party}; ${contact})`;
}
