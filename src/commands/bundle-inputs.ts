import type { InputOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

const inputFlags: readonly (keyof InputOptions)[] = [
  'config',
  'policies',
  'controls',
  'waivers',
  'attestations',
  'policy',
  'skip',
  'now',
];

/**
 * A bundle is judged by what it holds. Flags that ask for something else are refused, since to pass over them would look
 * like obeying; the environment stands for every command and is passed over. Throws UsageError.
 */
export function refuseForeign(folder: string, { typed = [] }: Pick<InputOptions, 'typed'>): void {
  const foreign = inputFlags.filter((name) => typed.includes(name));
  if (foreign.length === 0) return;
  throw new UsageError(
    `${folder} is a bundle and brings its own inputs: --${foreign.join(', --')} cannot change them. Name its snapshot folder to judge it anew`,
  );
}
