import type { FrameworkCounts, FrameworkSubcategory, FrameworkView } from '../control/assessment.ts';
import type { RequirementView } from '../control/requirements.ts';
import { type Columns, csv } from './csv.ts';
import { counted } from './visible.ts';

/** One row a subcategory, in the order of the framework. Counts are of direct and supporting findings, context apart. */
export function frameworkCsv(view: FrameworkView): Uint8Array {
  return csv<FrameworkSubcategory>({ catalog: () => view.catalog, ...frameworkColumns }, view.subcategories);
}

/** One row a requirement: what serves it and how it stands. */
export function requirementsCsv(rows: readonly RequirementView[]): Uint8Array {
  return csv(requirementColumns, rows);
}

/**
 * The first line of a framework view: how many subcategories have technical evidence and how many need people.
 * `Technical evidence for 9 of 72 subcategories (22 can have any); 50 rest on statements alone; 0 of 72 are stated.`
 */
export function frameworkSentence({
  total,
  withEvidence,
  evidencePossible,
  peopleOnly,
  stated,
}: FrameworkCounts): string {
  return [
    `Technical evidence for ${withEvidence} of ${counted(total, 'subcategory', 'subcategories')}`,
    ` (${evidencePossible} can have any); ${peopleOnly} rest on people's statements alone;`,
    ` ${stated} of ${total} are stated.`,
  ].join('');
}

const frameworkColumns: Columns<FrameworkSubcategory> = {
  id: (one) => one.id,
  function: (one) => one.function,
  group: (one) => one.group,
  group_title: (one) => one.groupTitle,
  title: (one) => one.title,
  status: (one) => one.status,
  because: (one) => one.because,
  assessability: (one) => one.assessability,
  ceiling: (one) => one.ceiling,
  strength: (one) => one.strength,
  rationale: (one) => one.rationale,
  policies: (one) => one.policies.map(({ policy, strength }) => `${policy} (${strength})`).join(' | '),
  pass: (one) => sum(one, 'pass'),
  fail: (one) => sum(one, 'fail'),
  waived: (one) => sum(one, 'waived'),
  unknown: (one) => sum(one, 'unknown'),
  not_applicable: (one) => sum(one, 'notApplicable'),
  process: (one) => one.process.map(({ what, state }) => `${what} (${state})`).join(' | '),
  statement: (one) => one.statement.question,
  statement_state: (one) => one.statement.state,
  attestation: (one) => one.statement.attestation,
  attestation_valid_until: (one) => one.statement.validUntil,
  controls: (one) => one.controls.map(({ control, relation }) => `${control} (${relation})`).join(' | '),
  missing: (one) => one.missing.map(({ kind, what }) => `${kind}: ${what}`).join(' | '),
};

function sum(
  { policies }: FrameworkSubcategory,
  name: 'pass' | 'fail' | 'waived' | 'unknown' | 'notApplicable',
): number {
  return policies.reduce((all, { strength, counts }) => all + (strength === 'context' ? 0 : counts[name]), 0);
}

const requirementColumns: Columns<RequirementView> = {
  id: (one) => one.id,
  kind: (one) => one.kind,
  owner: (one) => one.owner,
  severity: (one) => one.severity,
  text: (one) => one.text,
  state: (one) => one.state,
  because: (one) => one.because,
  policies: (one) => one.policies.join(' | '),
  items: (one) => one.items.join(' | '),
  statements: (one) => one.statements.join(' | '),
};
