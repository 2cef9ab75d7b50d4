import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSnapshot } from '../snapshot/read.ts';
import { clearSignature } from '../x509/pdf-signature.ts';
import { type Judgement, judge, type Run } from './judge.ts';
import { tool } from './product.ts';
import { readBundleInputs } from './read-inputs.ts';
import { renderFiles, renderReport } from './render.ts';
import { profileOfBundle } from './report-profile.ts';

/** What judging again gave: files whose bytes differ from those that follow from the bundle's own snapshot and inputs. */
export interface Reperformance {
  readonly compared: number;
  readonly differing: readonly string[];
  readonly findings: number;
  /** Set where the bundle was made by another version, whose words may differ from ours. */
  readonly madeBy: string | null;
}

/**
 * Judges the bundle's snapshot again by the bundle's own inputs and clock, renders everything anew and compares byte for
 * byte. Reads only inside the bundle, writes nothing, asks no network.
 */
export async function reperform(folder: string): Promise<Reperformance> {
  const run = JSON.parse(await readFile(join(folder, 'inputs', 'run.json'), 'utf8')) as Run;
  const sealed = JSON.parse(await readFile(join(folder, 'tool.json'), 'utf8')) as { version: string; sealedAt: string };
  const inputs = await readBundleInputs(folder);
  const profile = await profileOfBundle(folder, run.profile);
  const judgement = judge(openSnapshot(join(folder, 'snapshot')), inputs, run, profile);
  const differing = [
    ...(await differingFiles(folder, judgement)),
    ...(await differingReport(folder, judgement, sealed.sealedAt)),
  ];
  return {
    compared: renderFiles(judgement).length + 1,
    differing,
    findings: judgement.assessment.findings.length,
    madeBy: sealed.version === tool().version ? null : sealed.version,
  };
}

async function differingFiles(folder: string, judgement: Judgement): Promise<readonly string[]> {
  const checks = renderFiles(judgement).map(async ({ path, bytes }) => {
    const found = await readFile(join(folder, path)).catch(() => null);
    return found?.equals(Buffer.from(bytes)) === true ? [] : [path];
  });
  return (await Promise.all(checks)).flat();
}

/** The signature differs from run to run; what it covers must not, given the moment of sealing. */
async function differingReport(folder: string, judgement: Judgement, sealedAt: string): Promise<readonly string[]> {
  const again = await renderReport(judgement, new Date(sealedAt));
  const found = await readFile(join(folder, 'report.pdf'));
  return Buffer.from(clearSignature(found)).equals(Buffer.from(again)) ? [] : ['report.pdf'];
}
