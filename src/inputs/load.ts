import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve, sep } from 'node:path';
import type { Static, TSchema } from '@sinclair/typebox';
import { type ControlCatalog, catalogueSchema } from '../control/catalogue.schema.ts';
import { catalogueFaults, type Fault } from '../control/catalogue.ts';
import {
  type AcceptUnknown,
  type Attestation,
  acceptUnknownSchema,
  attestationSchema,
  type Control,
  controlSchema,
  type Waiver,
  waiverSchema,
} from '../control/control.schema.ts';
import { type Requirements, requirementsSchema } from '../control/requirements.schema.ts';
import { requirementFaults } from '../control/requirements.ts';
import { type Policy, policySchema } from '../policy/policy.schema.ts';
import { type Workload, workloadSchema } from '../workload/workload.schema.ts';
import { checkSchema } from './check-schema.ts';
import { InputError, type InputProblem } from './input-error.ts';
import { nearest } from './nearest.ts';
import { readText, yamlFilesIn } from './read-file.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** A value that a person wrote, with the file it came from. */
export interface Loaded<T> {
  readonly value: T;
  readonly yaml: YamlFile;
}

export interface LoadedAttestation extends Loaded<Attestation> {
  /** Evidence file name to its bytes; null where the file is missing. */
  readonly evidence: ReadonlyMap<string, Uint8Array | null>;
}

/** Policies below a folder (or one file), one per file, file name = id. Throws InputError with every problem found. */
export async function loadPolicies(folder: string): Promise<readonly Loaded<Policy>[]> {
  const loaded = await loadAll(folder, 'policies', () => policySchema);
  refuse(loaded.flatMap((one) => wrongName(one.yaml, one.value.metadata.id)));
  return unique(loaded, (policy) => policy.metadata.id);
}

/** What a folder of controls holds; at most one catalogue and one list of requirements. */
export interface LoadedControls {
  readonly controls: readonly Loaded<Control>[];
  readonly catalogue: Loaded<ControlCatalog> | null;
  readonly requirements: Loaded<Requirements> | null;
}

interface OneControlFile {
  readonly control?: Loaded<Control>;
  readonly catalogue?: Loaded<ControlCatalog>;
  readonly requirements?: Loaded<Requirements>;
}

const CONTROL_KINDS = ['Control', 'ControlCatalog', 'Requirements'] as const;
type ControlKind = (typeof CONTROL_KINDS)[number];

/**
 * Controls, the framework's catalogue and the requirements below a folder, told apart by their kind. A file of no known
 * kind is refused: a misspelt control that is passed over would be judged as if nobody had asked for it.
 * Throws InputError with every problem found.
 */
export async function loadControlFolder(folder: string): Promise<LoadedControls> {
  const files = await parseAll(await yamlFilesIn(folder, 'controls'));
  refuse(files.flatMap(strangeKind));
  const ofKind = (kind: ControlKind): readonly YamlFile[] => files.filter((yaml) => kindOf(yaml) === kind);
  const all = collect<OneControlFile>([
    ...ofKind('Control').map((yaml) => () => ({ control: check(yaml, controlSchema) })),
    ...ofKind('ControlCatalog').map((yaml) => () => ({
      catalogue: sound(check(yaml, catalogueSchema), catalogueFaults),
    })),
    ...ofKind('Requirements').map((yaml) => () => ({
      requirements: sound(check(yaml, requirementsSchema), requirementFaults),
    })),
  ]);
  const controls = all.flatMap(({ control }) => control ?? []);
  const catalogues = all.flatMap(({ catalogue }) => catalogue ?? []);
  const requirements = all.flatMap((one) => one.requirements ?? []);
  refuse([...second(catalogues, 'catalogue'), ...second(requirements, 'list of requirements')]);
  // In a bundle they stand side by side, named by their ids.
  unique<Loaded<{ metadata: { id: string } }>>([...controls, ...catalogues, ...requirements], (one) => one.metadata.id);
  return { controls, catalogue: catalogues[0] ?? null, requirements: requirements[0] ?? null };
}

/** The controls alone. */
export const loadControls = async (folder: string): Promise<readonly Loaded<Control>[]> =>
  (await loadControlFolder(folder)).controls;

/** Waivers and accepted unknowns below a folder. */
export async function loadWaivers(folder: string): Promise<readonly Loaded<Waiver | AcceptUnknown>[]> {
  const loaded = await loadAll(folder, 'waivers', (kind) =>
    kind === 'AcceptUnknown' ? acceptUnknownSchema : waiverSchema,
  );
  return unique(loaded, (waiver) => waiver.metadata.id);
}

/** Attestations below a folder with the evidence files they name, which must lie in or below that folder. */
export async function loadAttestations(folder: string): Promise<readonly LoadedAttestation[]> {
  const loaded = unique(await loadAll(folder, 'attestations', () => attestationSchema), (one) => one.metadata.id);
  return Promise.all(loaded.map(async (one) => ({ ...one, evidence: await evidenceOf(one) })));
}

