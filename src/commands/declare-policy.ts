import { type Declare, examples } from './declare.ts';

/** Commands for people who write policies. */
export const declarePolicy: Declare = (root, run) => {
  const policy = root.command('policy').description('test and lint policies');
  policy
    .command('test')
    .description('run the tests inside policies, and the mutation check')
    .argument('[path]', 'policy file or folder (default: the policies that come with assay)')
    .option('--no-mutate', 'leave the mutation check out')
    .option('--json', 'print the results as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay policy test', 'assay policy test policies/storage/st-private.yaml']))
    .action(run(async (path, options) => (await import('./policy.ts')).policyTest(path, options)));
  policy
    .command('lint')
    .description('check policies for what a schema cannot see')
    .argument('[path]', 'policy file or folder (default: the policies that come with assay)')
    .option('--json', 'print the notes as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay policy lint', 'assay policy lint my-policies']))
    .action(run(async (path, options) => (await import('./policy.ts')).policyLint(path, options)));
};
