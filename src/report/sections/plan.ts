import type { Step } from '../../remediate/step.ts';
import { type Block, type Blocks, capped, col, type Piece, paragraph, section, table } from '../block.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { counted, thousands } from '../visible.ts';
import { caps } from './caps.ts';
import { environmentName } from './words.ts';

/** The repairs in the order in which they can be done: one row each, or each with its commands. */
export function planSection(
  report: Report,
  { as = 'full', limit = as === 'full' ? caps.steps : caps.planRows, lines = caps.commandLines }: SectionOptions,
): Blocks {
  const { steps } = report.model.plan;
  if (steps.length === 0) return [section('Remediation plan'), paragraph('Nothing is to be repaired.')];
  const shown = steps.slice(0, limit);
  const drawn: Blocks =
    as === 'full' ? shown.map((step): Block => ({ kind: 'step', step, lines })) : [stepTable(report, shown)];
  return [
    section('Remediation plan'),
    ...introduction(steps, as),
    ...drawn,
    ...capped(shown.length, steps.length, 'plan.csv'),
  ];
}

function introduction(steps: readonly Step[], as: 'table' | 'full'): Blocks {
  const waiting = steps.filter((step) => step.approval === 'customer').length;
  const byHand = steps.filter((step) => step.unresolved.length > 0).length;
  const hand = byHand === 0 ? '' : ` To be completed by hand, since a value is not known: ${thousands(byHand)}.`;
  const how =
    as === 'table'
      ? 'The commands of a step, what it breaks and how to see that it is done stand in its script and in plan.md.'
      : `Read a step's "will break" line before its commands. '↳' marks a line that goes on.`;
  return [
    paragraph(
      `${counted(steps.length, 'step')} in the order in which they can be done: ${classes(steps)}. Waiting for the customer's approval: ${thousands(waiting)}.${hand} ${how} Nothing here has been run.`,
    ),
  ];
}

function classes(steps: readonly Step[]): string {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step.class, (counts.get(step.class) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${thousands(count)} ${kind}`).join(', ');
}

function stepTable({ scripts }: Report, steps: readonly Step[]): Block {
  return table({
    columns: [
      col('#', 1, 'right'),
      col('Step', 7),
      col('Class', 2.9),
      col('Owner', 3.4),
      col('Approval', 3.2),
      col('Script', 4.6),
    ],
    rows: steps.map((step) => [
      step.order,
      [
        { text: `${step.name} (${stepEnvironment(step)})`, as: 'strong' },
        { text: step.title },
        {
          text: `${step.policy}, ${step.severity}${step.waivedBy === null ? '' : `, waived by ${step.waivedBy}`}`,
          as: 'faint',
        },
      ],
      [{ text: step.class }, { text: `downtime: ${step.downtime}`, as: 'faint' }, ...proofPieces(step)],
      [{ text: step.owner.role }, { text: step.owner.party, as: 'faint' }],
      approvalPieces(step),
      [{ text: scripts.get(step.id) ?? 'no commands: see plan.md', as: 'id' }],
    ]),
    rest: 'plan.csv',
  });
}

/** What judging the snapshot again gave with the step's change in it. */
function proofPieces({ proof }: Step): readonly Piece[] {
  return proof === null ? [] : [{ text: `on the snapshot: ${proof.before} → ${proof.after}`, as: 'faint' }];
}

const approvalPieces = ({ approval, owner }: Step) =>
  approval === 'none'
    ? [{ text: 'none', as: 'faint' } as const]
    : [{ text: 'customer', as: 'strong' } as const, { text: owner.customerInput ?? '', as: 'faint' } as const];

export const stepEnvironment = ({ environment }: Step): string =>
  environment === null ? 'no environment' : environmentName({ environment, class: environment });
