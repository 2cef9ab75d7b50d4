import { InvalidArgumentError, Option } from 'commander';
import { type Declare, examples } from './declare.ts';
import { withProfile } from './declare-report.ts';
import { typedOptions, withAzure, withInputs, withOutcome, withSigner } from './options.ts';

/** The whole way and each of its stages. What a command needs is loaded when it runs. */
export const declareStages: Declare = (root, run) => {
  withProfile(withSigner(withAzure(withOutcome(withInputs(root.command('scan'))))))
    .description('collect, judge, plan and seal a bundle: the whole way')
    .option('-o, --output <dir>', 'bundle to write; must not exist (default: assay-bundle, numbered)')
    .option('--snapshot <dir>', 'judge and seal this snapshot instead of collecting')
    .addHelpText(
      'after',
      examples([
        'assay scan --estate fixtures/estates/engram',
        'assay scan --subscription <id> --sign-key key.pem --sign-cert cert.pem',
        'assay scan --snapshot assay-snapshot --now 2026-11-20T02:00:00Z',
      ]),
    )
    .action(run(async (options) => (await import('./scan.ts')).scan(options)));

  withAzure(withInputs(root.command('collect')))
    .description('read the estate into a snapshot, no more')
    .option('-o, --output <dir>', 'snapshot to write; must not exist (default: assay-snapshot, numbered)')
    .option('--json', "print the snapshot's header as JSON")
    .option('-q, --quiet', 'no progress on stderr')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay collect --subscription <id> --output snapshot',
        'assay collect --estate fixtures/estates/engram',
      ]),
    )
    .action(run(async (options) => (await import('./collect.ts')).collect(options)));

  withProfile(withOutcome(withInputs(root.command('evaluate'))))
    .description('judge a snapshot that exists')
    .argument('<snapshot>', 'snapshot folder')
    .option('-o, --output <dir>', 'write every result there, unsealed; must not exist')
    .addHelpText(
      'after',
      examples(['assay evaluate assay-snapshot', 'assay evaluate assay-snapshot --policy st-private --json']),
    )
    .action(run(async (folder, options) => (await import('./evaluate.ts')).evaluate(folder, options)));

  withInputs(root.command('plan'))
    .description('print the remediation plan of a bundle or a snapshot')
    .argument('<folder>', 'bundle or snapshot folder')
    .addOption(new Option('-f, --format <format>', 'how to print it').choices(['md', 'csv', 'json']).default('md'))
    .option('--json', 'the same as --format json')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay plan assay-bundle', 'assay plan assay-snapshot --format csv']))
    .action(
      run(async (folder, options, command) =>
        (await import('./plan.ts')).plan(folder, { ...options, ...typedOptions(command) }),
      ),
    );

  root
    .command('verify')
    .description('check a bundle: every hash, signatures, trust, and the same verdicts when judged again')
    .argument('<bundle>', 'bundle folder')
    .option('--trust <file...>', 'PEM of certificate authorities that you trust, from outside the bundle')
    .option('--skip-reperform', 'check bytes and signatures only')
    .option('--json', 'print the outcome as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay verify assay-bundle', 'assay verify assay-bundle --trust company-ca.pem']))
    .action(run(async (folder, options) => (await import('./verify.ts')).verify(folder, options)));

  root
    .command('emulate')
    .description('serve a fixture estate as Azure would, over HTTPS on this machine')
    .requiredOption('--estate <dir>', 'estate folder')
    .addOption(new Option('--port <number>', 'port (default: any that is free)').argParser(port))
    .option('--fault <rule...>', 'METHOD GLOB:FAULT[xN]; FAULT is a status, reset, badjson, truncated or quota')
    .option('--log', 'print each request on stderr')
    .option('--json', 'print address, sign-in and subscriptions as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay emulate --estate fixtures/estates/engram --port 8443',
        "assay emulate --estate fixtures/estates/clean --fault 'GET **/managementPolicies/default:403'",
      ]),
    )
    .action(run(async (options) => (await import('./emulate.ts')).emulate(options)));
};

function port(value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number <= 65_535)) throw new InvalidArgumentError('Write a number from 0 to 65535; 0 takes any that is free.');
  return number;
}
