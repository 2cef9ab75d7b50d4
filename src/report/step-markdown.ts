import type { Step } from '../remediate/step.ts';
import { code, prose } from './markdown.ts';
import { counted, folded, visible } from './visible.ts';

/** One step of the plan, with at most `most` lines of commands. A line feed inside a name is shown, never obeyed. */
export function planStepMarkdown(step: Step, most: number): readonly string[] {
  const { owner } = step;
  const contact = owner.contact === null ? '' : `, ${prose(owner.contact)}`;
  const commands = [...step.az, ...(step.verify === null ? [] : ['# check', step.verify])].map(visible);
  const left = commands.length - most;
  return [
    `### ${step.order}. ${prose(step.title)}: ${prose(step.name)}`,
    '',
    `- ${code(step.resource)}`,
    `- **${step.state}**, ${step.class}, severity ${step.severity}, downtime ${prose(step.downtime)}, effort ${prose(step.effort ?? 'not estimated')}`,
    `- Owner: ${prose(owner.role)} (${owner.party}${contact})`,
    ...(step.text === null ? [] : [`- ${prose(folded(step.text))}`]),
    ...step.alternatives.map((text) => `- Another way: ${prose(folded(text))}`),
    ...(step.willBreak === null ? [] : [`- **Will break:** ${prose(folded(step.willBreak))}`]),
    '',
    ...commands.slice(0, most).map((line) => `    ${line}`),
    ...(left > 0 ? [`    … ${counted(left, 'more line')}, in plan.csv`] : []),
  ];
}
