import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, KqlError, query } from '../../src/kql/engine.ts';
import { lintQuery } from '../../src/kql/lint.ts';

const now = '2026-01-31T12:00:00Z';

/** What a text does: `ok`, or the code of its error. Any other exception fails the test by itself. */
function outcome(text: string): string {
  try {
    query(text, { t: [{ id: 'a', p: { x: 1 } }] }, { now, maxRows: 100 });
    return 'ok';
  } catch (error) {
    if (error instanceof KqlError) return error.code;
    throw error;
  }
}

const WORDS = [
  't',
  '|',
  'where',
  'project',
  'extend',
  'summarize',
  'by',
  'join',
  'on',
  'mv-expand',
  'union',
  'let',
  'count()',
  'print',
  '(',
  ')',
  '[',
  ']',
  '{{',
  '..',
  ',',
  ';',
  '=',
  '==',
  '!=',
  '=~',
  '!in~',
  'in',
  'between',
  'and',
  'or',
  'p.x',
  "p['x']",
  'p[0]',
  "'a'",
  '"',
  "'",
  '1',
  '1d',
  '0x1',
  '1e999',
  'datetime(2024-01-01)',
  'dynamic([1',
  'int(null)',
  '-',
  '*',
  '/',
  '%',
  'tostring(',
  'strcat(p, ',
  'take 1',
  'order by',
  'asc',
  'top 1',
  'parse',
  'with',
  'kind=inner',
  '$left.id',
  '//',
  'matches regex',
  'iff(',
  'case(',
  'toscalar(',
  'datatable(a:long)[',
  'range x from 1 to 9 step 1',
  '@',
  '\n',
  '\\',
];

describe('hostile queries', () => {
  it('random text gives rows or a KqlError within the text, never another exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        try {
          compile(text);
        } catch (error) {
          expect(error).toBeInstanceOf(KqlError);
          if (error instanceof KqlError) {
            expect(error.start).toBeLessThanOrEqual(text.length);
            expect(error.end).toBeGreaterThanOrEqual(error.start);
            expect(error.end).toBeLessThanOrEqual(text.length);
          }
        }
        lintQuery(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('random words of the language too', () => {
    const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(words, (text) => {
        outcome(`t ${text}`);
        outcome(text);
        lintQuery(text);
      }),
      { numRuns: 4000 },
    );
  });

  it.each(["print '\\", 'print "a\\', "print 'x", 'print @', 'print dynamic(', 'print ```'])(
    'the place of an error does not lie behind the end of the text: %s',
    (text) => {
      expect(() => compile(text)).toThrow(KqlError);
      try {
        compile(text);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^KQL/) });
        if (error instanceof KqlError) expect(error.end).toBeLessThanOrEqual(text.length);
      }
    },
  );

  const deep = 20_000;
  it.each([
    ['parentheses', `print ${'('.repeat(deep)}1${')'.repeat(deep)}`],
    ['minus signs', `print ${'-('.repeat(deep)}1${')'.repeat(deep)}`],
    ['calls', `print ${'tostring('.repeat(deep)}1${')'.repeat(deep)}`],
    ['a sum', `print ${Array.from({ length: deep }, () => '1').join('+')}`],
    ['a path', `t | project p${'.x'.repeat(deep)}`],
    ['elements', `t | project p${'[0]'.repeat(deep)}`],
    ['nested queries', `${'('.repeat(deep)}t${')'.repeat(deep)}`],
    ['nested joins', `t ${'| join (t '.repeat(deep)}`],
    ['a dynamic literal', `print dynamic(${'['.repeat(deep)})`],
    ['operators', `t ${'| where true '.repeat(deep)}`],
  ])('endless %s are a positioned error, not a stack overflow', (_name, text) => {
    expect(['KQL001', 'KQL003']).toContain(outcome(text));
  });

  it('thousands of terms of and, or and in are no depth', () => {
    const or = Array.from({ length: 5000 }, (_, n) => `id == 'x${n}'`).join(' or ');
    const list = Array.from({ length: 5000 }, (_, n) => `'x${n}'`).join(', ');
    expect(outcome(`t | where ${or}`)).toBe('ok');
    expect(outcome(`t | where id in (${list})`)).toBe('ok');
  });

  it('a query of more than a million characters is refused', () => {
    expect(outcome(`print '${'x'.repeat(1_000_001)}'`)).toBe('KQL003');
  });

  it('a let that names lets twice over does not grow without end', () => {
    const lets = Array.from({ length: 40 }, (_, n) => `let a${n + 1} = a${n} | union a${n};`).join('\n');
    expect(outcome(`let a0 = t;\n${lets}\na40`)).toBe('KQL003');
  });

  it('a let that names itself is an unknown table', () => {
    expect(outcome('let zz = zz | where true; zz')).toBe('KQL004');
  });

  it('a chain of doubling extends is computed once a step', () => {
    const chain = Array.from({ length: 60 }, (_, n) => `| extend a${n + 1} = a${n} + a${n} * 0`).join(' ');
    expect(query(`print a0 = 1 ${chain} | project a60`, undefined, { now }).rows).toEqual([[1]]);
  });

  it.each([
    ['text', 'print a = strrep("x", 1000)', 'strcat(a, a)'],
    ['arrays', 'print a = dynamic([1])', 'array_concat(a, a)'],
    ['decimals', 'print a = decimal(1.1)', 'a * a'],
  ])('doubling %s ends in an error or null, not in lost memory', (_name, start, step) => {
    const chain = Array.from({ length: 50 }, () => `| extend a = ${step}`).join(' ');
    expect(['KQL017', 'ok']).toContain(outcome(`${start} ${chain} | project n = strlen(tostring(a))`));
  });

  it('a regular expression that would hang a backtracking engine does not', () => {
    const text = `print s = strcat(strrep('a', 5000), '!') | project m = s matches regex '^(a+)+$'`;
    expect(query(text, undefined, { now }).rows).toEqual([[false]]);
  });
});

