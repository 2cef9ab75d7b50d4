import type { Plan, Step } from './step.ts';

/** `fail → pass`, or `-` where the step was not tried out. */
export function sayVerdicts({ proof }: Step): string {
  return proof === null ? '-' : `${proof.before} → ${proof.after}`;
}

/** The numbers of the steps that a step comes after; looked up, since a plan can have many thousands. */
export function numbersAfter(plan: Plan): (step: Step) => readonly number[] {
  const numbers = new Map(plan.steps.map(({ id, order }) => [id, order]));
  return ({ after }) => after.flatMap((id) => numbers.get(id) ?? []).sort((one, other) => one - other);
}
