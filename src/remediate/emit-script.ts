import { visible } from './markdown-text.ts';
import { shellQuote } from './shell-quote.ts';
import type { Plan, Step } from './step.ts';

/** `plan/007-st-min-tls-stprod.sh`: a name that no path, shell or file system reads as anything else. */
export function scriptName(step: Step, plan: Plan): string {
  const width = Math.max(3, String(plan.steps.length).length);
  const part = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60);
  return `plan/${String(step.order).padStart(width, '0')}-${part(step.policy)}-${part(step.name)}.sh`;
}

/**
 * A bash script for one step: what it does and who approves as comments, the files in a new folder (never in the bundle,
 * whose seal another file would break), the commands, the check. Commands that need an approval or a value nobody knows are commented, and the script stops with status 1,
 * so that a run is never taken for a repair. Null for a step without commands.
 */
export function stepScript(step: Step): string | null {
  if (step.az.length === 0) return null;
  const commands = [...step.az, ...(step.verify === null ? [] : ['# See that it is done:', step.verify])];
  const held = reasonsToHold(step);
  const lines = [
    '#!/usr/bin/env bash',
    ...about(step).map(comment),
    'set -euo pipefail',
    ...(held.length === 0 ? [] : stop(held)),
    '',
    '# Kept: what a command saves there, for example the settings as they were, may be needed to go back.',
    'folder=$(mktemp -d)',
    `printf 'Files of this step: %s\\n' "$folder" >&2`,
    'cd -- "$folder"',
    ...step.files.flatMap(({ name, content }) => ['', ...hereDocument(name, content)]),
    '',
    ...(held.length === 0 ? commands : commands.flatMap((line) => line.split('\n')).map(commented)),
  ];
  return `${lines.join('\n')}\n`;
}

/** All scripts of a plan by path, in order. */
export function stepScripts(plan: Plan): readonly { readonly path: string; readonly text: string }[] {
  return plan.steps.flatMap((step) => {
    const text = stepScript(step);
    return text === null ? [] : [{ path: scriptName(step, plan), text }];
  });
}

function reasonsToHold({ approval, unresolved, waivedBy, proof }: Step): readonly string[] {
  return [
    ...(approval === 'customer' ? ['the customer has not approved it'] : []),
    ...(unresolved.length > 0 ? [`unknown values: ${unresolved.join(', ')}`] : []),
    ...(proof === null || proof.after === 'pass' ? [] : [`tried out on the snapshot it ends in ${proof.after}`]),
    ...(waivedBy === null ? [] : [`the finding is waived by ${waivedBy}`]),
  ];
}

function about(step: Step): readonly string[] {
  return [
    `Step ${step.order}: ${step.title}`,
    `Resource: ${step.resource}`,
    `Environment: ${step.environment ?? 'none'}; policy: ${step.policy} (${step.severity}); finding: ${step.finding}`,
    `Class: ${step.class}; downtime: ${step.downtime}`,
    `Who: ${step.owner.role} (${step.owner.party}); the customer gives: ${step.owner.customerInput ?? 'nothing'}`,
    `Approval: ${step.approval === 'customer' ? 'the customer must approve before it starts' : 'none'}`,
    `Tried out on the snapshot: ${step.proof === null ? 'no' : `${step.proof.before} to ${step.proof.after}`}`,
    ...(step.text === null ? [] : [`What: ${step.text}`]),
    ...(step.willBreak === null ? [] : [`Will break: ${step.willBreak}`]),
  ];
}

// One line whatever the text holds: a line break in a name would put the rest of it among the commands.
const comment = (text: string): string => `# ${visible(text)}`;

function stop(reasons: readonly string[]): readonly string[] {
  return [
    '',
    '# Remove the next two lines, and the "# " before the commands at the end, once nothing stands in the way.',
    `printf '%s\\n' ${shellQuote(`Nothing was changed: ${visible(reasons.join('; '))}.`)} >&2`,
    'exit 1',
  ];
}

const commented = (line: string): string => (line.startsWith('# ') ? line : `# ${line}`);

function hereDocument(name: string, content: string): readonly string[] {
  const body = content.replace(/\n$/, '');
  const lines = new Set(body.split('\n'));
  let end = 'END_OF_FILE';
  while (lines.has(end)) end += '_';
  return [`cat > ${shellQuote(`./${name}`)} <<'${end}'`, body, end];
}
