// Writes the bench estate as a snapshot folder, row by row: it may be larger than memory.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referenceRows } from '../dist/sizing/reference.js';
import {
  blobService,
  configuration,
  configurationNames,
  diagnosticSetting,
  encryptionScope,
  keyVault,
  keyVersion,
  lifecyclePolicy,
  otherResource,
  otherTypes,
  placeOf,
  postgresServer,
  privateEndpoint,
  seededRandom,
  storageAccount,
  vaultKey,
} from './rows.mjs';

const AS_OF = '2026-11-20T02:00:00.0000000Z';

/**
 * The estate of design.md, "Speed and scale": of every 20 resources 5 are storage accounts with their children, 2 are
 * PostgreSQL servers with their configurations, 2 are vaults with their keys, 11 are of other types (2 of them private
 * endpoints). `children: false` leaves all children out, as a scan by per-row policies does. Made once per shape.
 */
export function writeEstate(folder, { resources, configurations = 400, children = true, seed = 1 }) {
  const shape = JSON.stringify({ version: 2, resources, configurations, children, seed });
  const stamp = join(folder, 'shape.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === shape) return;
  const writer = partitions(folder);
  const random = seededRandom(seed);
  const names = configurationNames(configurations);
  const reads = [];
  const childRead = (parent, type, rows) => {
    for (const row of rows) writer.add('childresources', row);
    reads.push({ ...recordOf(type, rows.length), parentId: parent.id });
  };
  const diagnostics = (parent, ...categories) =>
    childRead(parent, 'microsoft.insights/diagnosticsettings', [diagnosticSetting(parent, categories)]);
  const below = {
    storage: (account) => {
      const service = blobService(account, random);
      childRead(account, `${account.type}/managementpolicies`, [lifecyclePolicy(account, random)]);
      childRead(account, `${account.type}/blobservices`, [service]);
      childRead(account, `${account.type}/encryptionscopes`, [encryptionScope(account, random)]);
      diagnostics(service, 'StorageRead', 'StorageWrite', 'StorageDelete');
    },
    postgres: (server) => {
      const rows = names.map((name) => configuration(server, name, random));
      childRead(server, `${server.type}/configurations`, rows);
      diagnostics(server, 'PostgreSQLLogs');
    },
    vault: (vault) => {
      const keys = [0, 1, 2].map((number) => vaultKey(vault, number));
      childRead(vault, `${vault.type}/keys`, keys);
      for (const key of keys)
        childRead(
          key,
          `${key.type}/versions`,
          [0, 1].map((number) => keyVersion(key, number)),
        );
      diagnostics(vault, 'AuditEvent');
    },
  };
  // The account that an endpoint serves is the last one before it.
  let last;
  const kinds = {
    storage: (index) => {
      last = storageAccount(index, random);
      return last;
    },
    endpoint: (index) => privateEndpoint(index, last, random),
    postgres: (index) => postgresServer(index, random),
    vault: (index) => keyVault(index, random),
    other: (index) => otherResource(index, otherTypes[index % otherTypes.length], random),
  };
  for (let index = 0; index < resources; index++) {
    const kind = MIX[index % MIX.length];
    const row = kinds[kind](index);
    writer.add('resources', row);
    if (children) below[kind]?.(row);
  }
  for (const row of referenceRows()) writer.add('reference', row);
  writer.finish({ reads, scopes: scopesOf(resources) });
  writeFileSync(stamp, shape);
}

const MIX = [
  ...['storage', 'other', 'postgres', 'other', 'storage', 'endpoint', 'vault', 'other', 'storage', 'other'],
  ...['other', 'storage', 'endpoint', 'postgres', 'other', 'vault', 'storage', 'other', 'other', 'other'],
];

const recordOf = (read, rows) => ({
  read,
  outcome: 'ok',
  rows,
  requestId: '3b8f0c6e-0000-4000-8000-000000000000',
  at: AS_OF,
});

function scopesOf(resources) {
  const scopes = new Set();
  for (let index = 0; index < resources; index += 100) scopes.add(`/subscriptions/${placeOf(index).subscription}`);
  return [...scopes];
}

/** Files by table and type; sums and counts are taken while writing. */
function partitions(folder) {
  const open = new Map();
  const flush = (part) => {
    const bytes = part.lines.join('');
    part.hash.update(bytes);
    part.bytes += writeSync(part.fd, bytes);
    part.lines = [];
    part.pending = 0;
  };
  const start = (table, type) => {
    const file = `tables/${table}/${type === '' ? 'rows' : type.replaceAll('/', '.')}.ndjson`;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const hash = createHash('sha256');
    return { table, type, file, fd: openSync(join(folder, file), 'w'), hash, rows: 0, bytes: 0, lines: [], pending: 0 };
  };
  return {
    add: (table, row) => {
      const type = row.type ?? '';
      const key = `${table} ${type}`;
      const part = open.get(key) ?? start(table, type);
      open.set(key, part);
      const line = `${JSON.stringify(row)}\n`;
      part.lines.push(line);
      part.rows += 1;
      part.pending += line.length;
      if (part.pending > 1 << 20) flush(part);
    },
    finish: ({ reads, scopes }) => {
      const sums = [];
      const tables = new Map();
      for (const [, part] of [...open].sort(([a], [b]) => (a < b ? -1 : 1))) {
        flush(part);
        closeSync(part.fd);
        const sha256 = part.hash.digest('hex');
        sums.push(`${sha256}  ${part.file}`);
        const record = { type: part.type, file: part.file, rows: part.rows, sha256 };
        tables.set(part.table, [...(tables.get(part.table) ?? []), record]);
      }
      const header = headerOf(tables, reads, scopes);
      const text = `${JSON.stringify(header)}\n`;
      writeFileSync(join(folder, 'snapshot.json'), text);
      sums.push(`${createHash('sha256').update(text).digest('hex')}  snapshot.json`);
      writeFileSync(join(folder, 'snapshot.sha256'), `${sums.join('\n')}\n`);
    },
  };
}

/** Types that were asked for in every subscription, and of which there are none. */
const LISTED = [
  'microsoft.resources/subscriptions',
  'microsoft.authorization/roleassignments',
  'microsoft.authorization/locks',
];

function headerOf(tables, childReads, scopes) {
  const types = [...(tables.get('resources') ?? []).map(({ type }) => type), ...LISTED];
  const graph = types.flatMap((type) => scopes.map((scope) => ({ ...recordOf(type, 1), scope })));
  return {
    format: 'assay-snapshot/1',
    tool: { name: 'assay', version: 'bench' },
    cloud: 'bench',
    endpoint: 'https://bench.example',
    tenant: null,
    principal: null,
    asOf: AS_OF,
    startedAt: AS_OF,
    endedAt: AS_OF,
    requestedScopes: scopes,
    readableScopes: scopes,
    tables: [...tables].map(([name, partitions]) => ({
      name,
      rows: partitions.reduce((sum, part) => sum + part.rows, 0),
      pages: 1,
      complete: true,
      requestIds: [],
      partitions,
    })),
    reads: [...graph, ...childReads],
    errors: [],
  };
}
