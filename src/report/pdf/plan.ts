import type { Step } from '../../remediate/step.ts';
import { folded, visible } from '../visible.ts';
import { code, codeLines, flow, pill, pillWidth, styles } from './blocks.ts';
import { artifact, ensure, rule, type Sheet, tagged } from './document.ts';
import { ink, tone } from './palette.ts';
import { lineHeight, type TextStyle, wrap } from './text.ts';

/** One repair with its owner, its approval and its commands, `most` lines of them. */
export function drawStep(sheet: Sheet, step: Step, most: number): void {
  const texts = stepTexts(sheet, step);
  const commands = commandText(step);
  const commandHeight =
    Math.min(codeLines(sheet, commands, sheet.page.column - 12).length, most) * lineHeight(styles.code) + 24;
  const height = texts.reduce((sum, each) => sum + each.lines.length * lineHeight(each.style), 0) + pillRow;
  // A whole step on one page where a page can hold it.
  ensure(sheet, Math.min(height + commandHeight + 12, sheet.page.height - sheet.page.top - sheet.page.bottom));
  const top = sheet.y;
  artifact(sheet, () => rule(sheet, top));
  sheet.y = top + 7;
  const number: TextStyle = { face: 'bold', size: 14, colour: ink.accent, leading: 1.1 };
  flow(sheet, [String(step.order)], number, sheet.page.left);
  sheet.y = top + 7;
  const [head, ...others] = texts;
  if (head !== undefined) flow(sheet, head.lines, head.style, sheet.page.left + indent);
  drawPills(sheet, step);
  for (const each of others) flow(sheet, each.lines, each.style, sheet.page.left + indent);
  sheet.y += 4;
  code(sheet, commands, { limit: most, rest: 'plan.csv' });
}

const indent = 34;
const title: TextStyle = { face: 'bold', size: 9.5, colour: ink.text };
const fine: TextStyle = { face: 'regular', size: 8, colour: ink.text, leading: 1.45 };
const id: TextStyle = { face: 'mono', size: 6.8, colour: ink.muted };

interface StepLine {
  readonly lines: readonly string[];
  readonly style: TextStyle;
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
    ...step.alternatives.map((text) => [`Another way: ${folded(text)}`, fine] as const),
    [proofText(step), fine],
    [step.willBreak === null ? null : `Will break: ${folded(step.willBreak)}`, { ...fine, face: 'bold' }],
  ];
  return texts.flatMap(([text, style]) =>
    text === null || text === ''
      ? []
      : [{ lines: wrap(text, style, sheet.page.column - indent, sheet.faces).slice(0, 30), style }],
  );
}

function proofText({ proof, unproven }: Step): string | null {
  if (proof === null) return unproven === null ? null : `Not tried out on the snapshot: ${folded(unproven)}.`;
  const others = proof.alsoChanges.length + proof.more;
  const also = others === 0 ? 'nothing else changes' : `${others} other findings change`;
  const assumes = proof.assumes.length === 0 ? '' : ` Taken for granted: ${proof.assumes.map(folded).join('; ')}.`;
  return `Tried out on the snapshot: ${proof.before} → ${proof.after}, ${also}.${assumes}`;
}

const pillRow = 19;

function drawPills(sheet: Sheet, step: Step): void {
  const words = [
    step.severity,
    step.class,
    ...(step.environment === null ? [] : [[...step.environment].slice(0, 30).join('')]),
    step.state,
    ...(step.waivedBy === null ? [] : ['waived']),
  ];
  const y = sheet.y + 2;
  let x = sheet.page.left + indent;
  tagged(sheet, 'P', () => {
    for (const word of words) {
      pill(sheet, word, { x, y }, tone(word));
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
