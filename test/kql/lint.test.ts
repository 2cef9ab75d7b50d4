import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/kql/engine.ts';
import { LINT_RULES, lintQuery } from '../../src/kql/lint.ts';

const schema: Record<string, readonly Column[]> = {
  resources: [
    { name: 'id', type: 'string' },
    { name: 'type', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'properties', type: 'dynamic' },
    { name: 'tags', type: 'dynamic' },
  ],
};

function notes(text: string): string[] {
  return lintQuery(text, { schema }).map((note) => `${note.code} ${note.line}:${note.column}`);
}

const join = '| join kind=inner (resources | project id) on id';
const expand = '| mv-expand properties.a limit 10';

const table: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a query without traps has no notes',
    "resources | where type =~ 'a' | project id, tls = tostring(properties.tls)",
    [],
  ],
  ['let', 'let a = 1; resources | where name == a', []],
  ['a join kind that is refused', 'resources | join kind=leftanti (resources) on id', ['KQL102 1:23']],
  ['fullouter is allowed', 'resources | join kind=fullouter (resources) on id', []],
  ['three joins are allowed', `resources ${join}${join}${join}`, []],
  ['the fourth join', `resources ${join}${join}${join}\n${join}`, ['KQL103 2:3']],
  ['the fourth mv-expand', `resources ${expand}${expand}${expand}\n${expand}`, ['KQL104 2:3']],
  ['the fourth leg of a union', 'union resources, resources, resources, resources', ['KQL105 1:1']],
  ['print', 'print id = 1', ['KQL106 1:1']],
  ['datatable in a join', 'resources | join kind=inner (datatable(id:string)["a"]) on id', ['KQL106 1:30']],
  ['range', 'range id from 1 to 2 step 1', ['KQL106 1:1']],
  ['lookup', 'resources | lookup (resources | project id, x = 1) on id', ['KQL107 1:13']],
  ['evaluate', 'resources | evaluate bag_unpack(tags)', ['KQL010 1:13']],
  ['a shared query', 'resources | join ({{/subscriptions/x}}) on id', ['KQL015 1:19']],
  ['!= on a dynamic path', "resources | where properties.tls != 'x'", ['KQL201 1:19']],
  ['!~ on a dynamic column made by extend', "resources | extend t = properties.tls | where t !~ 'x'", ['KQL201 1:47']],
  ['!= on text is meant', "resources | where name != 'x' and tostring(properties.a) != 'y'", []],
  ['!= beside a test for null is meant', "resources | where isnotnull(properties.tls) and properties.tls != 'x'", []],
  ['a join without a kind', 'resources | join (resources) on id', ['KQL202 1:13']],
  ['array_length compared', 'resources | where array_length(properties.zones) < 2', ['KQL203 1:19']],
  [
    'array_length beside isnull',
    'resources | where isnull(properties.zones) or array_length(properties.zones) < 2',
    [],
  ],
  ["== 'True'", "resources | where tostring(properties.on) == 'True'", ['KQL204 1:46']],
  ['mvexpand', 'resources | mvexpand properties.a limit 5', ['KQL205 1:13']],
  ['mv-expand without limit', 'resources | mv-expand properties.a', ['KQL206 1:13']],
  ['no id in the output', 'resources | project name', ['KQL207 1:13']],
  ['no id after summarize', 'resources | summarize count() by type', ['KQL207 1:13']],
  ['take', 'resources | take 5', ['KQL208 1:13']],
  ['limit', 'resources | limit 5', ['KQL208 1:13']],
  [
    'a raw dynamic value as a key is an error of the query',
    'resources | summarize id = any(id) by tags',
    ['KQL009 1:39'],
  ],
  ['a query that does not parse is one error', 'resources | where', ['KQL002 1:18']],
  ['an unknown column is an error', 'resources | where x == 1', ['KQL005 1:19']],
  ['a query that starts with an operator reads resources', "where type == 'a'", []],
  ['mv-apply', 'resources | mv-apply x = properties.a on (take 1)', ['KQL107 1:13', 'KQL208 1:43']],
  ['project-keep', 'resources | project-keep id', ['KQL209 1:13']],
  ['project-reorder', 'resources | project-reorder id', ['KQL209 1:13']],
  ['parse-where', "resources | parse-where name with 'a' x", ['KQL209 1:13']],
  ['parse is listed', "resources | parse name with 'a' x", []],
  ['toscalar', 'resources | where name == toscalar(resources | summarize max(name))', ['KQL107 1:27']],
];

describe('the linter', () => {
  it.each(table.filter(([name]) => name !== 'let'))('%s', (_name, text, want) => {
    expect(notes(text)).toEqual(want);
  });

  it('refuses let, with its name', () => {
    const [note] = lintQuery('let a = 1; resources | project id, x = a');
    expect(note).toMatchObject({ code: 'KQL101', severity: 'error', line: 1, column: 1 });
    expect(note?.fix).toContain("'a'");
  });

  it('gives every note the severity of its rule, a sentence and a fix or none', () => {
    for (const [, text] of table) {
      for (const note of lintQuery(text, { schema })) {
        const rule = Object.entries(LINT_RULES).find(([code]) => code === note.code)?.[1];
        expect(note.severity).toBe(rule?.severity ?? 'error');
        expect(note.message.endsWith('.')).toBe(true);
      }
    }
  });

  it('has a case for every rule', () => {
    const seen = new Set(table.flatMap(([, , want]) => want.map((one) => one.slice(0, 6))));
    const missing = Object.keys(LINT_RULES).filter((code) => !seen.has(code) && code !== 'KQL101');
    expect(missing).toEqual([]);
  });

  it('reads without a schema too', () => {
    expect(lintQuery("resources | where properties.x != 'a'").map((note) => note.code)).toEqual(['KQL201']);
  });
});
