import { type Command, InvalidArgumentError } from 'commander';
import { type Declare, examples } from './declare.ts';
import { typedOptions, withInputs } from './options.ts';

/** Reports by profile, of what was judged already. */
export const declareReport: Declare = (root, run) => {
  withInputs(withProfile(root.command('report')))
    .description('write a report of a bundle or a snapshot: nightly, auditor, gap, or a profile of your own')
    .argument('<folder>', 'bundle or snapshot folder')
    .option('-f, --format <format>', 'pdf, md or csv (repeatable; default: pdf)', format)
    .option('-o, --output <path>', 'folder, or a file for one pdf or md; must not exist (md alone: stdout)')
    .option('--previous <bundle>', 'an earlier bundle: say what changed since')
    .option('--json', 'print the names of the files as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay report assay-bundle --profile gap --output gap.pdf',
        'assay report assay-bundle --profile nightly --format md --previous last-night',
        'assay report assay-bundle --profile auditor --format pdf --format csv --output audit',
      ]),
    )
    .action(
      run(async (folder, options, command) =>
        (await import('./report.ts')).report(folder, { ...options, ...typedOptions(command) }),
      ),
    );
};

/** Which report is made. */
export const withProfile = (command: Command): Command =>
  command.option('--profile <name>', 'nightly, auditor, gap, or a profile file (default: auditor)');

const formats: readonly string[] = ['pdf', 'md', 'csv'];

function format(value: string, all: readonly string[] | undefined): readonly string[] {
  if (!formats.includes(value)) throw new InvalidArgumentError(`Write one of: ${formats.join(', ')}.`);
  return [...(all ?? []), value];
}
