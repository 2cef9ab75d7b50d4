import type { ControlAssessment, FrameworkView } from '../control/assessment.ts';
import type { ControlCatalog } from '../control/catalogue.schema.ts';
import { strengthOf } from '../control/catalogue.ts';
import { mappedPolicies, unresolvedTopics } from '../control/framework-view.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { frameworkSentence } from '../report/framework-csv.ts';
import { EXIT } from './exit.ts';
import { printLines, printText } from './print.ts';
import type { Inputs } from './read-inputs.ts';
import { type JudgedOptions, type ReadJudged, readJudged } from './read-judged.ts';

/** Every control with its items and every subcategory with the policies mapped to it; judged where there is what to judge. */
export async function controlList(options: JudgedOptions): Promise<number> {
  const read = await readJudged(options);
  if (options.json === true) printText(`${JSON.stringify(document(read), null, 2)}\n`);
  else printLines([...controlLines(read), ...frameworkLines(read)]);
  return EXIT.clean;
}

function document({ inputs, judgement }: ReadJudged): unknown {
  if (judgement !== null) {
    const { controls, framework } = judgement.assessment;
    return { controls, framework: framework ?? null };
  }
  const { catalogue } = inputs;
  return {
    controls: inputs.controls.map(({ metadata, items }) => ({ ...metadata, items })),
    framework:
      catalogue === null
        ? null
        : {
            ...catalogue,
            unresolvedTopics: unresolvedTopics(catalogue, topicsOf(inputs.policies)),
            controls: catalogue.controls.map((entry) => ({ ...entry, policies: mapped(entry, inputs) })),
          },
  };
}

/** Policies as the catalogue sees them. */
export const topicsOf = (policies: readonly Policy[]) =>
  policies.map(({ metadata }) => ({ policy: metadata.id, topic: metadata.topic }));

const mapped = (entry: ControlCatalog['controls'][number], { policies }: Inputs) =>
  mappedPolicies(entry, topicsOf(policies));

function controlLines({ inputs, judgement }: ReadJudged): readonly string[] {
  const judged = new Map((judgement?.assessment.controls ?? []).map((control) => [control.id, control]));
  return inputs.controls.flatMap((control) => {
    const { id, title } = control.metadata;
    const its = judged.get(id);
    return [
      `${statusColumn(its?.status)}${id}  ${title}`,
      ...control.items.map((item) => {
        const policies = `${item.policies.length} ${item.policies.length === 1 ? 'policy' : 'policies'}`;
        const asks = item.attestation === undefined ? '' : ', a statement';
        return `  ${statusColumn(itemStatus(its, item.id))}${item.id}  ${item.title}  (${policies}${asks})`;
      }),
      '',
    ];
  });
}

const WIDTH = 21;
const statusColumn = (status: string | undefined): string => (status === undefined ? '' : status.padEnd(WIDTH));

const itemStatus = (control: ControlAssessment | undefined, id: string): string | undefined =>
  control?.items.find((item) => item.id === id)?.status;

function frameworkLines({ inputs, judgement }: ReadJudged): readonly string[] {
  const { catalogue } = inputs;
  if (catalogue === null) return ['the controls folder holds no framework catalogue'];
  const view = judgement?.assessment.framework;
  const topics = unresolvedTopics(catalogue, topicsOf(inputs.policies));
  return [
    `${catalogue.metadata.title} ${catalogue.metadata.version} (${catalogue.metadata.source})`,
    view === undefined ? definitionSentence(catalogue) : frameworkSentence(view.counts),
    ...catalogue.controls.map((entry) => {
      const count = mapped(entry, inputs).length;
      const found = count === 0 ? '' : `  (${count} ${count === 1 ? 'policy' : 'policies'})`;
      const kind = `${entry.assessability.padEnd(9)} ${strengthOf(entry).padEnd(10)}`;
      return `  ${statusColumn(statusIn(view, entry.id))}${entry.id.padEnd(13)}${kind}  ${entry.title}${found}`;
    }),
    ...(topics.length === 0 ? [] : ['', `topics without a policy (${topics.length}): ${topics.join(', ')}`]),
  ];
}

const statusIn = (view: FrameworkView | undefined, id: string): string | undefined =>
  view?.subcategories.find((one) => one.id === id)?.status;

function definitionSentence({ controls }: ControlCatalog): string {
  const manual = controls.filter(({ assessability }) => assessability === 'manual').length;
  return `${controls.length} subcategories: ${controls.length - manual} can have technical evidence, ${manual} rest on people's statements alone.`;
}
