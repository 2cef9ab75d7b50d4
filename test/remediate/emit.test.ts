import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicyRemediation } from '../../src/policy/policy.schema.ts';
import { planMarkdown } from '../../src/remediate/emit-markdown.ts';
import { scriptName, stepScript, stepScripts } from '../../src/remediate/emit-script.ts';
import { code, fenced, prose } from '../../src/remediate/markdown-text.ts';
import { plan } from '../../src/remediate/plan.ts';
import type { Step } from '../../src/remediate/step.ts';
import { accountId, fail, hostileValues, policy, stepOf } from './build.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emit-'));
  const fake =
    '#!/bin/bash\nprintf "%s\\n" "$#" "$@"\nfor one in "$@"; do [ -f "$one" ] && cat -- "$one"; done\ntrue\n';
  writeFileSync(join(folder, 'az'), fake, { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scriptOf = (step: Step): string => {
  const text = stepScript(step);
  if (text === null) throw new Error('the step has no script');
  return text;
};

function run(script: string) {
  const path = join(folder, 'step.sh');
  writeFileSync(path, script);
  return spawnSync('bash', [path], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, LC_ALL: 'C', TMPDIR: folder },
  });
}

const hostileStep = (value: string, remediation: Partial<PolicyRemediation> = {}): Step =>
  stepOf(
    {
      az: ['az one --name {v} --value rules.json'],
      files: { 'rules.json': '{"v":"{v}"}\n' },
      text: 'About {v}.',
      willBreak: 'It breaks {v}.',
      verify: 'az two --name {v}',
      ...remediation,
    },
    {
      facts: { v: value },
      name: value,
      environment: value,
      title: `Title ${value}`,
      resource: `${accountId('x')}${value}`,
    },
  );

describe('a script', () => {
  test.each(hostileValues)('does what it says and nothing else with %j', (value) => {
    const { status, stdout, stderr } = run(scriptOf(hostileStep(value)));
    expect(stderr).toMatch(/^Files of this step: .*\n$/);
    expect(status).toBe(0);
    const file = `${JSON.stringify({ v: value })}\n`;
    expect(stdout).toBe(`5\none\n--name\n${value}\n--value\nrules.json\n${file}3\ntwo\n--name\n${value}\n`);
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
    expect(existsSync(join(folder, 'rules.json'))).toBe(false);
  });

  test.each(hostileValues)('with commands held back runs nothing with %j and is no success', (value) => {
    const { status, stdout, stderr } = run(scriptOf(hostileStep(value, { approval: 'customer' })));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('Nothing was changed: the customer has not approved it.\n');
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
  });

  test('runs its commands once the comment marks are taken away as it says', () => {
    const held = scriptOf(hostileStep("a'b\nc", { approval: 'customer' }));
    const [before = '', after = ''] = held.split(/^exit 1$/m);
    const free = before.replace(/^printf .*$/m, '') + after.replaceAll(/^# az/gm, 'az');
    expect(run(free)).toMatchObject({ status: 0, stdout: expect.stringContaining("--name\na'b\nc\n") });
  });

  test('keeps every line of a command of several lines in the comment', () => {
    const step = stepOf({ az: ['az one \\\n  --name {name}\ntouch hacked'], approval: 'customer' });
    expect(run(scriptOf(step)).status).toBe(1);
    expect(scriptOf(step)).toContain('\n# touch hacked\n');
  });

  test('stops at the first command that fails', () => {
    const step = stepOf({ az: ['false', 'az never'] });
    expect(run(scriptOf(step))).toMatchObject({ status: 1, stdout: '' });
  });

  test.each<[string, Step, RegExp]>([
    ['a value is unknown', stepOf({ az: ['az x {gap}'] }, { facts: { gap: null } }), /unknown values: gap/],
    ['the finding is waived', { ...stepOf({}), waivedBy: 'W-1' }, /waived by W-1/],
  ])('holds its commands back where %s', (_, step, why) => {
    expect(run(scriptOf(step))).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(why) });
  });

  test('keeps what a command saved, and tells where', () => {
    const step = stepOf({ az: ['az before > before.json'] });
    const { stderr } = run(scriptOf(step));
    const kept = /^Files of this step: (.*)\n$/.exec(stderr)?.[1] ?? '';
    expect(readFileSync(join(kept, 'before.json'), 'utf8')).toBe('1\nbefore\n');
  });

  test('writes a file that holds the end mark of a here-document as it is', () => {
    const content = 'END_OF_FILE\n$(touch hacked)\nEND_OF_FILE_\n';
    const step = stepOf({ files: { 'a.txt': content }, az: ['az one a.txt'] });
    expect(run(scriptOf(step)).stdout).toBe(`2\none\na.txt\n${content}`);
  });

  test('has a name that is one safe path, in the order of the plan', () => {
    const findings = ['../../etc/passwd', 'a b;c', 'ok'].map((name) => ({
      finding: fail({ name, resource: accountId(name) }),
    }));
    const its = plan({ findings, policies: [policy('st-lifecycle')], workload: null });
    const paths = stepScripts(its).map(({ path }) => path);
    expect(paths).toEqual(its.steps.map((step) => scriptName(step, its)));
    for (const path of paths) expect(path).toMatch(/^plan\/00[123]-st-lifecycle-[A-Za-z0-9._-]+\.sh$/);
    expect(new Set(paths).size).toBe(3);
  });

  test('is none where there are no commands', () => {
    const its = plan({ findings: [{ finding: fail() }], policies: [], workload: null });
    expect(stepScripts(its)).toEqual([]);
  });

  test('is well formed for bash whatever the step', () => {
    for (const value of hostileValues) execFileSync('bash', ['-n'], { input: scriptOf(hostileStep(value)) });
  });
});

