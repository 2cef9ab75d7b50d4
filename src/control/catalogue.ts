import type { CatalogueEntry, ControlCatalog } from './catalogue.schema.ts';
import type { ControlItem } from './control.schema.ts';
import { tally } from './counts.ts';
import { type MappingStrength, mappingStrengths } from './framework.ts';

/** Something in a file that its schema cannot see; `at` is the path to it. */
export interface Fault {
  readonly at: readonly (string | number)[];
  readonly message: string;
}

/**
 * What is wrong with a catalogue that has the right shape: counts that are not those it says of itself, ids that repeat
 * or belong to no group, and mappings that claim more than the assessability allows. Empty where nothing is.
 */
export function catalogueFaults(catalogue: ControlCatalog): readonly Fault[] {
  return [...countFaults(catalogue), ...groupFaults(catalogue), ...catalogue.controls.flatMap(entryFaults(catalogue))];
}

/** `catalog@version#id`, as mappings and attestations name a subcategory. */
export function subcategoryReference({ metadata }: ControlCatalog, { id }: CatalogueEntry): string {
  return `${metadata.id}@${metadata.version}#${id}`;
}

/** The strongest that a subcategory's evidence can be; `none` where nothing is mapped. */
export function strengthOf({ evidence }: CatalogueEntry): MappingStrength | 'none' {
  return mappingStrengths.find((strength) => evidence.some((one) => one.strength === strength)) ?? 'none';
}

/** `GOVERN` of `GOVERN 1.1`. */
export const functionOf = ({ id }: Pick<CatalogueEntry, 'id'>): string => id.split(' ')[0] ?? '';
/** `GOVERN 1` of `GOVERN 1.1`. */
export const groupOf = ({ id }: Pick<CatalogueEntry, 'id'>): string => id.slice(0, id.indexOf('.'));

/**
 * Finds a subcategory as people and tools write it: `MEASURE 2.7`, `measure-2.7`, the full reference, or with one of the
 * function's aliases in place of its name (`MS-2.7`). Undefined where there is none.
 */
export function findSubcategory(catalogue: ControlCatalog, text: string): CatalogueEntry | undefined {
  const wanted = normal(text);
  return catalogue.controls.find((entry) => namesOf(catalogue, entry).some((name) => normal(name) === wanted));
}

/** The subcategory as an item that a statement can be made on, for every environment. */
export function statementItem({ statement }: ControlCatalog, entry: CatalogueEntry): ControlItem {
  const required = { dev: true, test: true, uat: true, prod: true };
  return {
    id: entry.id,
    title: entry.title,
    policies: [],
    attestation: { ...statement, required, question: entry.attestation },
  };
}

function namesOf(catalogue: ControlCatalog, entry: CatalogueEntry): readonly string[] {
  const [name = '', number = ''] = entry.id.split(' ');
  const aliases = catalogue.functions.find(({ id }) => id === name)?.aliases ?? [];
  return [
    entry.id,
    subcategoryReference(catalogue, entry),
    // An alias that ends in a digit stands for the function's number: NIST_AI_RMF_v1.0_1 and 1.1 make …_1.1.1.
    ...aliases.map((alias) => (/\d$/.test(alias) ? `${alias}.${number}` : `${alias} ${number}`)),
  ];
}

const normal = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, ' ');

function countFaults({ expect, functions, groups, controls }: ControlCatalog): readonly Fault[] {
  const perFunction = tally(controls.map(functionOf));
  return [
    ...wrongCount(['expect', 'groups'], expect.groups, groups.length),
    ...wrongCount(['expect', 'controls'], expect.controls, controls.length),
    ...wrongCounts(['expect', 'perFunction'], expect.perFunction, perFunction),
    ...wrongCounts(['expect', 'assessability'], expect.assessability, tally(controls.map((one) => one.assessability))),
    ...wrongCounts(['expect', 'strength'], expect.strength, tally(controls.map(strengthOf))),
    ...wrongCount(['functions'], Object.keys(perFunction).length, functions.length),
  ];
}

/** Faults where the numbers that a file expects of itself are not those found in it. */
export function wrongCounts(
  at: readonly string[],
  expected: Readonly<Record<string, number>> | undefined,
  found: Readonly<Record<string, number>>,
): readonly Fault[] {
  if (expected === undefined) return [];
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return names.flatMap((name) => wrongCount([...at, name], own(expected, name), own(found, name)));
}

const own = (counts: Readonly<Record<string, number>>, name: string): number =>
  Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0;

export function wrongCount(at: readonly string[], expected: number, found: number): readonly Fault[] {
  return expected === found ? [] : [{ at, message: `${at.join('.')}: ${expected} expected, ${found} found` }];
}

function groupFaults({ functions, groups, controls }: ControlCatalog): readonly Fault[] {
  const known = new Set(functions.map(({ id }) => id));
  const parents = groups.flatMap(({ id, parent }, i) =>
    known.has(parent) && functionOf({ id }) === parent
      ? []
      : [{ at: ['groups', i, 'parent'], message: `${id} does not belong to a function ${parent}` }],
  );
  return [
    ...parents,
    ...repeated(
      'groups',
      groups.map(({ id }) => id),
    ),
    ...repeated(
      'controls',
      controls.map(({ id }) => id),
    ),
  ];
}

/** Faults for ids that stand twice in a list. */
export function repeated(list: string, ids: readonly string[]): readonly Fault[] {
  return ids.flatMap((id, i) =>
    ids.indexOf(id) === i ? [] : [{ at: [list, i, 'id'], message: `the id ${id} is used twice` }],
  );
}

const entryFaults =
  ({ groups }: ControlCatalog) =>
  (entry: CatalogueEntry, i: number): readonly Fault[] => {
    const at = ['controls', i] as const;
    const strength = strengthOf(entry);
    const counts = strength === 'direct' || strength === 'supporting';
    const orphan = !groups.some(({ id }) => id === groupOf(entry));
    const idle = entry.evidence.findIndex((one) => one.topics === undefined && one.processEvidence === undefined);
    return [
      ...(orphan
        ? [{ at: [...at, 'id'], message: `${entry.id} belongs to no group; ${groupOf(entry)} is missing` }]
        : []),
      ...(counts === (entry.assessability === 'manual')
        ? [{ at: [...at, 'assessability'], message: overclaim(entry) }]
        : []),
      ...(idle < 0 ? [] : [{ at: [...at, 'evidence', idle], message: 'names neither topics nor processEvidence' }]),
    ];
  };

const overclaim = ({ id, assessability }: CatalogueEntry): string =>
  assessability === 'manual'
    ? `${id} is manual, and its evidence is more than context; only people decide a manual outcome`
    : `${id} is ${assessability}, and no evidence of it is direct or supporting`;
