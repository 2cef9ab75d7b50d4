import { refuseForeign } from './bundle-inputs.ts';
import type { Judgement } from './judge.ts';
import { judgeBundle } from './judge-bundle.ts';
import type { InputOptions } from './options.ts';
import { type Inputs, readInputs } from './read-inputs.ts';
import { judgeFolder } from './scan.ts';
import { selectedPolicies } from './select.ts';
import { UsageError } from './usage-error.ts';

export interface JudgedOptions extends InputOptions {
  readonly bundle?: string;
  readonly snapshot?: string;
  readonly json?: boolean;
}

/** What a command explains: definitions, and, where a bundle or a snapshot is named, how they stand there. */
export interface ReadJudged {
  readonly inputs: Inputs;
  readonly judgement: Judgement | null;
}

/** A bundle is judged by its own inputs and clock; a snapshot by the inputs that the options name. */
export async function readJudged(options: JudgedOptions): Promise<ReadJudged> {
  if (options.bundle !== undefined && options.snapshot !== undefined)
    throw new UsageError('--bundle and --snapshot both say what to judge. Give one of them');
  if (options.bundle !== undefined) {
    refuseForeign(options.bundle, options);
    const judgement = await judgeBundle(options.bundle);
    return { inputs: judgement.inputs, judgement };
  }
  const inputs = await readInputs({ ...options, base: '.' });
  if (options.snapshot === undefined) return { inputs, judgement: null };
  const policies = selectedPolicies(inputs, options);
  return {
    inputs,
    judgement: await judgeFolder(options.snapshot, inputs, { policies, now: options.now, signer: null }),
  };
}
