import { Option } from 'commander';
import { type Declare, examples } from './declare.ts';
import { withMoment } from './options.ts';

/** KQL on what was collected. */
export const declareQuery: Declare = (root, run) => {
  withMoment(root.command('query'))
    .description('run KQL on the rows of a bundle or a snapshot')
    .argument('<folder>', 'bundle or snapshot folder')
    .argument('[kql]', 'the query; left out or "-": from --file or standard input')
    .option('--file <file>', 'read the query from this file')
    .option('-c, --config <file>', "workload declaration for the table workload (default: the bundle's own)")
    .addOption(
      new Option('-f, --format <format>', 'how to print (default: table)').choices(['table', 'csv', 'json', 'ndjson']),
    )
    .option('--explain', 'say what it reads, its steps and whether Resource Graph can run it; do not run it')
    .option('--tables', 'list the tables and types that were collected')
    .option('--json', 'the same as --format json')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay query assay-bundle --tables',
        `assay query assay-bundle "resources | summarize count() by type | order by count_ desc"`,
        'assay query assay-bundle --file assay-bundle/queries/st-private.kql --format csv',
        `echo "childresources | where absent | project parentId, type" | assay query assay-bundle --format ndjson`,
      ]),
    )
    .action(run(async (folder, kql, options) => (await import('./query.ts')).query(folder, kql, options)));
};
