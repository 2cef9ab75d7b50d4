import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SPECIAL } from '../../src/kql/bind-special.ts';
import { KQL_ERRORS } from '../../src/kql/errors.ts';
import { AGGREGATES, type Aggregate } from '../../src/kql/functions/aggregate.ts';
import { FUNCTION_FAMILIES } from '../../src/kql/functions/scalar.ts';
import type { ScalarFunction } from '../../src/kql/functions/signature.ts';
import { LINT_RULES } from '../../src/kql/lint.ts';
import { JOIN_KINDS } from '../../src/kql/operators/join.ts';
import { OPERATORS, UNSUPPORTED } from '../../src/kql/parse-operators.ts';
import { TYPE_NAMES } from '../../src/kql/value-type.ts';
import { readCases } from './read-cases.ts';

/** What an operator does, and whether the pages of Resource Graph list it. */
const ABOUT: Readonly<Record<string, readonly [string, 'yes' | 'no' | 'unlisted']>> = {
  where: ['keeps the rows whose condition is true', 'yes'],
  filter: ['the same', 'unlisted'],
  project: ['exactly these columns', 'yes'],
  extend: ['more columns, or others under the same name', 'yes'],
  distinct: ['each combination of values once', 'yes'],
  'project-away': ['without these columns; `*` in a name fits anything', 'yes'],
  'project-keep': ['only these columns, in the order of the table', 'unlisted'],
  'project-rename': ['other names', 'yes'],
  'project-reorder': ['these columns first', 'unlisted'],
  summarize: ['one row a group', 'yes'],
  order: ['sorts; descending unless it says asc', 'yes'],
  sort: ['the same', 'yes'],
  top: ['the first rows of an order', 'yes'],
  take: ['some rows', 'yes'],
  limit: ['the same', 'yes'],
  count: ['the number of rows', 'yes'],
  join: ['rows of two tables by equal keys', 'yes'],
  lookup: ['a join that drops the right keys', 'no'],
  union: ['the rows of several tables', 'yes'],
  'mv-expand': ['one row for each element of an array or bag', 'yes'],
  mvexpand: ['the same, legacy', 'yes'],
  'mv-apply': ['a query over the elements of each row', 'no'],
  parse: ['takes text apart', 'yes'],
  'parse-where': ['the same, dropping what does not match', 'unlisted'],
};

const INTRO = `# The query language

\`assay/kql\` is an engine for KQL as Azure Resource Graph speaks it: offline, in one process, with the same answer for the same
rows. Policies are written in it; so that a finding can be checked live, what Resource Graph would refuse is an error of
\`policy lint\`, and what it would answer otherwise than a reader expects is a warning with the fix.

This page is made from the engine's own tables (\`npx vitest run test/kql/page.test.ts -u\`), and a test keeps it current. What a
query means is said by the cases in [\`test/kql/cases\`](../test/kql/cases): query, rows, answer or error, as data for any engine.

Every type and name is that of the official analyser (\`@kusto/language-service-next\`), which the tests ask about each policy,
each case and some five thousand combinations of functions and types; where we differ, the reason stands in
[\`test/kql/analyser-differences.yaml\`](../test/kql/analyser-differences.yaml).

To ask Resource Graph itself about the cases, with a sign-in of your own: \`node scripts/kql-cases.mjs\` (it reads nothing of the
estate but one row, beside which the data of the case stands in the query).
`;

