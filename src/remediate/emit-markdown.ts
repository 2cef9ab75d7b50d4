import { activities } from '../policy/policy.schema.ts';
import { scriptName } from './emit-script.ts';
import { code, fenced, prose } from './markdown-text.ts';
import { responsibilities } from './owner.ts';
import type { Plan, Step } from './step.ts';

/**
 * `plan.md`: a summary, the order of all steps, then the steps by activity, each with owner, approval, what will break,
 * the commands and how to see that it is done. Everything that came from Azure or from a file is escaped.
 */
export function planMarkdown(plan: Plan): string {
  const parts = [
    ['# Remediation plan'],
    summary(plan),
    orderTable(plan),
    ...activities.flatMap((activity) => {
      const steps = plan.steps.filter((step) => step.activity === activity);
      return steps.length === 0 ? [] : [activityHead(activity), ...steps.map((step) => stepPart(step, plan))];
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
    ...(counts.incomplete ? [`**Incomplete, a value is unknown: ${counts.incomplete}.** Complete these by hand.`] : []),
  ];
}

const TOTALS = new Set(['steps', 'waived', 'approval', 'incomplete']);

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
    ];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    '| # | severity | environment | policy | resource | class | who |',
    '| ---: | --- | --- | --- | --- | --- | --- |',
    ...steps.map(row),
  ];
}

const cell = (text: string): string => code(text).replaceAll('|', '\\|');

function activityHead(activity: Step['activity']): readonly string[] {
  const { title, requirement, role, customerInput } = responsibilities[activity];
  return [`## ${title}`, '', `${requirement}. Done by: ${role}. The customer gives: ${customerInput}.`];
}

function stepPart(step: Step, plan: Plan): readonly string[] {
  const before = plan.steps.filter(({ id }) => step.after.includes(id)).map(({ order }) => order);
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
    ...(step.unresolved.length > 0 ? [`- **Incomplete, value unknown:** ${step.unresolved.map(code).join(', ')}`] : []),
    ...step.files.flatMap(({ name, content }) => ['', `File ${code(name)}:`, '', ...fenced('', [content.trimEnd()])]),
    ...(step.az.length > 0 ? ['', ...fenced('bash', step.az)] : []),
    ...(step.verify === null ? [] : ['', 'See that it is done:', '', ...fenced('bash', [step.verify])]),
    ...(step.az.length > 0 ? ['', `As a script: ${code(scriptName(step, plan))}`] : []),
  ];
}

function owner({ owner: its }: Step): string {
  const contact = its.contact === null ? 'no contact declared' : code(its.contact);
  return `${prose(its.role)} (${its.party}; ${contact})`;
}
