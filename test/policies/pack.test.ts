import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutatePolicy } from '../../src/evaluate/mutation.ts';
import { testPolicy } from '../../src/evaluate/policy-test.ts';
import { prepare, queryOptions } from '../../src/evaluate/prepare.ts';
import { loadControls, loadPolicies } from '../../src/inputs/load.ts';
import { compile } from '../../src/kql/engine.ts';
import { lintPolicy } from '../../src/policy/lint.ts';
import type { Policy, PolicyTestCase } from '../../src/policy/policy.schema.ts';

const root = join(import.meta.dirname, '../..');
const loaded = await loadPolicies(join(root, 'policies'));
const controls = await loadControls(join(root, 'controls'));
const topicList = JSON.parse(readFileSync(join(root, 'policies/topics.json'), 'utf8')) as { id: string }[];
const pack = loaded.map(({ value }) => [value.metadata.id, value] as const);

const statuses = (cases: readonly PolicyTestCase[]): readonly string[] =>
  cases.flatMap((one) =>
    Object.values(one.expect).map((expected) => (typeof expected === 'string' ? expected : expected.status)),
  );

describe.each(pack)('the policy %s', (_, policy: Policy) => {
  test('its own tests hold', () => {
    expect(testPolicy(policy).problems).toEqual([]);
  });

  test('no property path could be misspelt unnoticed', () => {
    const { mutants, survivors } = mutatePolicy(policy);
    expect(survivors.map((survivor) => survivor.path)).toEqual([]);
    expect(mutants).toBeGreaterThan(0);
  });

  test('it has tests that pass, fail and cannot be known', () => {
    expect(statuses(policy.tests)).toEqual(expect.arrayContaining(['pass', 'fail', 'unknown']));
  });

  test('its trap is told and tested, and a read that was refused is tested', () => {
    const { trap } = policy.metadata;
    const trapped = policy.tests.filter((one) => one.name.startsWith('trap: '));
    if (!trap.startsWith('none known: ')) expect(trapped.length).toBeGreaterThan(0);
    const reasons = policy.tests
      .flatMap((one) => Object.values(one.expect))
      .map((one) => (typeof one === 'string' ? '' : one.reason));
    expect(reasons).toContain('access-denied');
  });

  test('a policy that may not apply has a test where it does not', () => {
    if (policy.applies !== undefined) expect(statuses(policy.tests)).toContain('not-applicable');
  });

  test('classes that are judged alike are tested, and each that differs has its own test', () => {
    const differing = new Set(
      Object.values(policy.parameters ?? {}).flatMap((parameter) => Object.keys(parameter.classes ?? {})),
    );
    const tested = new Set(policy.tests.map((one) => one.class));
    for (const one of [...differing, 'prod']) expect([...tested], one).toContain(one);
  });

  test('the default of every parameter is its value in production', () => {
    for (const [name, parameter] of Object.entries(policy.parameters ?? {}))
      expect(parameter.classes?.prod ?? parameter.default, name).toEqual(parameter.default);
  });

  test('nothing is left for the linter to say', () => {
    expect(lintPolicy(policy, prepare(policy).query).map((problem) => problem.message)).toEqual([]);
  });

  test('the query returns the whole population in a stable order, and would run in Resource Graph', () => {
    const { query } = policy;
    expect(query).toMatch(/\| order by id asc\s*$/);
    expect(query).not.toMatch(/^\s*let\b/m);
    expect(query.match(/\bjoin\b(?! kind=(leftouter|inner|innerunique|fullouter)\b)/g)).toBeNull();
    expect((query.match(/\| join /g) ?? []).length).toBeLessThanOrEqual(3);
    const expansions = query.match(/\| mv-expand [^\n]*/g) ?? [];
    expect(expansions.length).toBeLessThanOrEqual(3);
    for (const expansion of expansions) expect(expansion).toMatch(/ limit 400$/);
    expect(compile(query, queryOptions).columns.map((column) => column.name)).toEqual(
      expect.arrayContaining(['id', 'name']),
    );
  });

  test('no threshold stands in the query', () => {
    // Comments and texts in one pass: a text may hold // (https://…), a comment an apostrophe.
    const bare = policy.query.replace(/'[^']*'|\/\/[^\n]*/g, '');
    // The group of a pattern that extract() takes is no threshold.
    const code = bare.replace(/\bextract\(, \d+,/g, 'extract(');
    const numbers = [...code.matchAll(/(?<![\w.])\d+(?![\w])/g)].map(([number]) => number);
    // 0 says none; 400 is the most that Resource Graph expands.
    expect(numbers.filter((number) => !['0', '400'].includes(number))).toEqual([]);
  });

  test('a command names its resource completely, and a file that it reads is given', () => {
    const { az, verify, files } = policy.remediation;
    expect(verify).toBeDefined();
    for (const line of [...az, verify ?? '']) {
      expect(line).toMatch(/^az /);
      if (line.includes('--name {name}') || line.includes('-name {name}'))
        expect(line).toContain('--subscription {subscriptionId}');
      for (const [, file] of line.matchAll(/ @(\S+)/g)) expect(Object.keys(files ?? {})).toContain(file);
    }
  });

  test('a value that only the customer knows is asked for by name before the command runs, not inside a substitution', () => {
    for (const line of policy.remediation.az) expect(line).not.toMatch(/\$\([^)]*\$\{/);
  });

  test('a repair that touches keys or the network asks the customer first', () => {
    const touches = /key|network|immutab/i.test(policy.remediation.az.join(' ').replaceAll('--query', ''));
    if (touches) expect(policy.remediation.approval).toBe('customer');
  });
});

describe('the pack', () => {
  test('every topic is one of the list', () => {
    const topics = new Set(topicList.map(({ id }) => id));
    for (const [id, policy] of pack) expect(topics, id).toContain(policy.metadata.topic);
  });

  test('a policy lies in the folder of its service', () => {
    const folders: Readonly<Record<string, string>> = {
      kv: 'keyvault',
      pg: 'postgresql',
      st: 'storage',
      ws: 'workload',
    };
    for (const { value, yaml } of loaded) {
      const service = value.metadata.id.split('-')[0] ?? '';
      expect(basename(join(yaml.file, '..')), value.metadata.id).toBe(folders[service]);
    }
  });

  test('no repair sets a minimum of TLS 1.3 on storage, which Azure refuses', () => {
    for (const [id, policy] of pack)
      if (id.startsWith('st-')) expect(policy.remediation.az.join(' ')).not.toMatch(/TLS1_3/);
  });

  test('no repair gives a key to a server that has none, which Azure cannot', () => {
    for (const [id, policy] of pack)
      for (const line of policy.remediation.az) expect(line, id).not.toMatch(/flexible-server update.*--key/);
  });

  test('what must be repaired first is in the pack', () => {
    const ids = new Set(pack.map(([id]) => id));
    const named = pack.flatMap(([, { remediation }]) =>
      (remediation.after ?? []).map((one) => (typeof one === 'string' ? one : one.policy)),
    );
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe('the control AI-SEC-01', () => {
  const control = controls.find(({ value }) => value.metadata.id === 'AI-SEC-01')?.value;

  test('it has its five items, in order', () => {
    expect(control?.items.map((item) => item.id)).toEqual([1, 2, 3, 4, 5].map((number) => `AI-SEC-01.${number}`));
  });

  test('it names only policies that exist, each once', () => {
    const ids = new Set(pack.map(([id]) => id));
    const named = control?.items.flatMap((item) => item.policies.map((policy) => policy.ref)) ?? [];
    expect(named.filter((ref) => !ids.has(ref))).toEqual([]);
    expect(new Set(named).size).toBe(named.length);
  });

  test('an item serves every requirement for which its policies speak in its name', () => {
    for (const item of control?.items ?? [])
      for (const requirement of item.requirements ?? []) expect(requirement).toMatch(/^REQ-\d{3}$/);
    expect(control?.items.every((item) => (item.requirements ?? []).length > 0)).toBe(true);
  });

  test('statements are asked for in production where configuration cannot show it', () => {
    const asked = control?.items.filter((item) => item.attestation?.required.prod === true).map((item) => item.id);
    expect(asked).toEqual(['AI-SEC-01.3', 'AI-SEC-01.4', 'AI-SEC-01.5']);
  });

  test('evidence columns are columns of the item’s own policies', () => {
    for (const item of control?.items ?? [])
      for (const evidence of item.evidence ?? []) {
        if (evidence.columns === undefined) continue;
        const refs = item.policies.map((policy) => policy.ref);
        const known = pack
          .filter(([id]) => refs.includes(id))
          .map(([, policy]) => prepare(policy).query.columns.map((c) => c.name));
        expect(
          known.some((columns) => evidence.columns?.every((column) => columns.includes(column))),
          evidence.id,
        ).toBe(true);
      }
  });

  test('a mapping that is taken has a strength or is to a catalogue of controls, and one that is sourced says by whom', () => {
    for (const mapping of control?.mappings ?? []) {
      expect(mapping.rationale, mapping.to).toBeDefined();
      if (mapping.relation === 'supports' && mapping.to.startsWith('nist-ai-rmf'))
        expect(mapping.strength, mapping.to).toBeDefined();
      if (mapping.confidence === 'sourced') expect(mapping.source, mapping.to).toBeDefined();
    }
  });

  test('the limit of storage is told', () => {
    expect(control?.narrative?.limit).toMatch(/TLS 1\.3/);
  });
});
