import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ControlCatalog } from '../control/catalogue.schema.ts';
import type { AcceptUnknown, Attestation, Control, Waiver } from '../control/control.schema.ts';
import type { Requirements } from '../control/requirements.schema.ts';
import {
  type Loaded,
  type LoadedAttestation,
  type LoadedControls,
  loadAttestations,
  loadControlFolder,
  loadPolicies,
  loadWaivers,
  loadWorkload,
  sha256,
} from '../inputs/load.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { checkInputs } from './check-inputs.ts';
import { productPath } from './product.ts';

/** Where everything stands that a person wrote. What is left out takes its default; what is named must exist. */
export interface InputPaths {
  readonly policies?: string;
  readonly controls?: string;
  readonly config?: string;
  readonly waivers?: string;
  readonly attestations?: string;
  /** Folder whose assay.yaml, waivers/ and attestations/ are taken where they exist and none is named. */
  readonly base: string;
}

/** A file that goes into a bundle's `inputs/`, byte for byte. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

/** Everything but the snapshot that a judgement depends on. */
export interface Inputs {
  readonly policies: readonly Policy[];
  readonly controls: readonly Control[];
  /** The framework that results are shown by; null where the controls folder holds none. */
  readonly catalogue: ControlCatalog | null;
  readonly requirements: Requirements | null;
  readonly waivers: readonly Waiver[];
  readonly acceptUnknowns: readonly AcceptUnknown[];
  readonly attestations: readonly Attestation[];
  /** `<attestation id>/<file>` to the SHA-256 that the file has; null where it is missing. */
  readonly evidenceDigests: ReadonlyMap<string, string | null>;
  readonly workload: Workload | null;
  readonly files: readonly InputFile[];
}

/** Reads and checks every input before anything is collected. Throws InputError with all that is wrong. */
export async function readInputs(paths: InputPaths): Promise<Inputs> {
  const config = paths.config ?? existing(join(paths.base, 'assay.yaml'));
  const beside = config === undefined ? paths.base : dirname(config);
  const [policies, folder, waivers, attestations, workload] = await Promise.all([
    loadPolicies(paths.policies ?? productPath('policies')),
    controlsFolder(paths),
    optional(paths.waivers ?? existing(join(beside, 'waivers')), loadWaivers),
    optional(paths.attestations ?? existing(join(beside, 'attestations')), loadAttestations),
    config === undefined ? null : loadWorkload(config),
  ]);
  const { controls, catalogue, requirements } = folder;
  checkInputs({ policies, controls, catalogue, requirements, waivers, workload });
  return {
    policies: values(policies, (policy) => policy.metadata.id),
    controls: values(controls, (control) => control.metadata.id),
    catalogue: catalogue?.value ?? null,
    requirements: requirements?.value ?? null,
    waivers: values(waivers, (waiver) => waiver.metadata.id).filter((one): one is Waiver => one.kind === 'Waiver'),
    acceptUnknowns: values(waivers, (waiver) => waiver.metadata.id).filter(
      (one): one is AcceptUnknown => one.kind === 'AcceptUnknown',
    ),
    attestations: values(attestations, (attestation) => attestation.metadata.id),
    evidenceDigests: digestsOf(attestations),
    workload: workload?.value ?? null,
    files: inputFiles({ ...folder, policies, waivers, attestations, workload }),
  };
}

/** The inputs that a bundle holds. One that was judged by policies alone has no folder of controls. */
export function readBundleInputs(folder: string): Promise<Inputs> {
  const base = join(folder, 'inputs');
  const controls = existing(join(base, 'controls'));
  return readInputs({ base, policies: join(base, 'policies'), ...(controls === undefined ? {} : { controls }) });
}

const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);

/** The controls that come with assay speak of its own policies: somebody else's policies need controls of their own. */
const defaultControls = (paths: InputPaths): string | undefined =>
  paths.policies === undefined ? productPath('controls') : undefined;

async function controlsFolder(paths: InputPaths): Promise<LoadedControls> {
  const folder = paths.controls ?? defaultControls(paths);
  return folder === undefined ? { controls: [], catalogue: null, requirements: null } : loadControlFolder(folder);
}

async function optional<T>(
  path: string | undefined,
  load: (path: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return path === undefined ? [] : load(path);
}

/** In order of their ids: the order of files on a disk must not reach a result. */
const values = <T>(loaded: readonly Loaded<T>[], idOf: (value: T) => string): readonly T[] =>
  loaded.map((one) => one.value).toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

function digestsOf(attestations: readonly LoadedAttestation[]): ReadonlyMap<string, string | null> {
  return new Map(
    attestations.flatMap(({ value, evidence }) =>
      [...evidence].map(
        ([file, bytes]) => [`${value.metadata.id}/${file}`, bytes === null ? null : sha256(bytes)] as const,
      ),
    ),
  );
}

interface LoadedInputs extends LoadedControls {
  readonly policies: readonly Loaded<Policy>[];
  readonly waivers: readonly Loaded<Waiver | AcceptUnknown>[];
  readonly attestations: readonly LoadedAttestation[];
  readonly workload: Loaded<Workload> | null;
}

/** Named by id, not by where they stood: a bundle tells nothing of the machine it was made on. */
function inputFiles(loaded: LoadedInputs): readonly InputFile[] {
  const named = (folder: string, all: readonly Loaded<{ metadata: { id: string } }>[]): readonly InputFile[] =>
    all.map(({ value, yaml }) => ({ path: `${folder}/${value.metadata.id}.yaml`, bytes: yaml.text }));
  const evidence = loaded.attestations.flatMap((one) =>
    [...one.evidence].flatMap(([file, bytes]) => (bytes === null ? [] : [{ path: `attestations/${file}`, bytes }])),
  );
  const unique = new Map(
    [
      ...named('policies', loaded.policies),
      ...named('controls', loaded.controls),
      ...named(
        'controls',
        [loaded.catalogue, loaded.requirements].filter((one) => one !== null),
      ),
      ...named('waivers', loaded.waivers),
      ...named('attestations', loaded.attestations),
      ...evidence,
      ...(loaded.workload === null ? [] : [{ path: 'assay.yaml', bytes: loaded.workload.yaml.text }]),
    ].map((file) => [file.path, file]),
  );
  return [...unique.values()];
}
