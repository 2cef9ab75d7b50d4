// Throws generated texts at the query engine: random bytes, random words of the language, and valid queries with damage.
// Each must give rows or a KqlError whose place lies within the text. One seed gives the same texts on any machine.
//   npm run fuzz -- --count 1000000 --seconds 900 --seed 1 [--only 1234]
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { compile, KqlError } from '../dist/kql/engine.js';
import { lintQuery } from '../dist/kql/lint.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '1800' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    only: { type: 'string' },
  },
});
const [count, seconds, seed] = [Number(values.count), Number(values.seconds), Number(values.seed)];
if (![count, seconds, seed].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error('--count, --seconds and --seed are whole numbers');
  process.exit(2);
}

const NOW = '2026-01-31T12:00:00Z';
/** Rows with everything in them that a row can hold. */
const TABLES = {
  t: [
    JSON.parse(
      '{"id":"a","n":1,"b":true,"p":{"x":1,"list":[1,"a",null,{"k":2}],"__proto__":{"y":2},"constructor":"c"}}',
    ),
    { id: 'B', n: null, b: false, p: null },
    { id: '', n: -3, b: null, p: { x: 'text', list: [], at: '2026-01-01T00:00:00Z' } },
  ],
  u: [
    { id: 'a', k: 'B', m: 9007199254740993n },
    { id: 'b', k: '', m: 0 },
  ],
};
/** How often a run may ask whether it is to stop before it is stopped: a long run is no hang, a silent one is. */
const POLLS = 20_000;
/** A text that takes longer than this is a hang; the machine may be busy with other things. */
const HANG_MS = 60_000;

const WORDS =
  `t u | | | where project extend summarize by join on lookup mv-expand mv-apply union let = ; distinct order by
  asc desc top take count parse parse-where with kind=inner kind=leftouter kind=bogus print range from to step datatable
  (a:long) ( ) [ ] { } {{ }} .. , == != =~ !~ < <= > >= + - * / % and or not( in in~ !in ( has contains startswith matches
  regex between p p.x p.list p['x'] p[0] id n b k m $left.id $right.id 'a' "b" @'c' 1 -1 2.5 1e999 0x1f 1d 30m true false null
  long(null) int(7) decimal(1.5) datetime(2026-01-01) dynamic([1,{"a":2}]) guid(74be27de-1e4e-49d9-b579-fe0b331d3642)
  tostring( tolong( todatetime( strcat( split( extract( replace_regex( substring( iff( case( coalesce( isnull( isempty(
  array_length( pack( bag_keys( parse_json( toscalar( count() countif( sum( make_list( make_set( arg_max( dcount( ago( now()
  tolower( strlen( array_concat( bin( format_datetime( // comment`.split(/\s+/);

const QUERIES = [
  "t | where id =~ 'A' and n > 0 | extend x = tostring(p.x) | project id, x | order by id asc",
  't | mv-expand e = p.list | summarize n = count(), l = make_list(e) by id | where n > 1',
  't | join kind=leftouter (u | project key = tolower(id), m) on $left.id == $right.key | project id, m',
  'let s = u | where m > 0; union t, s | distinct id | top 2 by id desc',
  't | extend d = todatetime(p.at) | where d > ago(30d) or isnull(d) | project id, w = bin(d, 1d)',
  "t | parse id with a:string 'x' b:long | project a, b",
  "t | where id matches regex '^[a-z]+$' | extend c = case(n > 1, 'x', n < 0, 'y', 'z') | count",
  't | mv-apply e = p.list on (where isnotnull(e) | take 1) | project id, tostring(e)',
  "print a = strcat('x', 1), b = dynamic([1,2]), c = 1d + 2h | extend f = array_length(b)",
  "datatable(a:long, b:string)[1, 'x', 2, 'y'] | summarize arg_max(a, *) by b | join kind=inner (range a from 1 to 3 step 1) on a",
];

