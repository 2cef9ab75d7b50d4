import { describe, expect, it } from 'vitest';
import { type Column, compile, formatKqlError, KqlError, query, type TableRow } from '../../src/kql/engine.ts';

const now = '2026-01-31T12:00:00Z';

function error(action: () => unknown): KqlError {
  try {
    action();
  } catch (caught) {
    if (caught instanceof KqlError) return caught;
    throw caught;
  }
  throw new Error('nothing was thrown');
}

describe('compile', () => {
  it('gives the columns of the result without running', () => {
    const schema = {
      t: [
        { name: 'id', type: 'string' as const },
        { name: 'p', type: 'dynamic' as const },
      ],
    };
    const compiled = compile('t | extend n = toint(p.n) | project-away p', { schema });
    expect(compiled.columns).toEqual([
      { name: 'id', type: 'string' },
      { name: 'n', type: 'int' },
    ]);
  });

  it('without a schema reports the columns that the query names', () => {
    expect(compile("t | where kind == 'a' | extend n = 1").columns).toEqual([
      { name: 'n', type: 'long' },
      { name: 'kind', type: 'dynamic' },
    ]);
  });

  it('without a schema lets the values decide', () => {
    const compiled = compile(
      "t | where flag and n > 1 and at < datetime(2025-01-01) and kind in ('a') | summarize count() by kind",
    );
    const rows = [
      { flag: true, n: 2, at: '2024-01-01', kind: 'a' },
      { flag: true, n: '3', at: '2024-06-01T00:00:00Z', kind: 'a' },
      { flag: false, n: 2, at: '2024-01-01', kind: 'a' },
      { flag: true, n: 2, at: 5, kind: 'a' },
    ];
    expect([...compiled.run({ T: rows }, { now })]).toEqual([['a', 2]]);
  });

  it('can be run many times, each with its own clock', () => {
    const compiled = compile('print t = now() | extend d = t - 1h, e = ago(1h) == t - 1h');
    expect([...compiled.run({}, { now })]).toEqual([
      ['2026-01-31T12:00:00.0000000Z', '2026-01-31T11:00:00.0000000Z', true],
    ]);
    expect([...compiled.run({}, { now: '2020-01-01' })][0]?.[0]).toBe('2020-01-01T00:00:00.0000000Z');
  });

  it('does not mix two runs that are read in turn', () => {
    const compiled = compile('t | extend x = strcat(id, now()) | project x');
    const rows = [{ id: 'a' }, { id: 'b' }];
    const [first, second] = [
      compiled.run({ t: rows }, { now: '2020-01-01' })[Symbol.iterator](),
      compiled.run({ t: rows }, { now: '2021-01-01' })[Symbol.iterator](),
    ];
    expect(first.next().value).toEqual(['a2020-01-01T00:00:00.0000000Z']);
    expect(second.next().value).toEqual(['a2021-01-01T00:00:00.0000000Z']);
    expect(first.next().value).toEqual(['b2020-01-01T00:00:00.0000000Z']);
  });

  it('leaves the rows it reads untouched', () => {
    const row = Object.freeze({ id: 'a', tags: Object.freeze({ env: 'prod' }) });
    const { rows } = query(
      't | extend id = 1, tags = bag_merge(tags, dynamic({"x":1})) | mv-expand tags',
      { t: [row] },
      { now },
    );
    expect(rows.length).toBe(2);
    expect(row).toEqual({ id: 'a', tags: { env: 'prod' } });
  });
});

