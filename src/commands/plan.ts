import { EXIT } from './exit.ts';
import { judgementOf } from './judgement-of.ts';
import type { InputOptions } from './options.ts';
import { printText } from './print.ts';
import { renderFiles } from './render.ts';

export interface PlanOptions extends InputOptions {
  readonly format: 'md' | 'csv' | 'json';
  readonly json?: boolean;
}

/** Prints the remediation plan of a bundle (as it was sealed) or of a snapshot (by the inputs named). */
export async function plan(folder: string, options: PlanOptions): Promise<number> {
  const judgement = await judgementOf(folder, options);
  const name = `plan.${options.json === true ? 'json' : options.format}`;
  printText(renderFiles(judgement).find((file) => file.path === name)?.bytes ?? '');
  return EXIT.clean;
}