/** mulberry32, begun anew for every text, so that each can be had alone. */
function randomOf(number) {
  let state = (seed ^ Math.imul(number + 1, 0x9e3779b1)) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const KINDS = [bytes, words, damaged, spliced];
const textOf = (number) => KINDS[number % KINDS.length](randomOf(number));

function bytes(random) {
  return Buffer.from(Array.from({ length: random(120) }, () => random(256))).toString(
    random(2) === 0 ? 'utf8' : 'latin1',
  );
}

function words(random) {
  const chosen = Array.from({ length: 1 + random(30) }, () => WORDS[random(WORDS.length)]);
  return (random(2) === 0 ? 't ' : '') + chosen.join(random(8) === 0 ? '' : ' ');
}

function damaged(random) {
  let text = QUERIES[random(QUERIES.length)];
  for (let times = 1 + random(4); times > 0; times--) {
    const at = random(text.length + 1);
    const gone = random(3) === 0 ? random(8) : 0;
    const put = [
      () => '',
      () => String.fromCharCode(random(random(4) === 0 ? 65_536 : 128)),
      () => WORDS[random(WORDS.length)],
    ];
    text = text.slice(0, at) + put[random(3)]() + text.slice(at + gone);
  }
  return text;
}

function spliced(random) {
  const steps = Array.from({ length: 1 + random(5) }, () => {
    const [first, ...parts] = QUERIES[random(QUERIES.length)].split(' | ');
    return parts[random(parts.length)] ?? first;
  });
  return ['t', ...steps].join(' | ');
}

/** `rows`, `stopped` or the code of the error; anything else that happens is a defect and is thrown. */
function outcomeOf(text) {
  let polls = 0;
  const stop = new Error('stopped');
  const signal = {
    get aborted() {
      return ++polls > POLLS;
    },
    throwIfAborted() {
      throw stop;
    },
  };
  try {
    const rows = compile(text).run(TABLES, { now: NOW, maxRows: 1000, maxHeld: 200_000, signal });
    for (const row of rows) if (!Array.isArray(row)) throw new TypeError('a row is no array');
    return 'rows';
  } catch (error) {
    if (error === stop) return 'stopped';
    if (!(error instanceof KqlError)) throw error;
    const { start, end, line, column } = error;
    if (!(start >= 0 && start <= end && end <= text.length && line >= 1 && column >= 1))
      throw new RangeError(`${error.code} stands at ${start}..${end} of ${text.length} characters, ${line}:${column}`);
    return error.code;
  }
}

/** The worker: texts one after the other; `at` tells the watcher which one it is at. */
function tryTexts(at) {
  const outcomes = new Map();
  const began = performance.now();
  const [first, last] = values.only === undefined ? [0, count] : [Number(values.only), Number(values.only) + 1];
  let number = first;
  for (; number < last && performance.now() - began < seconds * 1000; number++) {
    Atomics.store(at, 0, number);
    const text = textOf(number);
    try {
      const outcome = outcomeOf(text);
      lintQuery(text);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      console.error(error);
      tell(number, 'crashed');
      process.exit(1);
    }
  }
  const told = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([outcome, times]) => `${outcome} ${times}`);
  console.log(`${number - first} texts without crash or hang: ${told.join(', ')}`);
}

function tell(number, what) {
  console.error(`text ${number} ${what}: ${JSON.stringify(textOf(number))}`);
  console.error(`again: npm run fuzz -- --seed ${seed} --only ${number}`);
}

/** The main thread: a text that hangs cannot tell so itself. */
function watch() {
  console.log(`seed ${seed}`);
  const at = new Int32Array(new SharedArrayBuffer(4));
  const argv = ['--count', count, '--seconds', seconds, '--seed', seed].map(String);
  const only = values.only === undefined ? [] : ['--only', values.only];
  const worker = new Worker(new URL(import.meta.url), { workerData: at, argv: [...argv, ...only] });
  let [seen, since] = [-1, Date.now()];
  const timer = setInterval(() => {
    const number = Atomics.load(at, 0);
    if (number !== seen) [seen, since] = [number, Date.now()];
    if (Date.now() - since < HANG_MS) return;
    tell(number, `hangs (more than ${HANG_MS / 1000} s)`);
    process.exit(1);
  }, 1000);
  worker.on('error', (error) => {
    console.error(error);
    tell(Atomics.load(at, 0), 'crashed');
    process.exit(1);
  });
  worker.on('exit', (code) => {
    clearInterval(timer);
    process.exitCode = code;
  });
}

if (isMainThread) watch();
else tryTexts(workerData);
