import { InvalidArgumentError, Option } from 'commander';
import { type Declare, examples } from './declare.ts';

/** What a load needs: calculators over dated tables. */
export const declareSize: Declare = (root, run) => {
  const size = root
    .command('size')
    .description('what a load needs: compute and disk of PostgreSQL, tiers of Blob Storage');
  size
    .command('postgres')
    .description('compute and disk for a load, or for every environment of the declaration')
    .option('-c, --config <file>', 'workload declaration (default: assay.yaml)')
    .addOption(
      new Option('--class <class>', 'class of environment').choices(['dev', 'test', 'uat', 'prod']).default('prod'),
    )
    .addOption(amount('--vectors <n>', 'vectors held'))
    .addOption(amount('--connections <n>', 'active connections'))
    .addOption(amount('--dims <n>', 'dimensions of a vector (default: 1536)'))
    .option('--halfvec', 'two bytes a dimension instead of four')
    .addOption(amount('--data-gb <n>', 'GB of data: sizes the disk too'))
    .addOption(amount('--growth-gb <n>', 'GB that 30 days add'))
    .option('--as-documented', "what the strategy's own calculator returns, faults included")
    .option('--json', 'print as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay size postgres --vectors 1000000 --connections 200 --data-gb 120',
        'assay size postgres --config fixtures/estates/engram/assay.yaml',
      ]),
    )
    .action(run(async (options) => (await import('./size.ts')).sizePostgresCommand(options)));
  size
    .command('blob')
    .description('amount, tiers and capacity cost of a record plane, or of every environment of the declaration')
    .option('-c, --config <file>', 'workload declaration (default: assay.yaml)')
    .addOption(amount('--documents <n>', 'documents a month'))
    .addOption(amount('--avg-mb <n>', 'MB a document'))
    .addOption(amount('--retention-days <n>', 'days kept'))
    .addOption(new Option('--access <pattern>', 'how often they are read').choices(['frequent', 'moderate', 'rare']))
    .addOption(new Option('--redundancy <kind>', 'copies').choices(['LRS', 'ZRS', 'GRS']).default('LRS'))
    .option('--json', 'print as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay size blob --documents 20000 --avg-mb 2.5 --retention-days 2557 --redundancy GRS',
        'assay size blob --config fixtures/estates/engram/assay.yaml',
      ]),
    )
    .action(run(async (options) => (await import('./size.ts')).sizeBlobCommand(options)));
};

const amount = (flags: string, text: string): Option =>
  new Option(flags, text).argParser((value) => {
    const number = Number(value);
    if (!Number.isFinite(number) || number < 0 || value.trim() === '')
      throw new InvalidArgumentError('Write a number that is not negative, for example 1000000.');
    return number;
  });
