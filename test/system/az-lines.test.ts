import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadPolicies } from '../../src/inputs/load.ts';
import { type AzCall, azCalls, optionsIn } from './az-lines.ts';
import { requireTool } from './debian-tool.ts';

interface Exception {
  readonly command: string;
  /** Left out where the command itself is newer. */
  readonly option?: string;
  /** Every option that may be used, where no help of the command can be had. */
  readonly options?: readonly string[];
  readonly checked: string;
  readonly reason: string;
  readonly source: string;
}

const root = join(import.meta.dirname, '../..');
const exceptions: readonly Exception[] = parse(readFileSync(join(import.meta.dirname, 'az-exceptions.yaml'), 'utf8'));
const policies = (await loadPolicies(join(root, 'policies'))).map(({ value }) => value);
const calls = policies.flatMap(({ metadata, remediation }) =>
  [...remediation.az, ...(remediation.verify === undefined ? [] : [remediation.verify])]
    .flatMap(azCalls)
    .map((call) => ({ policy: metadata.id, ...call })),
);

const home = mkdtempSync(join(tmpdir(), 'az-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A command's help page, or null where az knows no such command. No sign-in, no network, a home of its own. */
function helpOf(command: string): Promise<string | null> {
  const child = spawn('az', [...command.split(' '), '--help'], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      AZURE_CONFIG_DIR: join(home, '.azure'),
      AZURE_CORE_COLLECT_TELEMETRY: '0',
      AZURE_CORE_NO_COLOR: '1',
      AZURE_CORE_CHECK_FOR_UPGRADES: '0',
      AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
      LC_ALL: 'C.UTF-8',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status === 0 && /^Command$/m.test(text) ? text : null));
  });
}

const pages = new Map<string, string | null>();

/** What az does not know of a call: `null` for the command itself, or the options. */
function unknownIn({ command, options }: AzCall): readonly (string | null)[] {
  const page = pages.get(command) ?? null;
  const listed = exceptions.find((one) => one.command === command)?.options;
  if (page === null && listed === undefined) return [null];
  const known = page === null ? new Set(listed) : optionsIn(page);
  return options.filter((option) => !known.has(option));
}

const isExcepted = (command: string, option: string | null): boolean =>
  exceptions.some((one) => one.command === command && (one.option ?? null) === option);

// Two at a time: a call takes one to four seconds, and the machine has few cores.
beforeAll(async () => {
  requireTool('az', 'azure-cli');
  const waiting = [...new Set([...calls.map(({ command }) => command), 'storage account no-such-command'])].sort();
  const total = waiting.length;
  const work = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      process.stderr.write(`az help ${total - waiting.length}/${total}: az ${command}\n`);
      pages.set(command, await helpOf(command));
    }
  };
  await Promise.all([work(), work()]);
}, 600_000);

describe('every az line of the policies, against the help of the installed Azure CLI', () => {
  test('the lines are taken apart into commands with options', () => {
    expect(calls.length).toBeGreaterThan(policies.length);
    expect(calls.filter(({ options }) => options.length === 0)).toEqual([]);
  });

  test.each(policies.map(({ metadata }) => metadata.id))('%s uses commands and options that exist', (id) => {
    const wrong = calls
      .filter(({ policy }) => policy === id)
      .flatMap((call) =>
        unknownIn(call)
          .filter((option) => !isExcepted(call.command, option))
          .map((option) => `az ${call.command}${option === null ? ': no such command' : `: no option ${option}`}`),
      );
    expect(wrong).toEqual([]);
  });

  test('a command and an option that do not exist are found', () => {
    expect(unknownIn({ command: 'storage account no-such-command', options: [] })).toEqual([null]);
    const known = calls.find(({ command }) => command === 'storage account update');
    expect(known).toBeDefined();
    expect(unknownIn({ command: 'storage account update', options: ['--name', '--no-such-option'] })).toEqual([
      '--no-such-option',
    ]);
  });
});

describe('the exceptions', () => {
  test('each has a day, a reason and a source', () => {
    for (const one of exceptions) {
      expect(one.checked, one.command).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(one.reason.length, one.command).toBeGreaterThan(20);
      expect(one.source.length, one.command).toBeGreaterThan(10);
    }
  });

  test('each is needed: a policy uses it, and the installed az does not know it', () => {
    const needed = calls.flatMap((call) => unknownIn(call).map((option) => `${call.command} ${option ?? ''}`));
    const withoutHelp = calls.filter(({ command }) => pages.get(command) === null).map(({ command }) => command);
    const idle = exceptions.filter(({ command, option = '', options }) =>
      options === undefined ? !needed.includes(`${command} ${option}`) : !withoutHelp.includes(command),
    );
    expect(idle).toEqual([]);
  });
});
