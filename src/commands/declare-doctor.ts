import { type Declare, examples } from './declare.ts';
import { withAzure } from './options.ts';

/** Whether a scan would work from here, and what it needs to be allowed. */
export const declareDoctor: Declare = (root, run) => {
  withAzure(root.command('doctor'))
    .description('say whether a scan would work from here: Node, sign-in, each subscription, permissions')
    .option('-c, --config <file>', 'workload declaration whose scopes are asked (default: assay.yaml where it exists)')
    .option('--policies <dir>', 'policies that a scan would judge by (default: those that come with assay)')
    .option('-p, --policy <id>', 'this policy only (repeatable)', (id: string, all?: string[]) => [...(all ?? []), id])
    .option('--role', 'print the custom role that allows exactly what these policies read; ask nothing')
    .option('--json', 'print as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay doctor --subscription <id>',
        'assay doctor --role --subscription <id> > role.json',
        'assay doctor --estate fixtures/estates/denied',
      ]),
    )
    .action(run(async (options) => (await import('./doctor.ts')).doctor(options)));
};
