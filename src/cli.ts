#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { EXIT } from './commands/exit.ts';
import { withAzure, withInputs, withOutcome, withSigner } from './commands/options.ts';
import { tellError } from './commands/say-errors.ts';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};

/** Everything that a command needs is loaded when it runs: `--help` loads nothing heavy. */
function program(exitWith: (code: number) => void): Command {
  const root = new Command('assay')
    .description('Reads an Azure estate, judges it by policies and controls, and seals the proof.')
    .version(version)
    .showHelpAfterError('(assay --help shows how)')
    .exitOverride();
  const run =
    <A extends unknown[]>(work: (...args: A) => Promise<number>) =>
    async (...args: A) =>
      exitWith(await work(...args));

  withSigner(withAzure(withOutcome(withInputs(root.command('scan')))))
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
    .action(run(async (options) => (await import('./commands/scan.ts')).scan(options)));

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
    .action(run(async (options) => (await import('./commands/collect.ts')).collect(options)));

  withOutcome(withInputs(root.command('evaluate')))
    .description('judge a snapshot that exists')
    .argument('<snapshot>', 'snapshot folder')
    .option('-o, --output <dir>', 'write every result there, unsealed; must not exist')
    .addHelpText(
      'after',
      examples(['assay evaluate assay-snapshot', 'assay evaluate assay-snapshot --policy st-private --json']),
    )
    .action(run(async (folder, options) => (await import('./commands/evaluate.ts')).evaluate(folder, options)));

  withInputs(root.command('plan'))
    .description('print the remediation plan of a bundle or a snapshot')
    .argument('<folder>', 'bundle or snapshot folder')
    .option('-f, --format <format>', 'md, csv or json', 'md')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay plan assay-bundle', 'assay plan assay-snapshot --format csv']))
    .action(run(async (folder, options) => (await import('./commands/plan.ts')).plan(folder, options)));

  root
    .command('verify')
    .description('check a bundle: every hash, signatures, trust, and the same verdicts when judged again')
    .argument('<bundle>', 'bundle folder')
    .option('--trust <file...>', 'PEM of certificate authorities that you trust, from outside the bundle')
    .option('--skip-reperform', 'check bytes and signatures only')
    .option('--json', 'print the outcome as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay verify assay-bundle', 'assay verify assay-bundle --trust company-ca.pem']))
    .action(run(async (folder, options) => (await import('./commands/verify.ts')).verify(folder, options)));

  root
    .command('emulate')
    .description('serve a fixture estate as Azure would, over HTTPS on this machine')
    .requiredOption('--estate <dir>', 'estate folder')
    .option('--port <number>', 'port (default: any that is free)', '0')
    .option('--fault <rule...>', 'METHOD GLOB:FAULT[xN]; FAULT is a status, reset, badjson, truncated or quota')
    .option('--log', 'print each request on stderr')
    .option('--debug', 'show stack traces')
    .addHelpText(
      'after',
      examples([
        'assay emulate --estate fixtures/estates/engram --port 8443',
        "assay emulate --estate fixtures/estates/clean --fault 'GET **/managementPolicies/default:403'",
      ]),
    )
    .action(run(async (options) => (await import('./commands/emulate.ts')).emulate(options)));

  policyCommands(root, run);
  return root;
}

type Run = <A extends unknown[]>(work: (...args: A) => Promise<number>) => (...args: A) => Promise<void>;

function policyCommands(root: Command, run: Run): void {
  const policy = root.command('policy').description('test and lint policies');
  policy
    .command('test')
    .description('run the tests inside policies, and the mutation check')
    .argument('[path]', 'policy file or folder (default: the policies that come with assay)')
    .option('--no-mutate', 'leave the mutation check out')
    .option('--json', 'print the results as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay policy test', 'assay policy test policies/storage/st-private.yaml']))
    .action(run(async (path, options) => (await import('./commands/policy.ts')).policyTest(path, options)));
  policy
    .command('lint')
    .description('check policies for what a schema cannot see')
    .argument('[path]', 'policy file or folder (default: the policies that come with assay)')
    .option('--json', 'print the notes as JSON')
    .option('--debug', 'show stack traces')
    .addHelpText('after', examples(['assay policy lint', 'assay policy lint my-policies']))
    .action(run(async (path, options) => (await import('./commands/policy.ts')).policyLint(path, options)));
}

const examples = (lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;

async function main(): Promise<number> {
  let code: number = EXIT.clean;
  try {
    await program((given) => {
      code = given;
    }).parseAsync(process.argv);
    return code;
  } catch (error) {
    // Commander has printed its own message already; asking for help or the version is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    const told = tellError(error, process.argv.includes('--debug'));
    process.stderr.write(`${told.text}\n`);
    return told.code;
  }
}

process.exitCode = await main();
