#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { type Declare, examples, type Run } from './commands/declare.ts';
import { declareAttest } from './commands/declare-attest.ts';
import { declareControl } from './commands/declare-control.ts';
import { declareDoctor } from './commands/declare-doctor.ts';
import { declarePolicy } from './commands/declare-policy.ts';
import { declareQuery } from './commands/declare-query.ts';
import { declareReport } from './commands/declare-report.ts';
import { declareShell } from './commands/declare-shell.ts';
import { declareSize } from './commands/declare-size.ts';
import { declareStages } from './commands/declare-stages.ts';
import { declareWorkload } from './commands/declare-workload.ts';
import { EXIT } from './commands/exit.ts';
import { tellError } from './commands/say-errors.ts';

const declarations: readonly Declare[] = [
  declareStages,
  declareReport,
  declareQuery,
  declareSize,
  declarePolicy,
  declareControl,
  declareWorkload,
  declareAttest,
  declareDoctor,
  declareShell,
];

// A reader that has seen enough (`| head`) closes the pipe. The work goes on, and its exit code is what counts.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

process.exitCode = await main();

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

/** `--help` loads no more than this: what a command needs is imported when it runs. */
function program(exitWith: (code: number) => void): Command {
  const root = new Command('assay')
    .description('Reads an Azure estate, judges it by policies and controls, and seals the proof.')
    .version(version())
    .showHelpAfterError('(assay --help shows how)')
    .addHelpText('after', examples(['assay scan --estate fixtures/estates/engram', 'assay verify assay-bundle']))
    .exitOverride();
  const run: Run =
    (work) =>
    async (...args) =>
      exitWith(await work(...args));
  for (const declare of declarations) declare(root, run);
  return root;
}

function version(): string {
  const text = readFileSync(resolve(import.meta.dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
