import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { assay } from './assay.ts';

const complete = (script: string, words: readonly string[]): readonly string[] => {
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const probe = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _assay; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync('bash', ['-c', probe], { encoding: 'utf8' }).stdout.trim().split('\n');
};

describe('assay completion', () => {
  it.each([
    [['assay', 'ver'], ['verify']],
    [['assay', 'scan', '--fail'], ['--fail-on']],
    [
      ['assay', 'policy', 'l'],
      ['lint', 'list'],
    ],
    [['assay', 'policy', 'test', '--no'], ['--no-mutate']],
    [['assay', 'scan', '--output', 'verify', '--sk'], ['--skip']],
  ])('bash completes %j to %j', async (words, expected) => {
    const { stdout } = await assay(['completion', 'bash']);
    expect(complete(stdout, words).toSorted()).toEqual(expected);
  });

  it('knows zsh and fish, and refuses what it does not know', async () => {
    expect((await assay(['completion', 'zsh'])).stdout).toMatch(/bashcompinit/);
    expect((await assay(['completion', 'fish'])).stdout).toMatch(/__fish_seen_subcommand_from scan' -l fail-on/);
    expect(await assay(['completion', 'tcsh'])).toMatchObject({ status: 2, stdout: '' });
  });
});
