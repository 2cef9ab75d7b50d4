import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../src/azure/collect.ts';
import { connect } from '../../src/azure/connection.ts';
import { readSet } from '../../src/azure/read-set.ts';
import { openEstate } from '../../src/commands/estate-session.ts';
import type { RequestLogEntry } from '../../src/emulator/emulator.ts';
import { openSnapshot } from '../../src/snapshot/read.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { estatePath } from './judged-estate.ts';

const ROWS = 2500;
const TYPE = 'microsoft.storage/storageaccounts';

describe('an estate of 2,500 rows', () => {
  let home: string;
  let requests: readonly RequestLogEntry[];
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'assay-test-'));
    const session = await openEstate(estatePath('paging'), []);
    try {
      const collected = await collect({
        connection: connect(session.connection),
        subscriptions: session.subscriptions,
        readSet: readSet([{ table: 'resources', type: TYPE }]),
        reference: [],
        tool: { name: 'assay', version: 'test' },
        cloud: 'emulator',
        clock: () => new Date(),
        progress: () => {},
      });
      await writeSnapshot(join(home, 's'), collected);
      requests = [...session.requests];
    } finally {
      await session.close();
    }
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('is read in ceil(rows / 1000) pages, every row once', () => {
    const { header, rows } = openSnapshot(join(home, 's'));
    const table = header.tables.find((one) => one.name === 'resources');
    expect(table).toMatchObject({ rows: ROWS, pages: Math.ceil(ROWS / 1000), complete: true });
    expect(new Set([...rows('resources')].map((row) => row.id)).size).toBe(ROWS);
    // One page more: the subscriptions that Resource Graph shows.
    expect(requests.filter(({ path }) => path.includes('ResourceGraph'))).toHaveLength(Math.ceil(ROWS / 1000) + 1);
  });

  it('shows the sign-in and the user agents of the SDK clients in the request log', () => {
    const agents = requests.map(({ method, path, userAgent }) => `${method} ${path} ${userAgent}`).join('\n');
    expect(agents).toMatch(/POST \/[0-9a-f-]+\/oauth2\/v2\.0\/token .*azsdk-js-identity\//);
    expect(agents).toMatch(
      /POST \/providers\/Microsoft\.ResourceGraph\/resources.* assay\/\S+ azsdk-js-arm-resourcegraph\/5\.0\.0/,
    );
  });

  it('takes its clock from Azure: the snapshot stands at the day of the estate', () => {
    expect(openSnapshot(join(home, 's')).header.asOf).toMatch(/^2026-11-20T02:00:/);
  });
});
