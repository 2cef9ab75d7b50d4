import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { outcomeOf } from './exit.ts';
import type { Judgement } from './judge.ts';
import type { JudgeOptions } from './options.ts';
import { outputFolder } from './output-folder.ts';
import { printLines, printText } from './print.ts';
import { readInputs } from './read-inputs.ts';
import { renderFiles, renderReport } from './render.ts';
import { judgeFolder } from './scan.ts';
import { selectedPolicies } from './select.ts';
import { summaryLines } from './summary.ts';

export interface EvaluateOptions extends JudgeOptions {
  readonly output?: string;
}

/** Judges a snapshot that exists. With --output everything is written, unsealed; without, only the summary is printed. */
export async function evaluate(folder: string, options: EvaluateOptions): Promise<number> {
  const out = options.output === undefined ? null : outputFolder(options.output, '');
  const inputs = await readInputs({ ...options, base: '.' });
  const policies = selectedPolicies(inputs, options);
  const judgement = await judgeFolder(folder, inputs, { policies, now: options.now, signer: null });
  if (out !== null) await writeUnsealed(out, judgement);
  const outcome = outcomeOf(judgement, options.failOn, options.exitZero === true);
  if (options.json === true)
    printText(renderFiles(judgement).find((file) => file.path === 'results.json')?.bytes ?? '');
  else printLines(summaryLines(judgement, outcome, out === null ? [] : [`written  ${out}  (not sealed)`]));
  return outcome.code;
}

/** Beside the target first, renamed at the end: a killed run leaves all of it or none. */
async function writeUnsealed(out: string, judgement: Judgement): Promise<void> {
  const target = resolve(out);
  await mkdir(dirname(target), { recursive: true });
  const partial = await mkdtemp(join(dirname(target), '.assay-partial-'));
  try {
    const files = [...renderFiles(judgement), { path: 'report.pdf', bytes: await renderReport(judgement) }];
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(partial, path)), { recursive: true });
      await writeFile(join(partial, path), bytes);
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
