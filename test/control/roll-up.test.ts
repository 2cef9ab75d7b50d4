import { describe, expect, test } from 'vitest';
import { itemStatuses } from '../../src/control/assessment.ts';
import { rollUp, worst } from '../../src/control/roll-up.ts';
import { control, fail, item, judge, pack, pass, serverId, unknown } from './build.ts';

describe('a control is as its worst item', () => {
  test('in the order not-met, unknown, attestation-needed, met-with-waivers, met, not-applicable', () => {
    for (const [index, status] of itemStatuses.entries()) {
      expect(worst(itemStatuses.slice(index).reverse())).toBe(status);
    }
  });

  test('nothing judged is unknown', () => {
    expect(worst([])).toBe('unknown');
  });

  test('the sentence names the items that decide', () => {
    const items = [
      { id: '1', status: 'met' },
      { id: '2', status: 'unknown' },
      { id: '3', status: 'unknown' },
    ] as const;
    expect(rollUp(items)).toEqual({ status: 'unknown', because: '2 of 3 items unknown: 2, 3' });
  });
});

describe('an assessment', () => {
  const two = control([item({ id: 'C-1.1' }), item({ id: 'C-1.2', policies: [{ ref: 'pg-tls', role: 'required' }] })]);

  test('carries each control with its items in the order of the file', () => {
    const findings = [pass(), fail({ policy: 'pg-tls' })];
    const [assessed] = judge({ controls: [two], findings, policies: pack('pg-cmk', 'pg-tls') }).controls;
    expect(assessed).toMatchObject({ id: 'C-1', status: 'not-met', because: '1 of 2 items not-met: C-1.2' });
    expect(assessed?.items.map(({ id, status }) => [id, status])).toEqual([
      ['C-1.1', 'met'],
      ['C-1.2', 'not-met'],
    ]);
  });

  test('leaves retired controls out and keeps drafts', () => {
    const as = (id: string, status: 'retired' | 'draft') =>
      control([item()], { metadata: { ...two.metadata, id, status } });
    expect(judge({ controls: [as('C-9', 'retired'), as('C-8', 'draft')] }).controls.map(({ id }) => id)).toEqual([
      'C-8',
    ]);
  });

  test('lists findings by policy and resource, without regard to the case of ids', () => {
    const findings = [
      unknown({ resource: serverId('b') }),
      pass({ resource: serverId('A') }),
      fail({ policy: 'a-first' }),
    ];
    expect(judge({ findings }).findings.map(({ finding }) => finding.name)).toEqual(['pg1', 'A', 'b']);
  });

  test('survives names that are keys of every object', () => {
    const hostile = { ref: 'constructor', role: 'required' } as const;
    const assessment = judge({
      controls: [control([item({ policies: [hostile, { ...hostile, ref: '__proto__' }] })])],
      policies: pack('constructor', '__proto__'),
      findings: [pass({ policy: 'constructor' }), fail({ policy: '__proto__' })],
    });
    expect(assessment.controls[0]?.items[0]).toMatchObject({ status: 'not-met' });
  });
});
