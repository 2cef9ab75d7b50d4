import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from './exit.ts';
import type { InputOptions } from './options.ts';
import { printText } from './print.ts';
import { readInputs } from './read-inputs.ts';
import { renderFiles } from './render.ts';
import { judgeFolder } from './scan.ts';
import { selectedPolicies } from './select.ts';

export interface PlanOptions extends InputOptions {
  readonly format: 'md' | 'csv' | 'json';
}

/** Prints the remediation plan of a bundle (by its own inputs) or of a snapshot (by the inputs named). */
export async function plan(folder: string, options: PlanOptions): Promise<number> {
  const isBundle = existsSync(join(folder, 'inputs', 'run.json'));
  const base = isBundle ? join(folder, 'inputs') : '.';
  const own = isBundle ? { policies: join(base, 'policies'), controls: join(base, 'controls') } : {};
  const inputs = await readInputs({ ...own, ...options, base });
  const policies = selectedPolicies(inputs, options);
  const snapshot = isBundle ? join(folder, 'snapshot') : folder;
  const judgement = await judgeFolder(snapshot, inputs, { policies, now: options.now, signer: null });
  printText(renderFiles(judgement).find((file) => file.path === `plan.${options.format}`)?.bytes ?? '');
  return EXIT.clean;
}
