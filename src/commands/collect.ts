import { collectEstate } from './collect-estate.ts';
import { EXIT } from './exit.ts';
import type { AzureOptions, InputOptions } from './options.ts';
import { outputFolder } from './output-folder.ts';
import { printLines, printText } from './print.ts';
import { openProgress } from './progress.ts';
import { readInputs } from './read-inputs.ts';
import { selectedPolicies } from './select.ts';

export interface CollectOptions extends InputOptions, AzureOptions {
  readonly output?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Reads the estate and writes the snapshot, no more. Exit 3 where something that was asked for could not be read. */
export async function collect(options: CollectOptions): Promise<number> {
  const out = outputFolder(options.output, 'assay-snapshot');
  const inputs = await readInputs({ ...options, base: options.estate ?? '.' });
  const selected = selectedPolicies(inputs, options);
  const policies = inputs.policies.filter(({ metadata }) => selected === null || selected.includes(metadata.id));
  const progress = await openProgress(options);
  try {
    await collectEstate(options, { policies, workload: inputs.workload }, out, progress);
  } finally {
    progress.done();
  }
  const { openSnapshot } = await import('../snapshot/read.ts');
  const { header } = openSnapshot(out);
  if (options.json === true) printText(`${JSON.stringify(header, null, 2)}\n`);
  else printLines(headerLines(out, header));
  return header.errors.length > 0 ? EXIT.incomplete : EXIT.clean;
}

function headerLines(out: string, header: import('../snapshot/snapshot.ts').SnapshotHeader): readonly string[] {
  return [
    `snapshot ${out}  as of ${header.asOf.slice(0, 19)}Z`,
    ...header.tables.map(
      ({ name, rows, complete }) =>
        `  ${name.padEnd(22)}${String(rows).padStart(7)} rows${complete ? '' : '  incomplete'}`,
    ),
    ...header.errors.map(
      ({ read, resourceId, scope, status, code }) =>
        `  not read: ${read} of ${resourceId ?? scope} (${status} ${code})`,
    ),
  ];
}
