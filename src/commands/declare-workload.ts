import { type Declare, examples } from './declare.ts';
import { withJudged } from './declare-control.ts';
import { typedOptions } from './options.ts';

/** What the declaration makes of a resource. */
export const declareWorkload: Declare = (root, run) => {
  const workload = root.command('workload').description('explain the workload declaration (assay.yaml)');
  withJudged(workload.command('explain'))
    .description('which environment and class a resource has, why, and which parameters each policy then has')
    .argument('<resource>', 'resource id; or a name, with --bundle or --snapshot')
    .addHelpText(
      'after',
      examples([
        'assay workload explain engram-prod-pg --bundle assay-bundle',
        'assay workload explain /subscriptions/<id>/resourceGroups/rg-dev --config assay.yaml',
      ]),
    )
    .action(
      run(async (resource, options, command) =>
        (await import('./workload-explain.ts')).workloadExplain(resource, { ...options, ...typedOptions(command) }),
      ),
    );
};
