import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { requireTool } from './debian-tool.ts';

// Every command that a page shows is run, in order, in a folder of its own that looks like a fresh clone.
const root = process.cwd();
const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Lines of the ```sh blocks; a line with `<…>` wants something only the reader has, and `npm ci` has just been run. */
const commandsOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line.trim() !== '' && !/<[a-z ]+>/.test(line) && line !== 'npm ci');

const homes: string[] = [];
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

function cloneLike(): string {
  const home = mkdtempSync(join(tmpdir(), 'assay-docs-'));
  homes.push(home);
  for (const name of readdirSync(root))
    if (!/^(\.git|assay-)/.test(name)) symlinkSync(join(root, name), join(home, name));
  return home;
}

describe.each(pages.filter((page) => commandsOf(page).length > 0))('%s', (page) => {
  it('shows commands that run as they stand', () => {
    requireTool('openssl', 'openssl');
    const script = ['set -euo pipefail', ...commandsOf(page)].join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: cloneLike(),
      encoding: 'utf8',
      timeout: 110_000,
    });
    expect(status, `${script}\n--\n${stdout}\n--\n${stderr}`).toBe(0);
  });
});

it('the README imports the library as it says', () => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  // Without a declaration what is judged by environment is unknown; nothing else is there to be judged.
  const checked = `${code}\nif (findings.some(({ status }) => status !== 'unknown') || rows[0][0] !== 2) throw new Error('not as shown');`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', checked], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});
