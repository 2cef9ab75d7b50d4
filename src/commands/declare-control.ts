import type { Command } from 'commander';
import { type Declare, examples } from './declare.ts';
import { typedOptions, withInputs } from './options.ts';

/** Controls, the framework's subcategories and the requirements: what they say, and how they stand. */
export const declareControl: Declare = (root, run) => {
  const control = root.command('control').description('list and explain controls, the framework and requirements');
  withJudged(control.command('list'))
    .description('every control and every subcategory of the framework, one line each')
    .addHelpText('after', examples(['assay control list', 'assay control list --bundle assay-bundle --json']))
    .action(
      run(async (options, command) =>
        (await import('./control-list.ts')).controlList({ ...options, ...typedOptions(command) }),
      ),
    );
  withJudged(control.command('show'))
    .description('a control item by item down to policies, findings, facts and statements; or one subcategory')
    .argument('<id>', 'AI-SEC-01, one of its items (AI-SEC-01.4), or a subcategory ("MEASURE 2.7", MS-2.7)')
    .addHelpText(
      'after',
      examples([
        'assay control show AI-SEC-01',
        'assay control show AI-SEC-01 --bundle assay-bundle',
        'assay control show "MEASURE 2.7" --snapshot assay-snapshot',
      ]),
    )
    .action(
      run(async (id, options, command) =>
        (await import('./control-show.ts')).controlShow(id, { ...options, ...typedOptions(command) }),
      ),
    );
  withJudged(control.command('requirements'))
    .description('every requirement: what serves it, how it stands, and which are open')
    .option('-f, --format <format>', 'text, csv or json', 'text')
    .addHelpText(
      'after',
      examples(['assay control requirements', 'assay control requirements --bundle assay-bundle --format csv']),
    )
    .action(
      run(async (options, command) =>
        (await import('./control-requirements.ts')).controlRequirements({ ...options, ...typedOptions(command) }),
      ),
    );
};

/** Definitions alone need neither; a bundle is judged by its own inputs. */
export const withJudged = (command: Command): Command =>
  withInputs(command)
    .option('--bundle <dir>', 'as it stands in this bundle, by its own inputs and clock')
    .option('--snapshot <dir>', 'as it stands in this snapshot')
    .option('--json', 'print as JSON')
    .option('--debug', 'show stack traces');
