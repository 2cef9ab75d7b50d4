import { join } from 'node:path';
import type { Bundle } from '../evidence/bundle.ts';
import type { Loaded } from '../inputs/load.ts';
import type { ReportProfile } from '../report/profile.schema.ts';
import type { Signer } from '../x509/signer.ts';
import { collectEstate } from './collect-estate.ts';
import { outcomeOf } from './exit.ts';
import { type Judgement, judge, type Run } from './judge.ts';
import { openSigner } from './open-signer.ts';
import type { AzureOptions, JudgeOptions, SignOptions } from './options.ts';
import { outputFolder, withTemporary } from './output-folder.ts';
import { printLines, printText } from './print.ts';
import { openProgress, type Progress } from './progress.ts';
import { type Inputs, readInputs } from './read-inputs.ts';
import { renderFiles } from './render.ts';
import { openProfile } from './report-profile.ts';
import { seal } from './seal.ts';
import { selectedPolicies } from './select.ts';
import { summaryLines } from './summary.ts';
import { UsageError } from './usage-error.ts';

export interface ScanOptions extends JudgeOptions, AzureOptions, SignOptions {
  readonly output?: string;
  readonly snapshot?: string;
  readonly profile?: string;
}

/** Reads the estate once, judges it, and seals what was seen and judged. Returns the exit code. */
export async function scan(options: ScanOptions): Promise<number> {
  if (options.snapshot !== undefined && options.estate !== undefined)
    throw new UsageError('--snapshot judges what was collected, --estate collects. Give one of them');
  const out = outputFolder(options.output, 'assay-bundle');
  const profile = await openProfile(options.profile);
  const inputs = await readInputs({ ...options, base: options.estate ?? '.' });
  const policies = selectedPolicies(inputs, options);
  // Before the long read: a missing key must not cost an hour.
  const signer = await openSigner(options, new Date());
  const progress = await openProgress(options);
  try {
    return await withTemporary(async (temporary) => {
      const folder = options.snapshot ?? join(temporary, 'snapshot');
      if (options.snapshot === undefined) await collectEstate(options, chosen(inputs, policies), folder, progress);
      const judgement = await judgeFolder(folder, inputs, { policies, now: options.now, signer, profile });
      progress.note('judged');
      const bundle = await seal(judgement, { out, snapshotFolder: folder, signer, sealedAt: new Date() });
      return report(judgement, bundle, { options, out, signer, progress });
    });
  } finally {
    progress.done();
  }
}

/** Only the policies that will judge decide what is read. */
const chosen = (inputs: Inputs, policies: readonly string[] | null): Pick<Inputs, 'policies' | 'workload'> => ({
  workload: inputs.workload,
  policies: inputs.policies.filter(({ metadata }) => policies === null || policies.includes(metadata.id)),
});

interface RunChoice {
  readonly policies: readonly string[] | null;
  readonly now: string | undefined;
  readonly signer: Signer | null;
  /** The auditor's where none is given. */
  readonly profile?: Loaded<ReportProfile>;
}

/** Opens a snapshot folder and judges it at its own clock, or at the one given. */
export async function judgeFolder(folder: string, inputs: Inputs, run: RunChoice): Promise<Judgement> {
  const { openSnapshot } = await import('../snapshot/read.ts');
  const snapshot = openSnapshot(folder);
  const profile = run.profile ?? (await openProfile());
  const chosen: Run = {
    format: 'assay-run/1',
    now: run.now ?? snapshot.header.asOf,
    signing: run.signer?.trusted === true ? 'pem' : 'ephemeral',
    policies: run.policies,
    profile: profile.value.metadata.id,
  };
  return judge(snapshot, inputs, chosen, profile);
}

interface Reported {
  readonly options: ScanOptions;
  readonly out: string;
  readonly signer: Signer;
  readonly progress: Progress;
}

function report(judgement: Judgement, bundle: Bundle, { options, out, signer, progress }: Reported): number {
  progress.done();
  const outcome = outcomeOf(judgement, options.failOn, options.exitZero === true);
  if (options.json === true) {
    printText(renderFiles(judgement).find((file) => file.path === 'results.json')?.bytes ?? '');
    return outcome.code;
  }
  const sealed = signer.trusted ? 'sealed' : 'sealed by an ephemeral key: untrusted, good for a first look';
  printLines(
    summaryLines(judgement, outcome, [
      `bundle  ${out}  (${bundle.files} files, ${sealed})`,
      `next    open ${join(out, 'report.pdf')}, then: assay verify ${out}`,
    ]),
  );
  return outcome.code;
}
