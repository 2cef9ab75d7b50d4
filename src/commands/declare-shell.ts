import { type Declare, examples } from './declare.ts';

/** What makes the command line itself comfortable. */
export const declareShell: Declare = (root, run) => {
  root
    .command('completion')
    .description('print completions for a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', examples(['assay completion bash > ~/.local/share/bash-completion/completions/assay']))
    .action(run(async (shell: string) => (await import('./completion.ts')).completion(shell, root)));
};
