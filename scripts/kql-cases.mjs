// Asks Azure Resource Graph about the cases in test/kql/cases and says where it answers otherwise than they do.
//
//   az login
//   node scripts/kql-cases.mjs [file of cases …]
//
// Resource Graph has neither print nor datatable, so the data of a case stands in the query: one row of resources is taken,
// and the case's rows are expanded out of a dynamic literal beside it. Cases that cannot be written so are left out and counted.
// It reads nothing else of the estate, writes nothing, and keeps to 12 queries in 5 seconds. Exit 0: all agree; 1: some differ;
// 2: no sign-in.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = resolve(import.meta.dirname, '../test/kql/cases');
const ROW = 'resources | limit 1';
const CAST = {
  bool: 'tobool',
  int: 'toint',
  long: 'tolong',
  real: 'toreal',
  decimal: 'todecimal',
  string: 'tostring',
  datetime: 'todatetime',
  timespan: 'totimespan',
  guid: 'toguid',
};

/** Words that Resource Graph has not, what depends on the clock, and comments, which could hide a pipe. */
const NOT_THERE = /\b(?:now|ago|let|lookup|mv-apply|toscalar|datatable|range)\b|(?:^|\s)\/\//;

/** The query of a case as Resource Graph can run it, or undefined. */
export function graphForm({ query, tables = {}, schema, implicitTable, now }) {
  if (now !== undefined || NOT_THERE.test(query)) return undefined;
  const text = query.trim().replace(/;$/, '');
  const printed = /^print\b([\s\S]*)$/.exec(text);
  if (printed !== null) return printForm(printed[1] ?? '');
  const names = Object.keys(tables);
  const [name] = names;
  const uses = names.flatMap((one) => text.match(new RegExp(`\\b${one}\\b`, 'gi')) ?? []);
  const source = names.length === 1 && schema === undefined ? tableForm(tables[name]) : undefined;
  if (source === undefined) return undefined;
  if (implicitTable === name && uses.length === 0) return `${source}\n| ${text}`;
  const begins = new RegExp(`^${name}\\b`, 'i').test(text);
  return begins && uses.length === 1 ? source + text.slice(name.length) : undefined;
}

/** print a, b = 1 | … becomes a project over one row, whose columns have the names print would give. */
function printForm(rest) {
  const [items, ...operators] = splitTop(rest, '|');
  const named = splitTop(items ?? '', ',').map((item, at) =>
    /^\s*(?:[A-Za-z_]\w*|\['[^']*'\])\s*=(?![=~])/.test(item) ? item.trim() : `print_${at} = ${item.trim()}`,
  );
  return [`${ROW}\n| project ${named.join(', ')}`, ...operators.map((one) => `| ${one.trim()}`)].join('\n');
}

/** Rows as a dynamic literal, expanded and cast to the types that their values show. */
function tableForm(rows) {
  if (rows.length === 0 || rows.length > 128) return undefined;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (!columns.every((name) => /^[A-Za-z_]\w*$/.test(name))) return undefined;
  const cells = columns.map((name) => {
    const cast = CAST[typeOf(rows.map((row) => row[name]))];
    return cast === undefined ? `${name} = row_.${name}` : `${name} = ${cast}(row_.${name})`;
  });
  return `${ROW}\n| project row_ = dynamic(${JSON.stringify(rows)})\n| mv-expand row_ limit 400\n| project ${cells.join(', ')}`;
}

function typeOf(values) {
  const types = new Set(values.filter((value) => value !== null && value !== undefined).map(simpleType));
  if (types.size === 2 && types.has('long') && types.has('real')) return 'real';
  return types.size === 1 ? [...types][0] : 'dynamic';
}

function simpleType(value) {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'long' : 'real';
  return 'dynamic';
}

/** Splits at a sign that stands in no string, parenthesis or bracket. */
export function splitTop(text, sign) {
  const parts = [''];
  let [depth, quote] = [0, ''];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quote !== '') {
      if (char === '\\' && text[at - 1] !== '@') parts[parts.length - 1] += text[at++];
      else if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === sign && depth === 0) {
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += text[at];
  }
  return parts;
}

/** What differs between the answer of Resource Graph and the case, in one line; undefined when nothing does. */
export function difference(one, answer) {
  if (one.error !== undefined)
    return answer.status === 400 ? undefined : `answered, and should be refused (${one.error.code})`;
  if (answer.status !== 200) return `refused: ${answer.message}`;
  const names = (one.want.columns ?? '').split(', ').filter((name) => name !== '');
  const columns = answer.columns.map((column) => column.name);
  const wanted = names.map((name) => name.replace(/:[a-z]+$/, ''));
  if (wanted.length > 0 && wanted.join() !== columns.join())
    return `columns ${columns.join(', ')}, not ${wanted.join(', ')}`;
  const rows = answer.rows.map((row) => JSON.stringify(row));
  const expected = (one.want.rows ?? []).map((row) => JSON.stringify(row));
  const [found, sought] = one.unordered === true ? [rows.sort(), expected.sort()] : [rows, expected];
  return found.join() === sought.join() ? undefined : `rows ${found.join(' ')}, not ${sought.join(' ')}`;
}

async function main(files) {
  const token = await signIn();
  if (token === undefined) return 2;
  const counts = { agree: 0, differ: 0, left: 0 };
  for (const file of files) {
    for (const one of parse(readFileSync(join(folder, file), 'utf8'))) {
      const query = graphForm(one);
      if (query === undefined) counts.left++;
      else {
        const said = difference(one, await ask(token, query));
        counts[said === undefined ? 'agree' : 'differ']++;
        if (said !== undefined) console.log(`${file}: ${one.note}\n  ${said}`);
      }
    }
  }
  console.log(`${counts.agree} agree, ${counts.differ} differ, ${counts.left} cannot be written for Resource Graph`);
  return counts.differ === 0 ? 0 : 1;
}

/** A token of the Azure command line; without one this says what to do and stops. */
async function signIn() {
  const { AzureCliCredential } = await import('@azure/identity');
  try {
    const { token } = await new AzureCliCredential().getToken('https://management.azure.com/.default');
    return token;
  } catch {
    console.error(
      'No sign-in was found, so nothing was asked. Run az login (Reader on one subscription is enough) and start again.',
    );
    return undefined;
  }
}

const ENDPOINT = 'https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01';
const PAUSE = 420;

async function ask(token, query) {
  await new Promise((done) => setTimeout(done, PAUSE));
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, options: { resultFormat: 'table' } }),
  });
  if (response.status === 429) return ask(token, query);
  const body = await response.json();
  const message = body.error?.details?.map((detail) => detail.message).join(' ') ?? body.error?.message;
  return { status: response.status, message, columns: body.data?.columns ?? [], rows: body.data?.rows ?? [] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = process.argv.slice(2);
  process.exitCode = await main(
    files.length > 0 ? files : readdirSync(folder).filter((file) => file.endsWith('.yaml')),
  );
}
