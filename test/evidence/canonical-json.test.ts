import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical-json.ts';

describe('canonical JSON', () => {
  test('reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('is the same text whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('is its own canonical form', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('sorts keys by code unit, indents by two blanks and ends with a line feed', () => {
    expect(canonicalJson({ b: [1, { z: null }], a: {}, B: [], é: true, '10': 'x', '9': 'y' })).toBe(
      `{
  "10": "x",
  "9": "y",
  "B": [],
  "a": {},
  "b": [
    1,
    {
      "z": null
    }
  ],
  "é": true
}
`,
    );
  });

  test('writes a key __proto__ as the data it is', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"toString":2}');
    const again: unknown = JSON.parse(canonicalJson(hostile));
    expect(Object.keys(Object(again))).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(again)).toBe(Object.prototype);
  });

  test('leaves out what was inherited', () => {
    const bare: unknown = Object.assign(Object.create(null), { own: 1 });
    expect(canonicalJson(bare)).toBe('{\n  "own": 1\n}\n');
  });

  test.each<[string, unknown, string]>([
    ['undefined', { a: [1, undefined] }, 'The value at $.a[1] is undefined'],
    ['a hole in an array', new Array(2), 'The value at $[0] is undefined'],
    ['NaN', [Number.NaN], 'The value at $[0] is NaN'],
    ['an infinity', { x: -Infinity }, 'The value at $.x is -Infinity'],
    ['a bigint', 1n, 'The value at $ is bigint'],
    ['a function', { f: () => 1 }, 'The value at $.f is function'],
    ['a symbol', Symbol('s'), 'The value at $ is symbol'],
    ['a Date', { at: new Date(0) }, 'The value at $.at is an object of class Date'],
    ['a Map', new Map(), 'The value at $ is an object of class Map'],
    ['a cycle', cycle(), 'nested deeper than 500 levels'],
    ['data deep enough to end the stack', deep(100_000), 'nested deeper than 500 levels'],
  ])('refuses %s and says where it is', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code: 'not-json', message: expect.stringContaining(message) }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}

function cycle(): unknown {
  const self: Record<string, unknown> = {};
  self.again = self;
  return self;
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
