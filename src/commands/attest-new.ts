import { readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { itemReference } from '../control/attestation.ts';
import { statementItem, subcategoryReference } from '../control/catalogue.ts';
import type { ControlItem } from '../control/control.schema.ts';
import { longestDays } from '../control/duration.ts';
import { type LoadedControls, loadControlFolder, sha256 } from '../inputs/load.ts';
import { nearest } from '../inputs/nearest.ts';
import { EXIT } from './exit.ts';
import { writeNew } from './output-folder.ts';
import { printLines, printText } from './print.ts';
import { productPath } from './product.ts';
import { UsageError } from './usage-error.ts';

export interface AttestOptions {
  readonly environment?: readonly string[];
  readonly evidence?: readonly string[];
  readonly controls?: string;
  readonly id?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/**
 * A blank statement for a control item: the question, who must answer and for how long it can hold, with the hashes of
 * evidence that is there already. What only a person can say is left empty, and a form with an empty field is refused
 * when it is read. To stdout, or to a file below `--output`; never over one that exists.
 */
export async function attestNew(itemId: string, options: AttestOptions): Promise<number> {
  const asked = askedOf(await loadControlFolder(options.controls ?? productPath('controls')));
  const { reference, item } = findItem(itemId, asked);
  if (item.attestation === undefined) throw new UsageError(`${item.id} asks for no statement: its policies decide it`);
  const today = new Date().toISOString().slice(0, 10);
  const id = options.id ?? `A-${today}-${item.id.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const folder = options.output;
  const evidence = await Promise.all((options.evidence ?? []).map((file) => evidenceLines(file, folder ?? '.')));
  const text = form({ reference, item, id, today, environments: options.environment ?? requiredFor(item), evidence });
  const asJson = options.json === true;
  if (folder === undefined) printText(asJson ? `${JSON.stringify({ form: text }, null, 2)}\n` : text);
  else {
    const file = join(folder, `${id}.yaml`);
    await writeNew(file, text);
    printLines(
      asJson
        ? [JSON.stringify({ file })]
        : [
            `written  ${file}`,
            'next     fill in what is empty; every scan reads it, and says where something is missing',
          ],
    );
  }
  return EXIT.clean;
}

interface Asked {
  readonly reference: string;
  readonly item: ControlItem;
}

/** Items of the controls, and subcategories of the framework, which people state too. */
function askedOf({ controls, catalogue }: LoadedControls): readonly Asked[] {
  const items = controls.flatMap(({ value }) =>
    value.items.map((item) => ({ reference: itemReference(value, item), item })),
  );
  const framework = catalogue?.value;
  if (framework === undefined) return items;
  const stated = framework.controls.map((one) => ({
    reference: subcategoryReference(framework, one),
    item: statementItem(framework, one),
  }));
  return [...items, ...stated];
}

function findItem(itemId: string, asked: readonly Asked[]): Asked {
  const wanted = itemId.toLowerCase();
  const found = asked.find(({ reference, item }) => [reference.toLowerCase(), item.id.toLowerCase()].includes(wanted));
  if (found !== undefined) return found;
  const near = nearest(
    itemId,
    asked.map(({ item }) => item.id),
  );
  throw new UsageError(
    `there is no control item ${itemId}. ${near === null ? 'assay control list names them all' : `Did you mean ${near}?`}`,
  );
}

/** Classes for which the item wants a statement; environments are named like them in most declarations. */
const requiredFor = ({ attestation }: ControlItem): readonly string[] =>
  Object.entries(attestation?.required ?? {}).flatMap(([name, required]) => (required ? [name] : []));

async function evidenceLines(file: string, folder: string): Promise<readonly string[]> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new UsageError(`the evidence ${file} is not a file`);
  const path = relative(folder, file);
  if (path.startsWith('..'))
    throw new UsageError(
      `the evidence ${file} lies outside ${folder}. Put it below, for example in ${join(folder, 'evidence', basename(file))}`,
    );
  return [
    `  - file: ${JSON.stringify(path)}`,
    `    sha256: ${sha256(await readFile(file))}`,
    '    description: # what it shows',
  ];
}

interface Form extends Asked {
  readonly id: string;
  readonly today: string;
  readonly environments: readonly string[];
  readonly evidence: readonly (readonly string[])[];
}

function form({ reference, item, id, today, environments, evidence }: Form): string {
  const { question = '', maxAge = 'P1Y', by = 'both', evidenceMin = 0 } = item.attestation ?? {};
  const last = new Date(Date.parse(today) + longestDays(maxAge) * 86_400_000).toISOString().slice(0, 10);
  return `${[
    `# ${item.id}: ${oneLine(item.title)}`,
    `# ${oneLine(question)}`,
    `# Answered by: ${by === 'both' ? 'provider and customer' : by}. It can hold for ${maxAge}: until ${last} if assessed today.`,
    'apiVersion: assay/v1',
    'kind: Attestation',
    `metadata: { id: ${id} }`,
    `item: ${reference}`,
    `environments: [${environments.join(', ')}]`,
    'statement: # yes, yes-with-comment, no or not-applicable',
    'text: # what was done, when, with which result',
    'attester: { name: , role: , organisation: } # a role, no private person',
    `assessedOn: ${today}`,
    `validUntil: ${last}`,
    ...(evidence.length > 0
      ? ['evidence:', ...evidence.flat()]
      : [`# evidence: at least ${evidenceMin}; --evidence FILE writes name and hash`]),
  ].join('\n')}\n`;
}

const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');
