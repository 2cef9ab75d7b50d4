import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Severity, severities } from '../policy/severity.ts';

export interface InputOptions {
  readonly config?: string;
  readonly policies?: string;
  readonly controls?: string;
  readonly waivers?: string;
  readonly attestations?: string;
  readonly policy?: readonly string[];
  readonly skip?: readonly string[];
  readonly now?: string;
  /** Names of the options that stand on the command line; those of the environment are not among them. */
  readonly typed?: readonly string[];
}

/** What a person typed, apart from what the environment and the defaults say. */
export const typedOptions = (command: Command): { readonly typed: readonly string[] } => ({
  typed: command.options
    .map((one) => one.attributeName())
    .filter((name) => command.getOptionValueSource(name) === 'cli'),
});

export interface JudgeOptions extends InputOptions {
  readonly failOn: Severity;
  readonly exitZero?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export interface AzureOptions {
  readonly subscription?: readonly string[];
  readonly estate?: string;
  readonly fault?: readonly string[];
  readonly endpoint?: string;
  readonly authorityHost?: string;
  readonly caFile?: string;
}

export interface SignOptions {
  readonly signKey?: string;
  readonly signCert?: string;
}

const more = (value: string, all: readonly string[] | undefined): readonly string[] => [...(all ?? []), value];

const option = (flags: string, text: string, env?: string): Option => {
  const made = new Option(flags, text);
  return env === undefined ? made : made.env(env);
};

const many = (flags: string, text: string, env?: string): Option => option(flags, text, env).argParser(more);

const clock = (text: string): Option => option('--now <time>', text, 'ASSAY_NOW').argParser(moment);

/** The files that a judgement depends on. */
export const withInputs = (command: Command): Command =>
  command
    .addOption(
      option('-c, --config <file>', 'workload declaration (default: assay.yaml where it exists)', 'ASSAY_CONFIG'),
    )
    .addOption(
      option('--policies <dir>', 'policies to judge by (default: those that come with assay)', 'ASSAY_POLICIES'),
    )
    .addOption(option('--controls <dir>', 'controls to roll up into', 'ASSAY_CONTROLS'))
    .addOption(option('--waivers <dir>', 'waivers (default: waivers/ beside the declaration)', 'ASSAY_WAIVERS'))
    .addOption(option('--attestations <dir>', 'attestations (default: attestations/ beside it)', 'ASSAY_ATTESTATIONS'))
    .addOption(many('-p, --policy <id>', 'judge by this policy only (repeatable)'))
    .addOption(many('--skip <id>', 'leave this policy out (repeatable)'))
    .addOption(clock("judge at this moment instead of the snapshot's own (ISO 8601)"));

/** The clock of a query alone. */
export const withMoment = (command: Command): Command =>
  command.addOption(clock("now() is this moment instead of the snapshot's own (ISO 8601)"));

/** What decides the exit code and what is printed. */
export const withOutcome = (command: Command): Command =>
  command
    .addOption(
      option('--fail-on <severity>', 'lowest severity that ends with exit 1', 'ASSAY_FAIL_ON')
        .choices(severities)
        .default('low'),
    )
    .option('--exit-zero', 'end with 0 whatever was found (other exits stay)')
    .option('--json', 'print the results as JSON on stdout')
    .option('-q, --quiet', 'no progress on stderr')
    .option('--debug', 'show stack traces');

/** Where to read from. */
export const withAzure = (command: Command): Command =>
  command
    .addOption(many('-s, --subscription <id>', 'subscription to read (repeatable)', 'ASSAY_SUBSCRIPTION'))
    .addOption(option('--estate <dir>', 'read this fixture estate through a local emulator instead of Azure'))
    .addOption(
      many(
        '--fault <rule>',
        'with --estate: METHOD GLOB:FAULT[xN], for example "GET **/managementPolicies/default:403"',
      ),
    )
    .addOption(option('--endpoint <url>', 'Azure Resource Manager (sovereign cloud, emulator)', 'ASSAY_ENDPOINT'))
    .addOption(option('--authority-host <url>', 'Entra sign-in', 'AZURE_AUTHORITY_HOST'))
    .addOption(option('--ca-file <file>', 'PEM of a further certificate authority to trust', 'ASSAY_CA_FILE'));

/** The key that seals. */
export const withSigner = (command: Command): Command =>
  command
    .addOption(option('--sign-key <file>', 'private key, PEM (passphrase in ASSAY_SIGN_PASSPHRASE)', 'ASSAY_SIGN_KEY'))
    .addOption(option('--sign-cert <file>', 'its certificate, then the issuers, PEM', 'ASSAY_SIGN_CERT'));

function moment(value: string): string {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('Write a UTC time, for example 2026-11-20T02:00:00Z.');
  return new Date(time).toISOString().replace(/\.(\d{3})Z$/, '.$10000Z');
}
