import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { refuseForeign } from './bundle-inputs.ts';
import type { Judgement } from './judge.ts';
import { judgeBundle } from './judge-bundle.ts';
import type { InputOptions } from './options.ts';
import { readInputs } from './read-inputs.ts';
import { judgeFolder } from './scan.ts';
import { selectedPolicies } from './select.ts';
import { UsageError } from './usage-error.ts';

/** A bundle is judged by its own inputs and clock, once its bytes are known to be as sealed; a snapshot by the options'. */
export async function judgementOf(folder: string, options: InputOptions): Promise<Judgement> {
  if (!existsSync(join(folder, 'inputs', 'run.json'))) {
    if (!existsSync(join(folder, 'snapshot.json')))
      throw new UsageError(`${folder} is neither a bundle nor a snapshot. Make one with: assay scan`);
    const inputs = await readInputs({ ...options, base: '.' });
    const policies = selectedPolicies(inputs, options);
    return judgeFolder(folder, inputs, { policies, now: options.now, signer: null });
  }
  refuseForeign(folder, options);
  return judgeBundle(folder);
}
