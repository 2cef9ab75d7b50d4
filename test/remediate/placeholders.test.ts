import { describe, expect, test } from 'vitest';
import { PlanError } from '../../src/remediate/errors.ts';
import { fillFile, fillText, valuesOf } from '../../src/remediate/placeholders.ts';
import { accountId, fail, hostileValues, policy, stepOf } from './build.ts';

const parameters = { minDays: { type: 'integer' as const } };
const its = policy('st-lifecycle', {}, { parameters });
const text = (template: string, over: Parameters<typeof fail>[0] = {}) => fillText(template, valuesOf(fail(over), its));

describe('placeholders', () => {
  test('take facts first, then what follows from the ARM id, and parameters by their prefix', () => {
    const facts = { name: 'from the row', minDays: 3 };
    const over = { facts, parameters: { minDays: 35 } };
    expect(text('{name} {minDays} {param.minDays} {resourceGroup} {subscriptionId}', over).text).toBe(
      'from the row 3 35 rg-prod 3333',
    );
    expect(text('{id}', over).text).toBe(accountId('stprod'));
  });

  test.each([null, '', undefined])('a built-in whose column is %j follows from the ARM id', (value) => {
    expect(text('{name}', { facts: { name: value, other: 1 } })).toEqual({ text: 'stprod', unresolved: [] });
  });

  test('a child goes by its own name and the group of its parent', () => {
    const over = { resource: '/subscriptions/1/resourcegroups/RG/providers/Microsoft.KeyVault/vaults/kv/keys/k1' };
    expect(text('{name} {resourceGroup}', over).text).toBe('k1 RG');
  });

  test.each(['column', 'param.minDays', 'resourceGroup'])('{%s} without a value is visible and listed', (name) => {
    const over = { resource: 'workload/prod', facts: { column: null } };
    expect(text(`a {${name}} b`, over)).toEqual({ text: `a <value unknown: ${name}> b`, unresolved: [name] });
  });

  test('a finding without a row cannot tell its columns, so each is a gap', () => {
    expect(text('{whatever}').unresolved).toEqual(['whatever']);
  });

  test.each(['nope', 'param.nope', 'constructor', 'param.constructor', '__proto__', 'param.__proto__'])(
    '{%s}, which nobody declares, is an error that names what there is',
    (name) => {
      const fill = () => text(`{${name}}`, { facts: { minDays: 1 } });
      expect(fill).toThrow(PlanError);
      expect(fill).toThrow(/st-lifecycle: .*minDays, id, name, resourceGroup, subscriptionId, param\.minDays/);
    },
  );

  test('text stays on one line with its control characters visible', () => {
    const filled = text('x {v}', { facts: { v: 'a\nb\u001b[2J\u202e' } }).text;
    expect(filled).toBe('x a\\u000ab\\u001b[2J\\u202e');
  });

  test('braces that are no placeholder stay', () => {
    expect(text('{ } {} {"a": 1} {a.b.c} {-x}').text).toBe('{ } {} {"a": 1} {a.b.c} {-x}');
  });
});

describe('files', () => {
  const json = (content: string, v: unknown) => fillFile('a.json', content, valuesOf(fail({ facts: { v } }), its));

  test.each(hostileValues)('%j in a JSON string stays inside it', (value) => {
    const { text: content } = json('{"a":"x {v} y","b":{v}, "q\\"uote": "{v}"}', value);
    expect(JSON.parse(content)).toEqual({ a: `x ${value} y`, b: value, 'q"uote': value });
  });

  test('numbers, lists and objects outside strings are JSON', () => {
    expect(JSON.parse(json('{"a":{v}}', { n: [1, 'two'] }).text)).toEqual({ a: { n: [1, 'two'] } });
    expect(JSON.parse(json('{"a":{v}}', 35).text)).toEqual({ a: 35 });
    expect(JSON.parse(json('{"a":"{v}"}', [1]).text)).toEqual({ a: '[1]' });
  });

  test('a gap keeps the file readable', () => {
    expect(JSON.parse(json('{"a":"{v}","b":{v}}', null).text)).toEqual({
      a: '<value unknown: v>',
      b: '<value unknown: v>',
    });
  });

  test('other files get one visible line', () => {
    expect(fillFile('a.txt', 'v={v}', valuesOf(fail({ facts: { v: 'a\nb' } }), its)).text).toBe('v=a\\u000ab');
  });
});

test('a step lists every placeholder that has no value, once', () => {
  const step = stepOf(
    { az: ['az x --a {a} --b {b}', 'az y --a {a}'], text: '{a}', verify: 'az v {c}', files: { 'f.json': '"{d}"' } },
    { facts: { a: null, b: 'b', c: null, d: null } },
  );
  expect(step.unresolved).toEqual(['a', 'c', 'd']);
  expect(step.az[0]).toBe("az x --a '<value unknown: a>' --b b");
});
