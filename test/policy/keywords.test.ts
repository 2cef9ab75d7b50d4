import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationInDays } from '../../src/policy/duration.ts';
import { compileExpectation, factsNamed, parametersIn } from '../../src/policy/expectation.ts';

const holds = (schema: Record<string, unknown>, value: unknown): boolean =>
  compileExpectation({ type: 'object', properties: { v: schema } }, {})({ v: value }).length === 0;

describe('keywords', () => {
  it.each([
    ['enumCi', ['Microsoft.Keyvault'], 'Microsoft.KeyVault', true],
    ['enumCi', ['Microsoft.Keyvault'], 'Microsoft.Storage', false],
    ['versionMin', 'TLSv1.2', 'TLSV1.3', true],
    ['versionMin', 'TLSv1.3', 'TLS1_2', false],
    ['versionMin', '1.2', 'TLS1_2', true],
    ['versionMin', '9', '10', true],
    ['versionMin', '1.2', 'none', false],
    ['versionMax', '16', '16.4', false],
    ['versionMax', '16.4', '16', true],
    ['durationMax', 'P90D', 'P60D', true],
    ['durationMax', 'P90D', 'P3M', false],
    ['durationMax', 'P3M', 'P3M', true],
    ['durationMax', 'P90D', 'quarterly', false],
    ['durationMin', 'P90D', 'P3M', false],
    ['durationMin', 'P7D', 'P1W', true],
    ['prefixOf', 'record-plane/', 'record', true],
    ['prefixOf', 'record-plane/', 'recall', false],
    ['prefixOf', 'record-plane/', '', true],
    ['apartFrom', 'record-plane/', 'recall/', true],
    ['apartFrom', 'record-plane/', 'record', false],
    ['apartFrom', 'record-plane/', 'record-plane/drafts/', false],
    ['apartFrom', 'record-plane/', '', false],
  ] as const)('%s %j of %j is %s', (keyword, schema, value, expected) => {
    expect(holds({ type: 'string', [keyword]: schema }, value)).toBe(expected);
  });

  it('a value of another type fails its type and never passes by a keyword', () => {
    expect(holds({ type: 'string', versionMin: '1.2' }, 13)).toBe(false);
  });

  it('strict mode refuses a schema that leaves a type unwritten', () => {
    expect(() => compileExpectation({ type: 'object', properties: { v: { versionMin: '1.2' } } }, {})).toThrow(
      /strict/,
    );
  });
});

describe('durations', () => {
  it.each(['P', 'PT', 'P1DT', '90', 'P1.5D', '-P1D', '', 'PD'])('%j is no duration', (text) => {
    expect(durationInDays(text, 'longest')).toBeNull();
  });

  it('the longest reading is never below the shortest', () => {
    const duration = fc.tuple(fc.nat(9), fc.nat(40), fc.nat(400)).filter((parts) => parts.some((n) => n > 0));
    fc.assert(
      fc.property(duration, ([y, m, d]) => {
        const text = `P${y}Y${m}M${d}D`;
        return (durationInDays(text, 'longest') ?? -1) >= (durationInDays(text, 'shortest') ?? 0);
      }),
    );
  });
});

describe('what a schema names', () => {
  it('facts of every branch, and null where any branch admits it', () => {
    const schema = {
      required: ['a'],
      properties: { b: { type: ['string', 'null'] } },
      anyOf: [{ properties: { c: { const: null } } }, { required: ['d'] }],
    };
    expect(Object.fromEntries(factsNamed(schema))).toEqual({ a: false, b: true, c: true, d: false });
  });

  it('properties of nested objects are not facts', () => {
    expect([...factsNamed({ properties: { a: { type: 'object', properties: { inner: {} } } } }).keys()]).toEqual(['a']);
  });

  it('parameters, wherever they stand', () => {
    expect(parametersIn({ a: [{ minimum: { $param: 'x' } }], b: { $param: 'y' } })).toEqual(['x', 'y']);
  });

  it('a mismatch says where, what was wanted and what was there', () => {
    const judge = compileExpectation(
      { type: 'object', properties: { n: { type: 'integer', minimum: { $param: 'min' } } } },
      { min: 35 },
    );
    expect(judge({ n: 7 })).toEqual([{ path: '/n', expected: 'at least 35', actual: 7 }]);
  });
});
