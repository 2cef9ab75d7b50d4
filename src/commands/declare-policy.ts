import { type Declare, examples } from './declare.ts';

/** Commands for people who write policies. */
export const declarePolicy: Declare = (root, run) => {
  const policy = root.command('policy').description('list, show, start, test and lint policies');
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
  policy
    .command('list')
    .description('one line a policy')
    .option('--policies <dir>', 'policies to list (default: those that come with assay)')
    .option('--json', 'print as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay policy list', 'assay policy list --policies my-policies --json']))
    .action(run(async (options) => (await import('./policy-show.ts')).policyList(options)));
  policy
    .command('show')
    .description('a policy whole: query, expectation, parameters, repair; with --bundle also what it last said')
    .argument('<id>', 'policy id')
    .option('--policies <dir>', 'where the policy stands (default: those that come with assay)')
    .option('--bundle <dir>', 'show what it said of the estate in this bundle')
    .option('--json', 'print as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples(['assay policy show st-private', 'assay policy show st-private --bundle assay-bundle']),
    )
    .action(run(async (id, options) => (await import('./policy-show.ts')).policyShow(id, options)));
  policy
    .command('new')
    .description('write a policy that works, to be changed')
    .argument('<id>', 'id and file name, for example st-versioning')
    .requiredOption('--topic <topic>', 'what it is about, for example st.versioning')
    .requiredOption('--subject <type>', 'lower-case resource type that one row is about')
    .option('--property <path>', 'path below properties that is judged', 'publicNetworkAccess')
    .option('--severity <severity>', 'critical, high, medium, low or info', 'medium')
    .option('-o, --output <dir>', 'folder of policies', 'policies')
    .option('--json', 'print the name of the file as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay policy new st-public --topic st.public-access --subject microsoft.storage/storageaccounts --property publicNetworkAccess --output my-policies',
      ]),
    )
    .action(run(async (id, options) => (await import('./policy-new.ts')).policyNew(id, options)));
};
