import type { FrameworkSubcategory } from '../control/assessment.ts';
import type { CatalogueEntry, ControlCatalog } from '../control/catalogue.schema.ts';
import { groupOf, strengthOf } from '../control/catalogue.ts';
import { mappedPolicies } from '../control/framework-view.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { folded, visible } from '../report/visible.ts';
import { countsText } from './control-lines.ts';
import { topicsOf } from './control-list.ts';

/** What the catalogue says of a subcategory, with the policies of the pack that bear on it. */
export function subcategoryDefinition(
  catalogue: ControlCatalog,
  entry: CatalogueEntry,
  policies: readonly Policy[],
): readonly string[] {
  const mapped = mappedPolicies(entry, topicsOf(policies));
  return [
    ...headLines(catalogue, { ...entry, strength: strengthOf(entry) }),
    ...mapped.map(({ policy, topic, strength }) => `  policy     ${policy} (${strength}, ${topic})`),
    ...(mapped.length === 0 ? ['  policy     none'] : []),
    ...entry.evidence.flatMap(({ processEvidence }) => (processEvidence ?? []).map((what) => `  process    ${what}`)),
    `  statement  ${folded(entry.attestation)}`,
  ];
}

/** A subcategory as it was judged: its policies, what assay's working shows, the statement, and what is missing. */
export function subcategoryLines(catalogue: ControlCatalog, one: FrameworkSubcategory): readonly string[] {
  const { statement } = one;
  return [
    ...headLines(catalogue, one),
    `  status     ${one.status}: ${visible(one.because)}`,
    ...one.policies.map(
      ({ policy, strength, counts }) => `  policy     ${policy} (${strength}): ${countsText(counts)}`,
    ),
    ...(one.policies.length === 0 ? ['  policy     none'] : []),
    ...one.process.map(({ what, state, because }) => `  process    ${what}: ${state}, ${visible(because)}`),
    `  statement  ${folded(statement.question)}`,
    `             ${statement.state}: ${visible(statement.because)}`,
    ...one.controls.map(
      ({ control, status, relation, rationale }) =>
        `  control    ${control} (${relation}, ${status}): ${folded(rationale)}`,
    ),
    ...one.missing.map(({ kind, what, because }) => `  missing    ${kind} ${folded(what)}: ${visible(because)}`),
  ];
}

interface Head extends Pick<CatalogueEntry, 'id' | 'title' | 'assessability' | 'ceiling' | 'rationale'> {
  readonly strength: string;
}

function headLines(catalogue: ControlCatalog, entry: Head): readonly string[] {
  const group = catalogue.groups.find(({ id }) => id === groupOf(entry));
  return [
    `${entry.id}  ${entry.title}`,
    `  ${catalogue.metadata.title} ${catalogue.metadata.version}; ${groupOf(entry)} ${group?.title ?? ''}`,
    `  ${entry.assessability}, evidence ${entry.strength}, without a statement ${entry.ceiling} at best`,
    `  ${folded(entry.rationale)}`,
  ];
}
