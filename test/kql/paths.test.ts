import { describe, expect, it } from 'vitest';
import { compile, type PathUse } from '../../src/kql/engine.ts';

/** `path [filters] -> columns`, as one line an occurrence. */
function lines(text: string): string[] {
  return compile(text).paths.map(shown);
}

function shown({ path, filters, feeds }: PathUse): string {
  return `${path}${filters ? ' filters' : ''} -> ${feeds.join(', ')}`;
}

const table: readonly (readonly [string, string, readonly string[]])[] = [
  ['a projected path feeds its column', 't | project id, tls = p.net.tls', ['p.net.tls -> tls']],
  ['a path in where filters and feeds nothing', "t | where p.a.b == 'x' | project id", ['p.a.b filters -> ']],
  ['a path can do both', 't | where p.a == 1 | project a = p.a', ['p.a filters -> ', 'p.a -> a']],
  [
    'values flow through extend and functions',
    't | extend x = tolower(p.a) | project y = strcat(x, p.b)',
    ['p.a -> y', 'p.b -> y'],
  ],
  ['a column that is dropped feeds nothing', 't | extend x = p.a | project id', ['p.a -> ']],
  ['a column passed on keeps its source path', 't | extend x = p.a | project y = x.b.c', ['p.a -> y', 'p.a.b.c -> y']],
  ['parsed text is still the path', 't | project v = parse_json(tostring(p.a)).b', ['p.a.b -> v', 'p.a -> v']],
  ['an element is part of the path', "t | project v = p.rules[0]['x y'].n", ["p.rules[0]['x y'].n -> v"]],
  [
    'mv-expand filters, its elements are []',
    't | mv-expand r = p.rules | project n = r.name',
    ['p.rules filters -> n', 'p.rules[].name -> n'],
  ],
  [
    'aggregations feed, keys of summarize filter',
    't | summarize m = max(toint(p.size)) by k = tostring(p.kind)',
    ['p.size -> m', 'p.kind filters -> k'],
  ],
  ['the condition of countif feeds the count', 't | summarize n = countif(p.on == true)', ['p.on -> n']],
  [
    'keys of a join filter on both sides, columns of both sides feed',
    't | extend k = tostring(p.k) | join kind=leftouter (u | project k = tostring(q.k), v = q.v) on k | project id, v',
    ['p.k filters -> ', 'q.k filters -> ', 'q.v -> v'],
  ],
  [
    'a column of a side of a join is no path, a property of it is',
    't | join kind=inner (u | project id, q) on $left.id == $right.id and $left.p.k == $right.q.k | project v = id',
    ['p.k filters -> ', 'q.k filters -> '],
  ],
  [
    'both legs of a union feed the column',
    't | project x = p.a | union (u | project x = q.b)',
    ['p.a -> x', 'q.b -> x'],
  ],
  ['order by does not filter', 't | order by tostring(p.a) asc | project id', ['p.a -> ']],
  ['top does', 't | top 3 by toint(p.a) | project id', ['p.a filters -> ']],
  ['distinct does', 't | distinct a = tostring(p.a)', ['p.a filters -> a']],
  [
    'a list from another table filters by its column',
    't | where id in ((u | project x = tostring(q.id))) | project id',
    ['q.id filters -> '],
  ],
  ['a let that is used twice is one place in the text', 'let s = t | project x = p.a; s | union s', ['p.a -> x']],
  ['parse passes its source on', "t | parse tostring(p.a) with 'x' y | project y", ['p.a -> y']],
  ['a column itself is no path', 't | project p, q = tags', []],
];

describe('paths', () => {
  it.each(table)('%s', (_note, text, want) => {
    expect(lines(text)).toEqual(want);
  });

  it('carry the places of the whole path and of its last plain segment', () => {
    const text = "t | where properties.net['acls'][0].action =~ 'Deny' | project z = properties.zones[1]";
    const [first, second] = compile(text).paths;
    expect(text.slice(first?.start, first?.end)).toBe("properties.net['acls'][0].action");
    expect(text.slice(first?.segment.start, first?.segment.end)).toBe('action');
    expect(text.slice(second?.start, second?.end)).toBe('properties.zones[1]');
    expect(second?.segment).toEqual({ name: 'zones', start: text.indexOf('zones'), end: text.indexOf('zones') + 5 });
  });

  it('name the inside of a quoted segment, so that it can be exchanged', () => {
    const text = "t | project p['odata.type']";
    const segment = compile(text).paths[0]?.segment;
    expect(text.slice(segment?.start, segment?.end)).toBe('odata.type');
  });
});

const reads: readonly (readonly [string, string, readonly unknown[]])[] = [
  ['== proves a type', "t | where type == 'A/b' | project id", [['t', ['a/b'], []]]],
  ['=~ in a conjunction', "t | where p.x == 1 and type =~ 'A' | project id", [['t', ['a'], ['p.x']]]],
  ['in and in~', "t | where type in~ ('A', 'b') | where type in ('b', 'c')", [['t', ['b'], []]]],
  ['or of two types', "t | where type == 'a' or (type == 'b' and p.x > 1)", [['t', ['a', 'b'], ['p.x']]]],
  ['or with something else proves nothing', "t | where type == 'a' or id == 'b'", [['t', null, []]]],
  ['an inequality proves nothing', "t | where type != 'a' and type has 'b'", [['t', null, []]]],
  [
    'after extend and project it is still the column',
    "t | extend x = 1 | project k = type | where k == 'a'",
    [['t', ['a'], []]],
  ],
  ["a type of one's own is not the column", "t | extend type = 'a' | where type == 'a'", [['t', null, []]]],
  ['after take it is too late', "t | take 5 | where type == 'a'", [['t', null, []]]],
  ['after summarize too', "t | summarize count() by type | where type == 'a'", [['t', null, []]]],
  [
    'after a join too',
    "t | join kind=inner (u | where type == 'b') on id | where type == 'a'",
    [
      ['t', null, []],
      ['u', ['b'], []],
    ],
  ],
  [
    'each reference has its own',
    "t | where type == 'a' | union (t | where type == 'b')",
    [
      ['t', ['a'], []],
      ['t', ['b'], []],
    ],
  ],
  ['a let is no literal but a known value', "let k = 'A'; t | where type =~ k", [['t', ['a'], []]]],
  ['contradiction leaves none', "t | where type == 'a' and type == 'b'", [['t', [], []]]],
];

describe('reads', () => {
  it.each(reads)('%s', (_note, text, want) => {
    expect(compile(text).reads.map(({ table: name, types, paths }) => [name, types, paths])).toEqual(want);
  });

  it('name tables as the schema does', () => {
    const schema = { Resources: [{ name: 'id', type: 'string' as const }] };
    const compiled = compile('RESOURCES | union resources', { schema });
    expect(compiled.tables).toEqual(['Resources']);
    expect(compiled.reads.length).toBe(2);
  });
});
