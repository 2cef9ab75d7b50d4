import type { Bundle } from '../evidence/bundle.ts';
import type { BundleCheck } from '../evidence/verify.ts';
import { loadPolicies as loadPolicyFiles } from '../inputs/load.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { checkInputs } from './check-inputs.ts';
import { openSigner, type SignerPaths } from './open-signer.ts';
import { type InputPaths, readInputs } from './read-inputs.ts';
import { type Reperformance, reperform } from './reperform.ts';
import { openProfile } from './report-profile.ts';
import { judgeFolder } from './scan.ts';
import { seal as sealJudgement } from './seal.ts';

/**
 * The policies below a folder, checked and compiled. Throws InputError with every problem and its place:
 * `await loadPolicies('policies')`.
 */
export async function loadPolicies(folder: string): Promise<readonly Policy[]> {
  const loaded = await loadPolicyFiles(folder);
  checkInputs({ policies: loaded, controls: [], waivers: [], workload: null });
  return loaded.map(({ value }) => value);
}

export interface SealInput extends SignerPaths {
  /** A snapshot folder, as `assay collect` writes it. */
  readonly snapshot: string;
  /** Where policies, controls, waivers, attestations and the declaration stand. */
  readonly inputs: InputPaths;
  readonly out: string;
  readonly now?: string;
  /** Which report.pdf is made: nightly, auditor, gap, or a profile file; the auditor's where left out. */
  readonly profile?: string;
}

/** Judges a snapshot folder and writes a sealed bundle. Without a key one is made for this run, and called untrusted. */
export async function seal(input: SealInput): Promise<Bundle> {
  const sealedAt = new Date();
  const signer = await openSigner(input, sealedAt);
  const profile = await openProfile(input.profile);
  const inputs = await readInputs(input.inputs);
  const judgement = await judgeFolder(input.snapshot, inputs, { policies: null, now: input.now, signer, profile });
  return sealJudgement(judgement, { out: input.out, snapshotFolder: input.snapshot, signer, sealedAt });
}

export interface Verified {
  readonly ok: boolean;
  readonly check: BundleCheck;
  readonly reperformed: Reperformance | null;
}

/** Checks a bundle's bytes and signatures and judges it again; `trust` holds PEM texts from outside the bundle. */
export async function verify(folder: string, options: { readonly trust?: string[] } = {}): Promise<Verified> {
  const { checkBundle } = await import('../evidence/verify.ts');
  const check = await checkBundle(folder, options);
  const reperformed = check.problems.length > 0 ? null : await reperform(folder);
  return { ok: check.problems.length === 0 && reperformed?.differing.length === 0, check, reperformed };
}
