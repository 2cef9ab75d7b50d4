// Prints what evaluating the pack costs, as ratios to parsing the same bytes: docs/performance.md tells how to read it.
//   npm run bench -- --resources 3000,10000,30000 --repeat 3 --per-row 100000 [--policies DIR] [--folder DIR]
// Time is processor time of all threads (what one core would need), so that a busy machine changes it little.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeEstate } from './estate.mjs';

const { values } = parseArgs({
  options: {
    resources: { type: 'string', default: '3000,10000,30000' },
    'per-row': { type: 'string', default: '100000' },
    configurations: { type: 'string', default: '400' },
    repeat: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    policies: { type: 'string', default: resolve(import.meta.dirname, '..', 'policies') },
    folder: { type: 'string', default: join(tmpdir(), 'assay-bench') },
  },
});
const WIDTHS = [10, 9, 10, 9, 6, 12, 6, 7, 9, 6, 14, 9];
const sizes = (text) =>
  text
    .split(',')
    .map(Number)
    .filter((size) => size > 0);
const [configurations, repeat, seed] = [values.configurations, values.repeat, values.seed].map(Number);

console.log(
  `whole pack, joins included; storage 25 % with children, PostgreSQL 10 % with ${configurations} configurations,`,
);
console.log(
  'vaults 10 % with keys; costs as multiples of reading and parsing the bytes of the types that the pack reads',
);
table(sizes(values.resources), { children: true, mode: 'pack' });
console.log('\nper-row policies only, no children in the estate, findings handed out and not kept');
table(sizes(values['per-row']), { children: false, mode: 'per-row' });

function table(resources, { children, mode }) {
  line([
    'resources',
    'policies',
    'findings',
    'MB read',
    'MB/s',
    'JSON.parse',
    'sums',
    'first',
    'passing',
    'kept',
    'per resource',
    'peak MB',
  ]);
  for (const size of resources) line(cells(size, measure(size, children, mode)));
}

/** Each size in a process of its own: neither memory nor compiled code is shared. */
function measure(size, children, mode) {
  const folder = join(values.folder, `${mode}-${size}-${configurations}-${seed}`);
  mkdirSync(folder, { recursive: true });
  writeEstate(folder, { resources: size, configurations, children, seed });
  const child = join(import.meta.dirname, 'measure.mjs');
  const args = [child, folder, resolve(values.policies), mode, String(repeat)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`measuring ${size} resources failed:\n${stderr}`);
  return JSON.parse(stdout);
}

function cells(size, { policies, findings, bytes, parse, parseOnly, sums, first, passing, kept, peak }) {
  const times = (ms) => (ms === null ? '-' : (ms / parse).toFixed(2));
  const perResource = `${((1000 * passing) / size).toFixed(1)} us`;
  const megabytes = bytes / 1e6;
  return [
    ...[size, policies, findings, megabytes.toFixed(0), (megabytes / (parse / 1000)).toFixed(0)],
    ...[times(parseOnly), times(sums), times(first), times(passing), times(kept), perResource, peak.toFixed(0)],
  ].map(String);
}

function line(columns) {
  console.log(columns.map((column, i) => column.padStart(WIDTHS[i])).join(''));
}
