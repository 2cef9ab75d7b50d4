import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlanError } from '../../src/remediate/errors.ts';
import { shellQuote } from '../../src/remediate/shell-quote.ts';
import { fillShell } from '../../src/remediate/shell-template.ts';
import { hostileValues } from './build.ts';

const dollar = '$';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shell-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a fake `az` gets as arguments when the line is run for real. */
function argumentsOf(line: string, shell = 'bash'): readonly string[] {
  const script = `az() { for one in "$@"; do printf '%s\\000' "$one"; done; }\n${line}\n`;
  const out = execFileSync(shell, ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { LC_ALL: 'C', HOME: '/home/x' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return out.split('\0').slice(0, -1);
}

const filled = (template: string, value: string): string => fillShell(template, () => ({ value })).text;

const hacked = (): boolean => existsSync(join(folder, 'hacked'));

describe('a value in a command line, run by a real shell', () => {
  test.each(hostileValues)('%j arrives as it is, in every kind of place', (value) => {
    const expected = (text: string) => text.replaceAll('{x}', value);
    for (const template of [
      'az one --name {x} --last end',
      'az one --name "{x}" --last end',
      "az one --name '{x}' --last end",
      'az one --query "[?name==\'{x}\']" --last end',
      'az one --name pre-{x}-{x} --last end',
    ]) {
      const line = filled(template, value);
      const plain = template
        .replace(/"(\[.*?\])"|"(.*?)"|'(.*?)'/, '$1$2$3')
        .split(' ')
        .slice(1);
      expect(argumentsOf(line)).toEqual(plain.map(expected));
    }
    expect(hacked()).toBe(false);
  });

  test.each(hostileValues)('%j arrives inside a command substitution in quotes', (value) => {
    const line = filled('az outer --scope "$(az inner --name {x} | tr \'\\0\' ,)"', value);
    expect(argumentsOf(line).slice(0, 2)).toEqual(['outer', '--scope']);
    expect(argumentsOf(line)[2]).toBe(`inner,--name,${value},`);
    expect(hacked()).toBe(false);
  });

  test('any text without NUL arrives as it is', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 0, maxLength: 12 })
      .filter((text) => !/[\0\p{Cs}]/u.test(text));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        expect(argumentsOf(`az ${values.map(shellQuote).join(' ')}`)).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });

  test('stays on one line, so that a comment or a Markdown fence holds it', () => {
    for (const value of hostileValues) expect(shellQuote(value)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  });

  test('in a shell without $-quotes is a wrong value and never a command', () => {
    for (const value of hostileValues) expect(argumentsOf(`az ${shellQuote(value)}`, 'sh')).toHaveLength(1);
    expect(hacked()).toBe(false);
  });

  test('is written bare where it is harmless', () => {
    expect(filled('az x --name {x}', 'kv-prod_1.a')).toBe('az x --name kv-prod_1.a');
    expect(filled('az x --ids {x}', '/subscriptions/3333/a')).toBe('az x --ids /subscriptions/3333/a');
    expect(filled('az x --name {x}', '')).toBe("az x --name ''");
  });
});

describe('values that az itself would read as something else', () => {
  const fill = (template: string, value: string) => fillShell(template, () => ({ value }));

  test.each(['--name {x}', '--name   {x}', '--name "{x}"', "--name '{x}'"])(
    'a leading hyphen after %s is joined to its option',
    (part) => {
      const { text, unresolved } = fill(`az x ${part} --last end`, '--yes $(touch hacked)');
      expect(unresolved).toEqual([]);
      expect(argumentsOf(text)).toEqual(['x', '--name=--yes $(touch hacked)', '--last', 'end']);
    },
  );

  test.each(['az x {x}', 'az x -n {x}', '{x}', 'az x "$(az y {x})"'])(
    'a leading hyphen in %s is left out and marked',
    (template) => {
      const { text, unresolved } = fill(template, '-rf');
      expect(unresolved).toEqual(['x']);
      expect(text).toContain('<value unusable: it begins with a hyphen>');
      expect(text).not.toContain('-rf');
    },
  );

  test('a hyphen inside a word is an ordinary character', () => {
    expect(fill('az x --tags a={x}', '-rf')).toEqual({
      text: 'az x --tags a=-rf'.replace('-rf', "'-rf'"),
      unresolved: [],
    });
  });

  test.each(['@/etc/passwd', '@-', 'key=@/etc/passwd', 'a\0b', '\ud800'])('%j is left out and marked', (value) => {
    const { text, unresolved } = fill('az x --value {x}', value);
    expect(unresolved).toEqual(['x']);
    expect(argumentsOf(text)[2]).toMatch(/^<value unusable: x /);
  });

  test('a gap is visible, quoted, and listed', () => {
    const { text, unresolved } = fillShell('az x --name {a} --key {b}', (name) => ({
      gap: `<value unknown: ${name}>`,
    }));
    expect(unresolved).toEqual(['a', 'b']);
    expect(argumentsOf(text)).toEqual(['x', '--name', '<value unknown: a>', '--key', '<value unknown: b>']);
  });
});

describe('places where no quoting holds are refused', () => {
  test.each([
    'az x `az y {x}`',
    "az x --a $'{x}'",
    'az x --a $((1 + {x}))',
    'az x --a $[{x}]',
    '(( {x} ))',
    `az x --a ${dollar}{{x}}`,
    `az x --a "${dollar}{a:-{x}}"`,
    `az x --a "${dollar}{a:-'}'}" --b {x}`,
    `az x --a "${dollar}{a:-$(b)}" --b {x}`,
    `az x --a ${dollar}{x}`,
    'az x --a \\{x}',
    'az x <<EOF\n{x}\nEOF',
  ])('%s', (template) => {
    let thrown: unknown;
    try {
      filled(template, 'value');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PlanError);
    expect(thrown).toMatchObject({ code: 'placeholder-not-quotable' });
  });

  test('a variable with a message for who forgets it is none of them', () => {
    const line = `az x --vault "$(az y --name "${dollar}{VAULT:?set VAULT}" --z {x})/${dollar}{KEY:-k}" --name {x}`;
    expect(argumentsOf(`VAULT=v\n${filled(line, "it's; touch hacked")}`)).toEqual([
      'x',
      '--vault',
      "y--namev--zit's; touch hacked/k",
      '--name',
      "it's; touch hacked",
    ]);
    expect(hacked()).toBe(false);
  });

  test('what comes before them, and lines without placeholders, may hold anything', () => {
    expect(fillShell('az x --a `date`', () => ({ value: '' })).text).toBe('az x --a `date`');
    expect(filled('az x --name {x} --when `date`', 'v')).toBe('az x --name v --when `date`');
  });

  test('a quote in a comment opens nothing', () => {
    expect(argumentsOf(filled("# don't\naz x --name {x}", '$(touch hacked)'))).toEqual([
      'x',
      '--name',
      '$(touch hacked)',
    ]);
    expect(argumentsOf(filled("az a#b --name {x} # it's {x}", "it's"))).toEqual(['a#b', '--name', "it's"]);
  });
});
