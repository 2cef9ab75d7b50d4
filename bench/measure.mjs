// Measures one estate in a process of its own and prints the medians as JSON: node bench/measure.mjs FOLDER POLICIES MODE REPEAT
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateInto, evaluateWithCounts } from '../dist/evaluate/evaluate.js';
import { prepare } from '../dist/evaluate/prepare.js';
import { loadPolicies, openSnapshot } from '../dist/index.js';

const [folder, policyFolder, mode, repeat] = process.argv.slice(2);
const all = await loadPolicies(policyFolder);
const policies = mode === 'per-row' ? all.filter(isPerRow) : all;
const { header } = openSnapshot(folder);
const files = header.tables.flatMap(({ partitions }) => partitions.filter(({ type }) => typesRead().has(type)));

/** One read, of the subject itself: nothing has to be known of other rows. */
function isPerRow(policy) {
  const { query } = prepare(policy);
  return query.driver !== null && query.reads.length === 1 && (policy.reads ?? []).length === 0;
}

function typesRead() {
  const types = new Set();
  for (const policy of policies) {
    for (const read of prepare(policy).query.reads) for (const type of read.types ?? []) types.add(type);
    for (const read of policy.reads ?? [])
      for (const [key, type] of Object.entries(read)) if (key !== 'of') types.add(type);
    types.add(policy.subject);
  }
  return types;
}

/** Processor time of all threads, in ms: collecting garbage on a second core is not free. */
function cost(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, result };
}

/** The least that anyone must do: read the bytes, cut them into lines, parse each line, drop it. */
function parseAll(onLines) {
  const bytes = Buffer.allocUnsafe(1 << 17);
  for (const { file } of files) {
    const fd = openSync(join(folder, file));
    let kept = 0;
    for (let got = readSync(fd, bytes, 0, 1 << 16); got > 0; got = readSync(fd, bytes, kept, 1 << 16)) {
      const end = kept + got;
      const cut = bytes.subarray(0, end).lastIndexOf(10) + 1;
      onLines(bytes.toString('utf8', 0, cut).split('\n'));
      bytes.copyWithin(0, cut, end);
      kept = end - cut;
    }
    closeSync(fd);
  }
}

const parseLines = (lines) => {
  for (const text of lines) if (text !== '') JSON.parse(text);
};

/** JSON.parse alone; the rest of `parseAll` is not counted. */
function parseOnly() {
  let ms = 0;
  parseAll((lines) => {
    ms += cost(() => parseLines(lines)).ms;
  });
  return ms;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? null;

function main() {
  const figures = { parse: [], parseOnly: [], sums: [], passing: [], kept: [] };
  let findings = 0;
  const out = { finding: () => findings++, again: () => undefined };
  const passing = () => {
    findings = 0;
    const snapshot = openSnapshot(folder);
    return cost(() => evaluateInto({ snapshot, policies }, out)).ms;
  };
  const first = passing();
  // What comes now needs memory that the product does not: the peak is that of judging.
  const peak = process.resourceUsage().maxRSS / 1024;
  for (let round = 0; round < Number(repeat); round++) {
    figures.parse.push(cost(() => parseAll(parseLines)).ms);
    figures.passing.push(passing());
    figures.parseOnly.push(parseOnly());
    const { ms, result } = cost(() => openSnapshot(folder));
    figures.sums.push(ms);
    if (mode === 'pack')
      figures.kept.push(cost(() => evaluateWithCounts({ snapshot: result, policies }).findings.length).ms);
  }
  const medians = Object.fromEntries(Object.entries(figures).map(([name, numbers]) => [name, median(numbers)]));
  const bytes = files.reduce((sum, { file }) => sum + statSync(join(folder, file)).size, 0);
  console.log(JSON.stringify({ ...medians, first, peak, bytes, findings, policies: policies.length }));
}

main();
