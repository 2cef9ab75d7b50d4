import { type Activity, activities } from '../policy/policy.schema.ts';
import { cell, code, prose } from './markdown-text.ts';
import { responsibilities } from './owner.ts';
import { numbersAfter, sayVerdicts } from './proof-words.ts';
import type { Plan, Step } from './step.ts';

/**
 * `plan/customer.md`, for the customer alone: what must be approved and what that breaks, which values the commands ask
 * for, what else each activity needs, and the steps that are the customer's own. Numbers are those of plan.md.
 */
export function customerMarkdown(plan: Plan): string {
  const approvals = plan.steps.filter(({ approval }) => approval === 'customer');
  const own = plan.steps.filter(({ owner }) => owner.party === 'customer');
  return page([
    ['# What we need from you', '', customerLead(plan, approvals)],
    section('Your approval', approvals, [
      'Nothing of this starts before you say so. Read what it breaks first.',
      '',
      ...table(['#', 'policy', 'resource', 'environment', 'downtime', 'what it breaks'], approvals.map(approvalRow)),
    ]),
    section('Values that only you know', valuesAsked(plan), [
      'The commands stop and ask for these by name.',
      '',
      ...table(['value', 'what to give', 'for the steps'], valuesAsked(plan).map(valueRow)),
    ]),
    section('What else each activity needs', plan.steps, [
      ...table(['activity', 'you give', 'requirement', 'for the steps'], inputRows(plan)),
    ]),
    section('Steps that are yours', own, [
      ...table(['#', 'policy', 'resource', 'who', 'on the snapshot', 'after step'], own.map(taskRow(plan))),
    ]),
  ]);
}

/** `plan/provider.md`: what the provider does, by role, with what each step waits for. Numbers are those of plan.md. */
export function providerMarkdown(plan: Plan): string {
  const own = plan.steps.filter(({ owner }) => owner.party === 'provider');
  const roles = [...new Set(own.map(({ owner }) => owner.role))].sort();
  return page([
    ['# What the provider does', '', providerLead(own)],
    ...roles.map((role) => {
      const its = own.filter(({ owner }) => owner.role === role);
      const contacts = [...new Set(its.map(({ owner }) => owner.contact ?? 'no contact declared'))];
      const head = [
        '#',
        'state',
        'policy',
        'resource',
        'environment',
        'class',
        'downtime',
        'on the snapshot',
        'after step',
      ];
      return section(role, its, [
        `Contact: ${contacts.map(code).join(', ')}.`,
        '',
        ...table(head, its.map(providerRow(plan))),
      ]);
    }),
  ]);
}

const page = (parts: readonly (readonly string[])[]): string =>
  `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;

/** A section only where there is something to say. */
const section = (title: string, of: readonly unknown[], lines: readonly string[]): readonly string[] =>
  of.length === 0 ? [] : [`## ${title}`, '', ...lines];

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function customerLead({ steps }: Plan, approvals: readonly Step[]): string {
  if (steps.length === 0) return 'Nothing fails, so nothing is asked of you.';
  return `The plan has ${steps.length} steps; ${approvals.length} wait for your approval. Details, commands and proofs stand in plan.md.`;
}

function providerLead(own: readonly Step[]): string {
  if (own.length === 0) return 'No step of the plan is the provider’s.';
  const count = (state: Step['state']): number => own.filter((step) => step.state === state).length;
  return (
    `Steps: ${own.length}. Ready: ${count('ready')}; waiting for the customer: ${count('waiting-for-customer')}; ` +
    `incomplete: ${count('incomplete')}. Details, commands and proofs stand in plan.md.`
  );
}

const approvalRow = (step: Step): readonly string[] => [
  String(step.order),
  cell(step.policy),
  cell(step.resource),
  cell(step.environment ?? 'none'),
  step.downtime,
  prose(step.willBreak ?? 'nothing is known to break'),
];

interface Asked {
  readonly name: string;
  readonly what: string;
  readonly steps: readonly number[];
}

/** Shell variables that the commands refuse to run without: `${VAULT_ID:?set VAULT_ID to the resource id of …}`. */
function valuesAsked({ steps }: Plan): readonly Asked[] {
  const asked = new Map<string, { readonly name: string; readonly what: string; readonly steps: Set<number> }>();
  for (const step of steps)
    for (const [, name = '', what = ''] of step.az.join('\n').matchAll(/\$\{([A-Z][A-Z0-9_]*):\?([^}]*)\}/g)) {
      const key = `${name} ${what}`;
      const known = asked.get(key) ?? { name, what: what.replace(`set ${name} to `, ''), steps: new Set() };
      known.steps.add(step.order);
      asked.set(key, known);
    }
  return [...asked.values()].map(({ name, what, steps: of }) => ({ name, what, steps: [...of] }));
}

const valueRow = ({ name, what, steps }: Asked): readonly string[] => [cell(name), prose(what), steps.join(', ')];

function inputRows({ steps }: Plan): readonly (readonly string[])[] {
  const byActivity = new Map<Activity, number[]>(activities.map((activity) => [activity, []]));
  for (const { activity, order } of steps) byActivity.get(activity)?.push(order);
  return [...byActivity].flatMap(([activity, orders]) => {
    const { title, requirement, customerInput } = responsibilities[activity];
    return orders.length === 0 ? [] : [[title, customerInput, requirement, orders.join(', ')]];
  });
}

const taskRow = (plan: Plan) => {
  const before = numbersAfter(plan);
  return (step: Step): readonly string[] => [
    String(step.order),
    cell(step.policy),
    cell(step.resource),
    prose(step.owner.role),
    sayVerdicts(step),
    before(step).join(', '),
  ];
};

const providerRow = (plan: Plan) => {
  const before = numbersAfter(plan);
  return (step: Step): readonly string[] => [
    String(step.order),
    step.state,
    cell(step.policy),
    cell(step.resource),
    cell(step.environment ?? 'none'),
    step.class,
    step.downtime,
    sayVerdicts(step),
    before(step).join(', '),
  ];
};
