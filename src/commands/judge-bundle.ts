import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSnapshot } from '../snapshot/read.ts';
import { type Judgement, judge, type Run } from './judge.ts';
import { readBundleInputs } from './read-inputs.ts';
import { profileOfBundle } from './report-profile.ts';
import { soundBundle } from './sound-bundle.ts';
import { UsageError } from './usage-error.ts';

/**
 * Judges a bundle's own snapshot by its own inputs and clock: what it said when it was sealed, with every fact. Its bytes
 * are checked first: a changed policy inside it would say something else in its name. Throws UsageError.
 */
export async function judgeBundle(folder: string): Promise<Judgement> {
  if (!existsSync(join(folder, 'inputs', 'run.json')))
    throw new UsageError(`${folder} is no bundle. Make one with: assay scan`);
  await soundBundle(folder);
  const run = JSON.parse(await readFile(join(folder, 'inputs', 'run.json'), 'utf8')) as Run;
  const inputs = await readBundleInputs(folder);
  return judge(openSnapshot(join(folder, 'snapshot')), inputs, run, await profileOfBundle(folder, run.profile));
}
