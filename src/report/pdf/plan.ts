import type { Step } from '../../remediate/step.ts';
import type { ReportModel } from '../model.ts';
import { counted, folded, thousands, visible } from '../visible.ts';
import { code, codeLines, flow, paragraph, pill, pillWidth, section, styles } from './blocks.ts';
import { artifact, ensure, rule, type Sheet, tagged } from './document.ts';
import { limits } from './limits.ts';
import { column, ink, page, tone } from './palette.ts';
import { capped } from './table.ts';
import { lineHeight, type TextStyle, wrap } from './text.ts';

/** The repairs in the order in which they can be done, each with its owner, its approval and its commands. */
export function planSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Remediation plan');
  const { steps } = model.plan;
  if (steps.length === 0) {
    paragraph(sheet, 'Nothing is to be repaired.');
    return;
  }
  const customer = steps.filter((step) => step.approval === 'customer').length;
  const counts = Object.entries(model.plan.counts).map(([name, count]) => `${name} ${thousands(count)}`);
  paragraph(
    sheet,
    `${counted(steps.length, 'step')} in the order in which they can be done; waiting for the customer's approval: ${thousands(customer)}. ` +
      `${counts.length === 0 ? '' : `Counts: ${counts.join(', ')}. `}Read a step's "will break" line before its commands. Nothing here has been run. '↳' marks a line that goes on.`,
  );
  for (const step of steps.slice(0, limits.steps)) drawStep(sheet, step);
  capped(sheet, Math.min(steps.length, limits.steps), steps.length, 'plan.csv');
}

const indent = 34;
const title: TextStyle = { face: 'bold', size: 9.5, colour: ink.text };
const fine: TextStyle = { face: 'regular', size: 8, colour: ink.text, leading: 1.45 };
const id: TextStyle = { face: 'mono', size: 6.8, colour: ink.muted };

interface StepLine {
  readonly lines: readonly string[];
  readonly style: TextStyle;
}

function drawStep(sheet: Sheet, step: Step): void {
  const texts = stepTexts(sheet, step);
  const commands = commandText(step);
  const commandHeight =
    Math.min(codeLines(sheet, commands, column - 12).length, limits.commandLines) * lineHeight(styles.code) + 24;
  const height = texts.reduce((sum, each) => sum + each.lines.length * lineHeight(each.style), 0) + pillRow;
  // A whole step on one page where a page can hold it.
  ensure(sheet, Math.min(height + commandHeight + 12, page.height - page.top - page.bottom));
  const top = sheet.y;
  artifact(sheet, () => rule(sheet, top));
  sheet.y = top + 7;
  const number: TextStyle = { face: 'bold', size: 14, colour: ink.accent, leading: 1.1 };
  flow(sheet, [String(step.order)], number, page.left);
  sheet.y = top + 7;
  const [head, ...others] = texts;
  if (head !== undefined) flow(sheet, head.lines, head.style, page.left + indent);
  drawPills(sheet, step);
  for (const each of others) flow(sheet, each.lines, each.style, page.left + indent);
  sheet.y += 4;
  code(sheet, commands, { limit: limits.commandLines, rest: 'plan.csv' });
}

function stepTexts(sheet: Sheet, step: Step): readonly StepLine[] {
  const { owner } = step;
  const contact = owner.contact === null ? '' : `, ${owner.contact}`;
  const texts: readonly (readonly [string | null, TextStyle])[] = [
    [`${step.title}: ${step.name}`, title],
    [step.resource, id],
    [
      `Step ${step.id}, repairs ${step.policy}. Effort: ${step.effort ?? 'not estimated'}. Downtime: ${step.downtime}.`,
      fine,
    ],
    [
      `Owner: ${owner.role} (${owner.party}${contact}).${owner.customerInput === null ? '' : ` Needed from the customer: ${owner.customerInput}.`}`,
      fine,
    ],
    [step.after.length === 0 ? null : `After: ${step.after.join(', ')}.`, fine],
    [step.text === null ? null : folded(step.text), fine],
    [
      step.unresolved.length === 0 ? null : `To be completed by hand: ${step.unresolved.join(', ')}.`,
      { ...fine, face: 'bold' },
    ],
    [step.willBreak === null ? null : `Will break: ${folded(step.willBreak)}`, { ...fine, face: 'bold' }],
  ];
  return texts.flatMap(([text, style]) =>
    text === null || text === ''
      ? []
      : [{ lines: wrap(text, style, column - indent, sheet.faces).slice(0, 30), style }],
  );
}

const pillRow = 19;

function drawPills(sheet: Sheet, step: Step): void {
  const words = [
    step.severity,
    step.class,
    ...(step.environment === null ? [] : [[...step.environment].slice(0, 30).join('')]),
    step.approval === 'customer' ? 'customer approval' : 'no approval needed',
    ...(step.waivedBy === null ? [] : ['waived']),
  ];
  const y = sheet.y + 2;
  let x = page.left + indent;
  tagged(sheet, 'P', () => {
    for (const word of words) {
      pill(sheet, word, { x, y }, word === 'customer approval' ? 'open' : tone(word));
      x += pillWidth(sheet, word) + 5;
    }
  });
  sheet.y += pillRow;
}

// A line feed inside a quoted name is shown, not obeyed: a printed command line must not seem to be two.
function commandText(step: Step): string {
  const files = step.files.flatMap((file) => [`# file ${file.name}`, ...file.content.trimEnd().split('\n'), '']);
  const check = step.verify === null ? [] : ['', '# check', step.verify];
  return [...files, ...step.az.map(visible), ...check].join('\n');
}
