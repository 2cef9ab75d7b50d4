import { type Declare, examples } from './declare.ts';

/** Statements of people on control items. */
export const declareAttest: Declare = (root, run) => {
  const attest = root.command('attest').description('write the blank form of a statement');
  attest
    .command('new')
    .description('a blank statement on a control item, with its question, its term and the hashes of its evidence')
    .argument('<item>', 'AI-SEC-01.4, or a subcategory ("GOVERN 1.1")')
    .option('--environment <name>', 'environment it speaks of (repeatable)', (name: string, all?: string[]) => [
      ...(all ?? []),
      name,
    ])
    .option('--evidence <file>', 'file to attach by name and hash (repeatable)', (file: string, all?: string[]) => [
      ...(all ?? []),
      file,
    ])
    .option('--id <id>', 'id and file name (default: A-, the day and the item)')
    .option('--controls <dir>', 'controls that have the item (default: those that come with assay)')
    .option('-o, --output <dir>', 'folder of attestations (default: stdout)')
    .option('--json', 'print the name of the file, or the form, as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay attest new AI-SEC-01.4',
        'assay attest new AI-SEC-01.4 --environment prod --output attestations --evidence attestations/evidence/rotation.log',
      ]),
    )
    .action(run(async (item, options) => (await import('./attest-new.ts')).attestNew(item, options)));
};
