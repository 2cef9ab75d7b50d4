import type { Command } from 'commander';

/** Wraps a command's work so that what it returns becomes the exit code. */
export type Run = <A extends unknown[]>(work: (...args: A) => Promise<number>) => (...args: A) => Promise<void>;

/** Adds commands to the program: names, options, help; the work itself is imported when it is asked for. */
export type Declare = (root: Command, run: Run) => void;

/** Examples below a help text: lines that can be pasted. */
export const examples = (lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