describe('plan.md', () => {
  const markdown = (steps: readonly Step[]) =>
    planMarkdown({ steps, counts: { steps: steps.length, waived: 0, approval: 0, incomplete: 0, 'online-patch': 1 } });

  test('says that nothing is to be repaired where nothing fails', () => {
    expect(planMarkdown(plan({ findings: [], policies: [], workload: null }))).toContain('Nothing fails');
  });

  test('groups by activity, and has each step once with commands, owner, approval and what will break', () => {
    const pack = [
      policy('st-lifecycle', { willBreak: 'nothing known', verify: 'az v --name {name}' }),
      policy('kv-keys', { az: ['az keyvault key show --name {name}'] }),
    ];
    const findings = [fail(), fail({ policy: 'kv-keys', activity: 'encryption-setup' })].map((finding) => ({
      finding,
    }));
    const text = planMarkdown(plan({ findings, policies: pack, workload: null }));
    expect(text.match(/^## .*$/gm)).toEqual(['## Lifecycle configuration', '## Encryption setup']);
    expect(text.match(/^### .*$/gm)).toHaveLength(2);
    expect(text).toContain('```bash\naz storage account show --name stprod\n```');
    expect(text).toContain('**Will break:** nothing known');
    expect(text).toContain('**the customer must approve before it starts**');
    expect(text).toContain('REQ-145. Done by: Security Engineer. The customer gives: key management.');
    expect(text).toContain('Steps, one for each failing finding: 2 (2 online-patch).');
  });

  test.each(hostileValues)('keeps the structure of the page with %j', (value) => {
    const plain = markdown([hostileStep('plain')]);
    const text = markdown([hostileStep(value)]);
    const shape = (page: string) =>
      page.split('\n').map((line) => /^(#+ |- \*?\*?|\| |`{3,}|$)/.exec(line)?.[0] ?? 'text');
    expect(shape(text)).toEqual(shape(plain));
  });

  test.each<[string, string]>([
    ['a heading', '\n# owned'],
    ['a fence', '\n```\n# owned'],
    ['a table cell', 'a | b'],
    ['a link', '[x](javascript:alert(1))'],
    ['markup', '<script>alert(1)</script>'],
    ['an image', '![x](https://attacker.example/x.png)'],
    ['a mention', '@everyone'],
    ['a bare address', 'https://attacker.example www.attacker.example'],
    ['backticks', '``` `` `'],
  ])('gives %s in a name no meaning', (_, value) => {
    const text = markdown([hostileStep(value)]);
    const outside = text.replace(/^(`{3,}).*\n(?:.*\n)*?\1$/gm, '').replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(outside).not.toMatch(/^# owned|<script|(?<!\\)\]\(|@everyone|(?<!\\):\/\/|www\.attacker/m);
    const rows = text.split('\n').filter((line) => line.startsWith('| 1 '));
    expect(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).toEqual([10]);
  });
});

describe('text for Markdown', () => {
  test('a code span is longer than the backticks in it', () => {
    expect([code('a'), code('a`b'), code('``'), code('')]).toEqual(['`a`', '``a`b``', '``` `` ```', '`  `']);
  });

  test('a fence is longer than the backticks in it', () => {
    expect(fenced('bash', ['a ```` b', 'c\nd'])).toEqual(['`````bash', 'a ```` b', 'c', 'd', '`````']);
  });

  test('prose shows what would be hidden', () => {
    expect(prose('a\u202eb\u001bc\nd')).toBe('a&lt;U+202E&gt;b&lt;U+001B&gt;c&lt;U+000A&gt;d');
  });
});
