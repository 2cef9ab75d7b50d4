import type { Step } from '../../remediate/step.ts';
import {
  type Block,
  type Blocks,
  bullets,
  capped,
  col,
  type Piece,
  paragraph,
  part,
  section,
  table,
} from '../block.ts';
import { groupBy } from '../counts.ts';
import type { ReportModel } from '../model.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { counted, folded } from '../visible.ts';
import { caps } from './caps.ts';
import { stepEnvironment } from './plan.ts';

/** The plan as each party reads it: what the customer must give, and what each role must do, in order. */
export function partiesSection({ model }: Report, { limit = caps.planRows }: SectionOptions): Blocks {
  const parties = (['customer', 'provider'] as const).flatMap((party) => partyPart(party, model, limit));
  return [
    section('The plan by party'),
    paragraph(
      'The same steps as in the remediation plan, by who does them. Numbers are the order of the whole plan: a step waits for those before it where it says so.',
    ),
    part('What we need from the customer', 120),
    ...customerInput(model),
    ...parties,
  ];
}

function customerInput(model: ReportModel): Blocks {
  const waiting = model.plan.steps.filter((step) => step.approval === 'customer');
  const asked = [...groupBy(waiting, (step) => step.owner.customerInput ?? 'approval')].map(
    ([input, steps]) => `Approval, and ${input}: ${stepNumbers(steps)} (${counted(steps.length, 'step')}).`,
  );
  const statements = model.controls.flatMap((control) =>
    control.items.flatMap(({ id, attestation }) => {
      if (attestation === null || attestation.by === 'provider') return [];
      if (attestation.state === 'valid' || attestation.state === 'not-required') return [];
      return [`Statement for ${id} (${attestation.state}): ${folded(attestation.question)}`];
    }),
  );
  const texts = [...asked, ...statements];
  const shown = texts.slice(0, caps.scopes);
  return texts.length === 0
    ? [paragraph('Nothing: no step waits for an approval and no statement is missing.')]
    : [bullets(shown), ...capped(shown.length, texts.length, 'plan.csv and controls.csv')];
}

function stepNumbers(steps: readonly Step[]): string {
  const shown = steps.slice(0, 12).map((step) => step.order);
  return `step ${shown.join(', ')}${steps.length > shown.length ? ` and ${steps.length - shown.length} more` : ''}`;
}

function partyPart(party: string, model: ReportModel, limit: number): Blocks {
  const steps = model.plan.steps.filter((step) => step.owner.party === party);
  const orders = new Map(model.plan.steps.map(({ id, order }) => [id, order]));
  const title = `What the ${party} does`;
  if (steps.length === 0) return [part(title), paragraph('No step.')];
  let left = limit;
  return [...groupBy(steps, (step) => step.owner.role)].flatMap(([role, own]) => {
    const shown = own.slice(0, left);
    left -= shown.length;
    const contacts = [...new Set(own.flatMap(({ owner }) => (owner.contact === null ? [] : [owner.contact])))];
    return [
      part(`${title}: ${role}`, 130),
      paragraph(`${counted(own.length, 'step')}. Contact: ${contacts.join(', ') || 'none declared'}.`, 'small'),
      roleTable(shown, orders),
      ...capped(shown.length, own.length, 'plan.csv'),
    ];
  });
}

function roleTable(steps: readonly Step[], orders: ReadonlyMap<string, number>): Block {
  return table({
    columns: [col('#', 1, 'right'), col('Step', 8), col('Severity', 2.4), col('Effort', 2.2), col('State', 4)],
    rows: steps.map((step) => [
      step.order,
      [{ text: `${step.name} (${stepEnvironment(step)})`, as: 'strong' }, { text: step.title }],
      [{ status: step.severity }],
      step.effort ?? 'not estimated',
      statePieces(step, orders),
    ]),
  });
}

function statePieces(step: Step, orders: ReadonlyMap<string, number>): readonly Piece[] {
  const after = step.after.flatMap((id) => orders.get(id) ?? []);
  return [
    { status: step.state },
    ...(after.length > 0 ? [{ text: `after step ${after.join(', ')}`, as: 'faint' } as const] : []),
    ...(step.waivedBy === null ? [] : [{ text: `waived by ${step.waivedBy}`, as: 'faint' } as const]),
  ];
}