describe('hostile data', () => {
  const row = JSON.parse('{"id":"a","__proto__":{"x":1},"p":{"__proto__":{"y":2},"constructor":"c","toString":3}}');

  it('inherited properties are not there', () => {
    const text = 't | project a = p.hasOwnProperty, b = p.valueOf, c = p.isPrototypeOf.name, d = id';
    expect(query(text, { t: [row] }, { now }).rows).toEqual([[null, null, null, 'a']]);
  });

  it('own properties of such names are data like any other', () => {
    const text = "t | project a = p['__proto__'].y, b = p.constructor, c = p.toString, k = bag_keys(p)";
    expect(query(text, { t: [row] }, { now }).rows).toEqual([[2, 'c', 3, ['__proto__', 'constructor', 'toString']]]);
  });

  it('bags built from such keys change no prototype', () => {
    const text = `print b = pack('__proto__', pack('polluted', 1))
      | extend c = bag_merge(b, dynamic({"a":1})) | project c.polluted, c['__proto__'].polluted`;
    expect(query(text, undefined, { now }).rows).toEqual([[null, 1]]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('length and indices of text are not properties', () => {
    expect(query('t | project a = p.constructor.length, b = p.constructor[0]', { t: [row] }, { now }).rows).toEqual([
      [null, null],
    ]);
  });

  it('names of columns can be anything', () => {
    const rows = [JSON.parse('{"__proto__":1,"a b":2,"constructor":3}')];
    expect(query("t | project x = ['__proto__'], ['a b'], constructor", { t: rows }, { now }).rows).toEqual([
      [1, 2, 3],
    ]);
  });

  it('data nested without end becomes an error of the query', () => {
    const nested = JSON.parse(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`);
    const text = 't | project s = tostring(p)';
    const run = () => query(text, { t: [{ p: nested }] }, { now });
    expect(run).toThrow(KqlError);
  });

  it('a record that looks like a time stays a record', () => {
    const rows = [{ p: { ticks: 5, toJSON: 'x' } }];
    expect(query('t | project s = tostring(p), d = isnull(todatetime(p))', { t: rows }, { now }).rows).toEqual([
      ['{"ticks":5,"toJSON":"x"}', true],
    ]);
  });
});
