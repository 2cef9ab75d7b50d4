import { outcomeOf } from './exit.ts';
import type { JudgeOptions } from './options.ts';
import { outputFolder, writeFolder } from './output-folder.ts';
import { printLines, printText } from './print.ts';
import { readInputs } from './read-inputs.ts';
import { renderFiles, renderReport } from './render.ts';
import { openProfile } from './report-profile.ts';
import { judgeFolder } from './scan.ts';
import { selectedPolicies } from './select.ts';
import { summaryLines } from './summary.ts';

export interface EvaluateOptions extends JudgeOptions {
  readonly output?: string;
  readonly profile?: string;
}

/** Judges a snapshot that exists. With --output everything is written, unsealed; without, only the summary is printed. */
export async function evaluate(folder: string, options: EvaluateOptions): Promise<number> {
  const out = options.output === undefined ? null : outputFolder(options.output, '');
  const profile = await openProfile(options.profile);
  const inputs = await readInputs({ ...options, base: '.' });
  const policies = selectedPolicies(inputs, options);
  const judgement = await judgeFolder(folder, inputs, { policies, now: options.now, signer: null, profile });
  if (out !== null)
    await writeFolder(out, [...renderFiles(judgement), { path: 'report.pdf', bytes: await renderReport(judgement) }]);
  const outcome = outcomeOf(judgement, options.failOn, options.exitZero === true);
  if (options.json === true)
    printText(renderFiles(judgement).find((file) => file.path === 'results.json')?.bytes ?? '');
  else printLines(summaryLines(judgement, outcome, out === null ? [] : [`written  ${out}  (not sealed)`]));
  return outcome.code;
}