describe('run', () => {
  it('tells a table source the types that can matter, and the name as the schema writes it', () => {
    const asked: unknown[] = [];
    const source = {
      rows(table: string, types?: readonly string[]): Iterable<TableRow> {
        asked.push([table, types]);
        return [{ id: '1', type: 'a' }];
      },
    };
    const schema: Record<string, Column[]> = {
      T: [
        { name: 'id', type: 'string' },
        { name: 'type', type: 'string' },
      ],
    };
    const compiled = compile("t | where type =~ 'A' | union (t | where id == '1')", { schema });
    expect([...compiled.run(source, { now })].length).toBe(2);
    expect(asked).toEqual([
      ['T', ['a']],
      ['T', undefined],
    ]);
  });

  it('asks for rows one by one and stops asking when the caller stops', () => {
    let given = 0;
    function* rows() {
      for (;;) yield { n: given++ };
    }
    const iterator = compile('t | where n % 2 == 0 | project n').run({ t: rows() }, { now })[Symbol.iterator]();
    expect([iterator.next().value, iterator.next().value]).toEqual([[0], [2]]);
    iterator.return?.();
    expect(given).toBe(3);
  });

  it('stops at the signal, also inside an operator that gives nothing yet', () => {
    const controller = new AbortController();
    function* rows() {
      for (let n = 0; n < 1000; n++) {
        if (n === 10) controller.abort(new Error('enough'));
        yield { n };
      }
    }
    const run = () => [...compile('t | summarize count()').run({ t: rows() }, { now, signal: controller.signal })];
    expect(run).toThrow('enough');
  });

  it('refuses more rows than allowed instead of cutting', () => {
    const limited = (maxRows: number) => () => [...compile('range x from 1 to 3 step 1').run({}, { now, maxRows })];
    expect(limited(3)().length).toBe(3);
    expect(error(limited(2))).toMatchObject({ code: 'KQL016' });
  });

  it('refuses a clock that is no time', () => {
    expect(() => [...compile('print 1').run({}, { now: 'today' })]).toThrow(TypeError);
  });

  it('says that a table is missing when no schema declares it, and takes a declared one as empty', () => {
    expect(error(() => [...compile('storage').run({ storages: [] }, { now })])).toMatchObject({
      code: 'KQL004',
      hint: "Did you mean 'storages'?",
    });
    const schema: Record<string, Column[]> = { storage: [{ name: 'id', type: 'string' }] };
    expect([...compile('storage', { schema }).run({}, { now })]).toEqual([]);
  });

  it('gives values that JSON knows, and text or bigint for those it does not', () => {
    const { columns, rows } = query(
      [
        'print t = datetime(2024-01-02), s = timespan(1.02:03:04), d = decimal(1.50), n = 9007199254740993,',
        'b = dynamic({"a":[1]}), g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), z = int(null), e = tostring(int(null))',
      ].join(' '),
      undefined,
      { now },
    );
    expect(columns.map((column) => column.type)).toEqual([
      'datetime',
      'timespan',
      'decimal',
      'long',
      'dynamic',
      'guid',
      'int',
      'string',
    ]);
    expect(rows).toEqual([
      [
        '2024-01-02T00:00:00.0000000Z',
        '1.02:03:04',
        '1.5',
        9007199254740993n,
        { a: [1] },
        '74be27de-1e4e-49d9-b579-fe0b331d3642',
        null,
        '',
      ],
    ]);
  });
});

describe('query', () => {
  it('takes rows from a generator, which gives them once', () => {
    function* rows() {
      yield { id: 'a', n: 1 };
      yield { id: 'b', n: 2 };
    }
    expect(query('t | where n > 1', { t: rows() }, { now })).toEqual({
      columns: [
        { name: 'id', type: 'string' },
        { name: 'n', type: 'long' },
      ],
      rows: [['b', 2]],
    });
  });

  it('prefers a schema over what the rows look like', () => {
    const schema: Record<string, Column[]> = { t: [{ name: 'n', type: 'string' }] };
    expect(query('t', { t: [{ n: 1, hidden: 2 }] }, { now, schema })).toEqual({
      columns: [{ name: 'n', type: 'string' }],
      rows: [['1']],
    });
  });
});

describe('an error', () => {
  it('is shown with its line, a caret and what to write', () => {
    const text = 'print a = 1\n| where\ta = 1';
    expect(
      formatKqlError(
        error(() => compile(text)),
        text,
      ),
    ).toBe(
      [
        "2:11 KQL002 Here there is '=', where the end of the query is expected.",
        '| where\ta = 1',
        '       \t  ^',
        "Write '==' to compare.",
      ].join('\n'),
    );
  });

  it('never passes control characters on to a terminal', () => {
    const text = 'print \u001b[31m';
    expect(
      formatKqlError(
        error(() => compile(text)),
        text,
      ),
    ).not.toContain('\u001b');
  });

  it('shows a place behind the end of the text', () => {
    const text = 'print 1 |';
    expect(
      formatKqlError(
        error(() => compile(text)),
        text,
      ).split('\n')[2],
    ).toBe('         ^');
  });
});

describe('the query of a policy over children', () => {
  const text = `childresources
  | where type == 'microsoft.keyvault/vaults/keys' and absent == false
  | project id, name, vault = tostring(split(parentId, '/')[8]),
            enabled = tobool(properties.attributes.enabled), rotation = properties.rotationPolicy
  | order by id asc`;
  const parentId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v1';
  const key = (id: string, absent: boolean, properties: object) => ({
    id,
    name: id,
    type: 'microsoft.keyvault/vaults/keys',
    parentId,
    absent,
    properties,
  });

  it('compiles with its facts, its reads and its lineage', () => {
    const compiled = compile(text);
    expect(compiled.columns.map((column) => column.name)).toEqual(['id', 'name', 'vault', 'enabled', 'rotation']);
    expect(compiled.reads).toEqual([
      {
        table: 'childresources',
        types: ['microsoft.keyvault/vaults/keys'],
        paths: ['properties.attributes.enabled', 'properties.rotationPolicy'],
      },
    ]);
    expect(compiled.paths.map((path) => path.feeds)).toEqual([['enabled'], ['rotation']]);
  });

  it('gives the keys in order and leaves the marker of absence out', () => {
    const childresources = [
      key('k2', false, { attributes: { enabled: false }, rotationPolicy: {} }),
      key('k1', false, { attributes: { enabled: true } }),
      key('marker', true, {}),
    ];
    const want = [
      ['k1', 'k1', 'v1', true, null],
      ['k2', 'k2', 'v1', false, {}],
    ];
    expect(query(text, { childresources }, { now }).rows).toEqual(want);
    expect([...compile(text).run({ childresources }, { now })]).toEqual(want);
  });
});
