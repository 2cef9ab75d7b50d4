import { findSubcategory, subcategoryReference } from '../control/catalogue.ts';
import type { Control } from '../control/control.schema.ts';
import { isInScope } from '../control/item-scope.ts';
import { nearest } from '../inputs/nearest.ts';
import { controlDefinition, judgedControl } from './control-lines.ts';
import { EXIT } from './exit.ts';
import { printLines, printText } from './print.ts';
import type { Inputs } from './read-inputs.ts';
import { type JudgedOptions, type ReadJudged, readJudged } from './read-judged.ts';
import { subcategoryDefinition, subcategoryLines } from './subcategory-lines.ts';
import { UsageError } from './usage-error.ts';

/** What is shown: as JSON, and as lines for a person. */
interface Shown {
  readonly document: unknown;
  readonly lines: readonly string[];
}

/** Explains one control, one of its items, or one subcategory of the framework, down to the facts where any were judged. */
export async function controlShow(id: string, options: JudgedOptions): Promise<number> {
  const read = await readJudged(options);
  const shown = showControl(id, read) ?? showSubcategory(id, read);
  if (shown === null) throw new UsageError(unknownId(id, read.inputs));
  if (options.json === true) printText(`${JSON.stringify(shown.document, null, 2)}\n`);
  else printLines(shown.lines);
  return EXIT.clean;
}

function showControl(id: string, { inputs, judgement }: ReadJudged): Shown | null {
  const wanted = id.toLowerCase();
  const control = inputs.controls.find((one) => namesIn(one).some((name) => name.toLowerCase() === wanted));
  if (control === undefined) return null;
  const whole = control.metadata.id.toLowerCase() === wanted;
  const items = control.items.filter((item) => whole || item.id.toLowerCase() === wanted);
  const judged = judgement?.assessment.controls.find(
    (one) => one.id === control.metadata.id && one.catalog === control.metadata.catalog,
  );
  if (judgement === null || judged === undefined)
    return { document: { ...control, items }, lines: controlDefinition(control, items) };
  const { findings, attestations } = judgement.assessment;
  const assessed = judged.items.filter((item) => items.some((one) => one.id === item.id));
  const policies = new Set(assessed.flatMap((item) => item.policies.map(({ policy }) => policy)));
  const its = findings.filter((one) => policies.has(one.finding.policy) && isInScope(one, control));
  const statements = attestations.filter(({ item }) => assessed.some((one) => item === referenceOf(control, one.id)));
  return {
    document: { ...judged, items: assessed, findings: its, attestations: statements },
    lines: judgedControl({ ...judged, items: assessed }, its, statements),
  };
}

const namesIn = ({ metadata, items }: Control): readonly string[] => [metadata.id, ...items.map((item) => item.id)];

const referenceOf = ({ metadata }: Control, item: string): string => `${metadata.catalog}#${item}`;

function showSubcategory(id: string, { inputs, judgement }: ReadJudged): Shown | null {
  const { catalogue } = inputs;
  const entry = catalogue === null ? undefined : findSubcategory(catalogue, id);
  if (catalogue === null || entry === undefined) return null;
  const judged = judgement?.assessment.framework?.subcategories.find((one) => one.id === entry.id);
  if (judgement === null || judged === undefined)
    return { document: entry, lines: subcategoryDefinition(catalogue, entry, inputs.policies) };
  const statements = judgement.assessment.attestations.filter(
    ({ item }) => item === subcategoryReference(catalogue, entry),
  );
  return { document: { ...judged, attestations: statements }, lines: subcategoryLines(catalogue, judged) };
}

function unknownId(id: string, { controls, catalogue }: Inputs): string {
  const names = [...controls.flatMap(namesIn), ...(catalogue?.controls ?? []).map((entry) => entry.id)];
  const near = nearest(id, names);
  const hint = near === null ? 'assay control list names them all' : `Did you mean ${near}?`;
  return `there is no control, item or subcategory ${id}. ${hint}`;
}