/** The text of docs/kql.md. */
export function renderPage(): string {
  return [
    INTRO,
    section('Operators', operators()),
    section('Joins', [
      `Kinds: ${code([...JOIN_KINDS.keys()])}. Without one a join is innerunique; Resource Graph takes innerunique, inner, leftouter and fullouter.`,
    ]),
    section('Expressions', EXPRESSIONS),
    section('Types', types()),
    section('Scalar functions', functions()),
    section('Aggregations', aggregations()),
    section('What every answer respects', rows()),
    section(
      'Errors',
      table(
        ['code', 'what it says'],
        Object.entries(KQL_ERRORS).map(([name, about]) => [`\`${name}\``, about]),
      ),
    ),
    section('What `policy lint` says', lint()),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `## ${title}\n\n${lines.join('\n')}\n`;
}

function table(head: readonly string[], cells: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...cells].map((row) =>
    `| ${row.join(' | ')} |`.replaceAll('| --- ', '|---').replace(/---\|$|--- \|$/, '---|'),
  );
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

function operators(): string[] {
  const listed = Object.keys(OPERATORS).map((name) => {
    const [about, graph] = ABOUT[name] ?? ['', 'unlisted'];
    return [`\`${name}\``, about, graph];
  });
  return [
    ...table(['operator', 'what it gives', 'in Resource Graph'], listed),
    '',
    'A query begins with a table, with an operator (then it reads `resources`), with `union`, or, in this engine only, with',
    '`print`, `range`, `datatable` or `let`. Refused by name, because Resource Graph has no use for them:',
    `${code([...UNSUPPORTED])}.`,
  ];
}

const EXPRESSIONS = [
  "- paths: `properties.a.b`, `tags['k']`, `a[0]`, `a[-1]`, `.['odata.type']`",
  '- comparisons: `==`, `!=`, `<>`, `<`, `<=`, `>`, `>=`, `=~`, `!~`, `between (a .. b)`, `!between`, `in`, `!in`, `in~`, `!in~`; they do not chain',
  '- text: `has`, `hasprefix`, `hassuffix`, `contains`, `startswith`, `endswith`, each with `!` before and `_cs` behind; `has_any`, `has_all`, `matches regex`',
  '- arithmetic: `+`, `-`, `*`, `/`, `%`; connectives: `and`, `or`, and the function `not()`',
  "- literals: `'a'`, `\"a\"`, `@'a'`, `h'a'`, three back ticks or three tildes around several lines; `1`, `0x1F`, `1.5`, `1e3`; `1d`, `1.5h`, `30m`, `10s`, `5ms`; `datetime(2024-01-31)`, `timespan(1.02:03:04)`, `guid(…)`, `decimal(1.5)`, `int(null)`, `dynamic({\"a\":[1]})`; `true`, `False`",
  "- names are letters from a to z, digits and `_`; any other name stands as `['a b']`",
];

function types(): string[] {
  const names = new Map<string, string[]>();
  for (const [name, type] of TYPE_NAMES) names.set(type, [...(names.get(type) ?? []), name]);
  return table(
    ['type', 'also written'],
    [...names].map(([type, all]) => [`\`${type}\``, code(all.filter((name) => name !== type))]),
  );
}

function functions(): string[] {
  const families = Object.entries(FUNCTION_FAMILIES).flatMap(([family, known]) => [
    `**${family}**: ${Object.entries(known)
      .map(([name, one]) => `\`${name}(${parameters(one)})\``)
      .join(', ')}.`,
    '',
  ]);
  return [
    ...families,
    `**With the row, the clock or a table**: ${code(Object.keys(SPECIAL).map((name) => `${name}()`))}.`,
  ];
}

function parameters({ params, required, rest }: ScalarFunction): string {
  const fixed = params.map((param, at) => (at < required ? shown(param) : `${shown(param)}?`));
  return [...fixed, ...(rest === undefined ? [] : [`${shown(rest)}…`])].join(', ');
}

const SHOWN: Readonly<Record<string, string>> = {
  json: 'string',
  numeric: 'number',
  loosebool: 'bool',
  part: 'any',
  points: 'long',
  scalar: 'any',
  text: 'any',
};

function shown(param: string): string {
  return SHOWN[param] ?? param;
}

function aggregations(): string[] {
  const count = ({ least, most }: Aggregate) =>
    least === most ? String(least) : most === 64 ? `${least} or more` : `${least} to ${most}`;
  return table(
    ['aggregation', 'arguments', 'column of `x`'],
    Object.entries(AGGREGATES).map(([name, one]) => [
      `\`${name}\``,
      count(one),
      one.prefix === undefined ? 'as the argument' : `\`${one.prefix}_x\``,
    ]),
  );
}

/** The rows of kql-rows.yaml, with the number of cases that speak of each. */
function rows(): string[] {
  const said = parse(readFileSync(new URL('kql-rows.yaml', import.meta.url), 'utf8')) as Readonly<
    Record<string, string>
  >;
  return table(
    ['row', 'what holds', 'cases'],
    Object.entries(said).map(([row, about]) => [row, about, String(casesOf(Number(row)))]),
  );
}

export function casesOf(row: number): number {
  const notes = [...readCases().values()].flat().map((one) => one.note);
  return notes.filter((note) => new RegExp(`\\brow ${row}\\b`).test(note)).length;
}

function lint(): string[] {
  return table(
    ['code', 'severity', 'what it says'],
    Object.entries(LINT_RULES).map(([name, { severity, about }]) => [`\`${name}\``, severity, about]),
  );
}
