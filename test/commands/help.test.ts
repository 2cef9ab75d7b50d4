import { expect, it } from 'vitest';
import { assay } from './assay.ts';

/** Every command that does something, with its help: one run for each. */
async function leaves(path: readonly string[] = []): Promise<readonly (readonly [string, string])[]> {
  const { stdout } = await assay([...path, '--help']);
  const listed = stdout.split('\nCommands:\n')[1];
  if (listed === undefined) return [[path.join(' '), stdout]];
  const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const found: (readonly [string, string])[] = [];
  for (const name of names) if (name !== 'help' && name !== 'assay') found.push(...(await leaves([...path, name])));
  return found;
}

it('every command has an example, and prints JSON where it prints data', async () => {
  const commands = await leaves();
  expect(commands.length).toBeGreaterThan(12);
  for (const [name, help] of commands) {
    expect(help, name).toMatch(/Examples:\n {2}assay /);
    // A completion script is for a shell to read.
    if (!name.startsWith('completion')) expect(help, name).toMatch(/^ {2}--json /m);
  }
});