/** The workload declaration. */
export async function loadWorkload(file: string): Promise<Loaded<Workload>> {
  return check(parseYaml(await readText(file, 'a workload declaration'), file), workloadSchema);
}

/** SHA-256 of a file's bytes, as `sha256sum` prints it. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

async function loadAll<T extends TSchema>(
  folder: string,
  what: string,
  schemaFor: (kind: string) => T,
): Promise<readonly Loaded<Static<T>>[]> {
  const files = await parseAll(await yamlFilesIn(folder, what));
  return collect(files.map((yaml) => () => check(yaml, schemaFor(kindOf(yaml)))));
}

const check = <T extends TSchema>(yaml: YamlFile, schema: T): Loaded<Static<T>> => ({
  value: checkSchema(yaml, schema),
  yaml,
});

function strangeKind(yaml: YamlFile): readonly InputProblem[] {
  const kind = kindOf(yaml);
  if (CONTROL_KINDS.some((known) => known === kind)) return [];
  const near = nearest(kind, CONTROL_KINDS);
  const hint = near === null ? `Known here: ${CONTROL_KINDS.join(', ')}` : `Did you mean ${near}?`;
  const message = kind === '' ? 'kind is missing' : `kind ${JSON.stringify(kind)} is not known here`;
  return [{ code: 'schema', file: yaml.file, ...yaml.placeOf(['kind']), message, hint }];
}

/** What the schema cannot see, with its place. */
function sound<T>(loaded: Loaded<T>, faultsOf: (value: T) => readonly Fault[]): Loaded<T> {
  const { yaml } = loaded;
  refuse(
    faultsOf(loaded.value).map(({ at, message }) => ({
      code: 'reference',
      file: yaml.file,
      ...yaml.placeOf(at),
      message,
    })),
  );
  return loaded;
}

const second = (loaded: readonly Loaded<unknown>[], what: string): readonly InputProblem[] =>
  loaded.slice(1).map(({ yaml }) => ({
    code: 'duplicate-id',
    file: yaml.file,
    ...yaml.placeOf(['kind']),
    message: `a folder of controls holds one ${what}; another is ${loaded[0]?.yaml.file ?? ''}`,
  }));

async function parseAll(files: readonly string[]): Promise<readonly YamlFile[]> {
  const texts = await Promise.all(files.map((file) => readText(file, 'a file')));
  return collect(files.map((file, i) => () => parseYaml(texts[i] ?? '', file)));
}

/** Runs every reader and tells all that is wrong at once, not the first thing of the first file. */
function collect<T>(readers: readonly (() => T)[]): readonly T[] {
  const problems: InputProblem[] = [];
  const values: T[] = [];
  for (const read of readers) {
    try {
      values.push(read());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  refuse(problems);
  return values;
}

function refuse(problems: readonly InputProblem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}

const kindOf = (yaml: YamlFile): string => {
  const { value } = yaml;
  return typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : '';
};

function wrongName(yaml: YamlFile, id: string): readonly InputProblem[] {
  const name = basename(yaml.file, extname(yaml.file));
  if (name === id) return [];
  const place = yaml.placeOf(['metadata', 'id']);
  return [
    { code: 'reference', file: yaml.file, ...place, message: `metadata.id is ${id}, and the file is named ${name}` },
  ];
}

function unique<L extends Loaded<unknown>>(loaded: readonly L[], idOf: (value: L['value']) => string): readonly L[] {
  const first = new Map<string, string>();
  const problems: InputProblem[] = [];
  for (const { value, yaml } of loaded) {
    const id = idOf(value);
    const other = first.get(id);
    if (other !== undefined) {
      const message = `the id ${id} is used twice; also in ${other}`;
      problems.push({ code: 'duplicate-id', file: yaml.file, ...yaml.placeOf(['metadata', 'id']), message });
    } else first.set(id, yaml.file);
  }
  refuse(problems);
  return loaded;
}

async function evidenceOf(loaded: Loaded<Attestation>): Promise<ReadonlyMap<string, Uint8Array | null>> {
  const folder = resolve(dirname(loaded.yaml.file));
  const entries = (loaded.value.evidence ?? []).map(async ({ file }, i) => {
    const path = resolve(folder, file);
    // A statement must not pull files of the machine into a bundle that is handed out.
    if (!path.startsWith(folder + sep)) {
      const place = loaded.yaml.placeOf(['evidence', i, 'file']);
      const message = `${file} lies outside the folder of the attestation`;
      throw new InputError([{ code: 'reference', file: loaded.yaml.file, ...place, message }]);
    }
    return [file, await readFile(path).catch(() => null)] as const;
  });
  return new Map(await Promise.all(entries));
}
