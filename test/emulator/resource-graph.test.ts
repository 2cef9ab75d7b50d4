import { describe, expect, it } from 'vitest';
import { all, clientsFor, emulatorFor, refusal, type Send, senderFor } from './clients.ts';
import {
  account,
  bareAccount,
  devAccount,
  development,
  estateOf,
  estateYaml,
  production,
  server,
  storageAccount,
} from './small-estate.ts';

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';
const ids = 'resources | project id | order by id asc';
const generate = {
  storageAccounts: 2500,
  seed: 1,
  subscription: production,
  resourceGroup: 'rg-generated',
  location: 'swedencentral',
};

async function post(send: Send, body: unknown, at = path) {
  const response = await send(at, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { ...response, answer: Object(response.json) };
}

describe('Resource Graph', () => {
  it('answers a query of the real client with the rows of the estate', async () => {
    const emulator = await emulatorFor();
    const { graph } = clientsFor(emulator);
    const answer = await graph.resources({
      query: 'resources | where type =~ "Microsoft.Storage/storageAccounts" | order by id asc',
    });
    expect(answer).toMatchObject({ totalRecords: 3, count: 3, resultTruncated: 'false', facets: [] });
    expect(answer.skipToken).toBeUndefined();
    const [first] = answer.data;
    expect(first).toEqual(estateOf().tables.resources?.find(({ id }) => id === first.id));
    expect(emulator.requests.at(-1)).toMatchObject({
      method: 'POST',
      userAgent: expect.stringMatching(/azsdk-js-.*resourcegraph/),
    });
  });

  it('answers a row whole, its columns as recorded, when nothing is projected', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const { data } = await graph.resources({ query: `resources | where id =~ '${account}'` });
    expect(Object.keys(data[0]).toSorted()).toEqual(
      ['extendedLocation', 'id', 'identity', 'kind', 'location', 'managedBy', 'name', 'plan', 'properties'].concat([
        'resourceGroup',
        'sku',
        'subscriptionId',
        'tags',
        'tenantId',
        'type',
        'zones',
      ]),
    );
  });

  it('starts from resources when a query starts with an operator, and finds tables in any case', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const counts = [
      'where isnotempty(id) | count',
      'Resources | count',
      'RESOURCECONTAINERS | count',
      'securityresources | count',
    ];
    const answers = await Promise.all(counts.map((query) => graph.resources({ query })));
    expect(answers.map(({ data }) => data[0].Count)).toEqual([4, 4, 4, 1]);
  });

  it('holds no children: those are Resource Manager reads', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const query =
      "resources | where type has 'managementpolicies' or type has 'configurations' or type has 'blobservices'";
    expect(await graph.resources({ query })).toMatchObject({ totalRecords: 0, count: 0, data: [] });
  });

  it('joins, expands and summarizes', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const query = `resources | where type =~ 'microsoft.storage/storageaccounts'
      | join kind=leftouter (resourcecontainers | where type == 'microsoft.resources/subscriptions'
        | project subscriptionId, subscription = name) on subscriptionId
      | summarize accounts = count() by subscription | order by subscription asc`;
    const { data } = await graph.resources({ query });
    expect(data).toEqual([
      { subscription: 'Engram development', accounts: 1 },
      { subscription: 'Engram production', accounts: 2 },
    ]);
  });

  it('answers in the table format when asked to', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const query = `resources | where id =~ '${account}'
      | project id, sku, three = 3, yes = true, half = 0.5, at = datetime(2026-01-02)`;
    const { data } = await graph.resources({ query, options: { resultFormat: 'table' } });
    expect(data.columns).toEqual([
      { name: 'id', type: 'string' },
      { name: 'sku', type: 'object' },
      { name: 'three', type: 'integer' },
      { name: 'yes', type: 'boolean' },
      { name: 'half', type: 'number' },
      { name: 'at', type: 'datetime' },
    ]);
    expect(data.rows).toEqual([
      [account, { name: 'Standard_GZRS', tier: 'Standard' }, 3, true, 0.5, '2026-01-02T00:00:00.0000000Z'],
    ]);
  });

  it('takes the time from the clock of the emulator', async () => {
    const { graph } = clientsFor(await emulatorFor({ clock: () => new Date('2030-05-06T07:08:09Z') }));
    const { data } = await graph.resources({ query: `resources | where id =~ '${account}' | project id, at = now()` });
    expect(data[0].at).toBe('2030-05-06T07:08:09.0000000Z');
  });

  it('accepts every scope filter of Azure', async () => {
    const { graph } = clientsFor(await emulatorFor());
    for (const authorizationScopeFilter of [
      'AtScopeAndBelow',
      'AtScopeAndAbove',
      'AtScopeExact',
      'AtScopeAboveAndBelow',
    ] as const) {
      expect(await graph.resources({ query: ids, options: { authorizationScopeFilter } })).toMatchObject({ count: 4 });
    }
  });
});

describe('the scope filter of assignments', () => {
  const assignments =
    "authorizationresources | where type == 'microsoft.authorization/roleassignments' | project id, name | order by id asc";
  const assigned = (scope: string, name: string) => ({
    resource: {
      id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      name,
      type: 'Microsoft.Authorization/roleAssignments',
      properties: { principalId: name },
    },
  });
  const files = {
    'arm/access.json': [
      assigned('', 'root'),
      assigned('/providers/Microsoft.Management/managementGroups/mg-live', 'group'),
      assigned('/providers/Microsoft.Management/managementGroups/mg-other', 'other'),
      assigned(`/subscriptions/${production}`, 'subscription'),
      assigned(`/subscriptions/${production}/resourceGroups/rg-Data`, 'below'),
    ],
  };
  const subscriptions = [
    { id: production, name: 'Engram production', state: 'Enabled', managementGroups: ['mg-live'] },
    { id: development, name: 'Engram development', state: 'Enabled', managementGroups: ['mg-play'] },
  ];

  it.each([
    [undefined, ['below', 'subscription']],
    ['AtScopeAndBelow', ['below', 'subscription']],
    ['AtScopeAndAbove', ['group', 'root', 'subscription']],
    ['AtScopeExact', ['subscription']],
    ['AtScopeAboveAndBelow', ['below', 'group', 'root', 'subscription']],
  ] as const)('%s shows what Azure shows', async (authorizationScopeFilter, names) => {
    const { graph } = clientsFor(await emulatorFor({ estate: estateOf({ ...estateYaml, subscriptions }, files) }));
    const options = authorizationScopeFilter === undefined ? {} : { authorizationScopeFilter };
    const { data } = await graph.resources({ query: assignments, subscriptions: [production], options });
    expect(data.map(({ name }: { name: string }) => name).toSorted()).toEqual(names);
  });
});

describe('the scope of a query', () => {
  const idsOf = (answer: { data: { id: string }[] }) => answer.data.map(({ id }) => id);

  it('is every readable subscription, or those that are named', async () => {
    const { graph } = clientsFor(await emulatorFor());
    expect(idsOf(await graph.resources({ query: ids }))).toHaveLength(4);
    expect(idsOf(await graph.resources({ query: ids, subscriptions: [development.toUpperCase()] }))).toEqual([
      devAccount,
    ]);
    expect(idsOf(await graph.resources({ query: ids, subscriptions: [production, development] }))).toHaveLength(4);
  });

  it('loses unreadable and unknown subscriptions without a word, as in Azure', async () => {
    const estate = estateOf({ ...estateYaml, unreadable: [development] });
    const { graph } = clientsFor(await emulatorFor({ estate }));
    const unknown = '99999999-9999-4999-8999-999999999999';
    const answer = await graph.resources({ query: ids, subscriptions: [production, development, unknown] });
    expect(answer).toMatchObject({ totalRecords: 3, resultTruncated: 'false' });
    expect(idsOf(answer)).not.toContain(devAccount);
    expect(await graph.resources({ query: ids, subscriptions: [development] })).toMatchObject({
      totalRecords: 0,
      data: [],
    });
    const containers = await graph.resources({
      query: "resourcecontainers | where type =~ 'microsoft.resources/subscriptions'",
    });
    expect(containers.data.map(({ name }: { name: string }) => name)).toEqual(['Engram production']);
  });

  it('cannot be a management group that the estate does not have', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const error = await refusal(graph.resources({ query: ids, managementGroups: ['mg-root'] }));
    expect(error).toMatchObject({ statusCode: 400, code: 'BadRequest' });
  });

  it('can be a management group of the estate, but not together with subscriptions', async () => {
    const id = '/providers/Microsoft.Management/managementGroups/mg-root';
    const resource = { id, name: 'mg-root', type: 'Microsoft.Management/managementGroups', properties: {} };
    const estate = estateOf(estateYaml, { 'arm/a.json': [{ resource }, { resource: storageAccount(account) }] });
    const { graph } = clientsFor(await emulatorFor({ estate }));
    expect(await graph.resources({ query: ids, managementGroups: ['MG-Root'] })).toMatchObject({ totalRecords: 1 });
    const both = graph.resources({ query: ids, managementGroups: ['mg-root'], subscriptions: [production] });
    expect(await refusal(both)).toMatchObject({ statusCode: 400 });
  });
});

describe('paging', () => {
  it('brings 2,500 generated accounts in ceil(rows / 1000) requests, none lost, none twice', async () => {
    const emulator = await emulatorFor({ estate: estateOf({ ...estateYaml, generate }, {}) });
    const { graph } = clientsFor(emulator);
    const seen: string[] = [];
    let skipToken: string | undefined;
    do {
      const options = {
        top: 1000,
        resultFormat: 'objectArray' as const,
        ...(skipToken === undefined ? {} : { skipToken }),
      };
      const answer = await graph.resources({ query: ids, subscriptions: [production], options });
      expect(answer).toMatchObject({ totalRecords: 2500, resultTruncated: 'false' });
      seen.push(...answer.data.map(({ id }: { id: string }) => id));
      skipToken = answer.skipToken;
    } while (skipToken !== undefined);
    expect(new Set(seen).size).toBe(2500);
    expect(seen).toHaveLength(2500);
    const queries = emulator.requests.filter(({ path: at }) => at.endsWith('/resources'));
    expect(queries).toHaveLength(Math.ceil(2500 / 1000));
    expect(queries.every(({ userAgent }) => /azsdk-js-.*resourcegraph/.test(userAgent))).toBe(true);
  });

  it('takes 100 rows unless told otherwise, and a token remembers the size of its pages', async () => {
    const { graph } = clientsFor(await emulatorFor({ estate: estateOf({ ...estateYaml, generate }, {}) }));
    expect(await graph.resources({ query: ids })).toMatchObject({ count: 100, totalRecords: 2500 });
    const first = await graph.resources({ query: ids, options: { top: 25 } });
    const second = await graph.resources({ query: ids, options: { skipToken: first.skipToken ?? '' } });
    expect(second).toMatchObject({ count: 25, totalRecords: 2500 });
    expect(second.data[0].id > first.data[24].id).toBe(true);
  });

  it('can skip rows', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const [whole, rest] = [
      await graph.resources({ query: ids }),
      await graph.resources({ query: ids, options: { skip: 3 } }),
    ];
    expect(rest.data).toEqual(whole.data.slice(3));
    expect(rest).toMatchObject({ totalRecords: 4, count: 1, resultTruncated: 'false' });
    expect(await graph.resources({ query: ids, options: { skip: 9 } })).toMatchObject({ totalRecords: 4, count: 0 });
  });

  it.each<[query: string, expected: Record<string, unknown>]>([
    ['resources | project id | take 3', { count: 3, totalRecords: 4, resultTruncated: 'true' }],
    ['resources | limit 3 | project id', { count: 3, totalRecords: 4, resultTruncated: 'true' }],
    ['resources | take 3 // | take 9\n| project id', { count: 3, totalRecords: 4, resultTruncated: 'true' }],
    ["resources | where name != '| take 1' | project id", { count: 4, totalRecords: 4, resultTruncated: 'false' }],
    ['resources | project id | take 10', { count: 4, totalRecords: 4, resultTruncated: 'false' }],
    ['resources | top 3 by id asc', { count: 3, totalRecords: 3, resultTruncated: 'false' }],
  ])('is impossible with a row limit: %j', async (query, expected) => {
    const { graph } = clientsFor(await emulatorFor());
    const answer = await graph.resources({ query });
    expect(answer).toMatchObject(expected);
    expect(answer.skipToken).toBeUndefined();
  });

  it('is impossible when every column is dynamic', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const answer = await graph.resources({ query: 'resources | project sku, tags', options: { top: 2 } });
    expect(answer).toMatchObject({ count: 2, totalRecords: 4, resultTruncated: 'true' });
    expect(answer.skipToken).toBeUndefined();
  });

  it('refuses a token of another query, another scope, or of nobody', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const { skipToken = '' } = await graph.resources({ query: ids, options: { top: 2 } });
    expect(skipToken).not.toBe('');
    const requests = [
      { query: `${ids} `, options: { skipToken } },
      { query: ids, subscriptions: [production], options: { skipToken } },
      { query: ids, options: { skipToken: 'abc' } },
    ];
    for (const request of requests) {
      expect(await refusal(graph.resources(request))).toMatchObject({ statusCode: 400, code: 'BadRequest' });
    }
    expect(await graph.resources({ query: ids, options: { skipToken } })).toMatchObject({ count: 2 });
  });
});

describe('a request that Resource Graph refuses', () => {
  it.each<[what: string, body: unknown]>([
    ['no JSON', '{'],
    ['no query', {}],
    ['an empty query', { query: '' }],
    ['a list', []],
    ['a page of 0 rows', { query: ids, options: { $top: 0 } }],
    ['a page of 1001 rows', { query: ids, options: { $top: 1001 } }],
    ['a page of half a row', { query: ids, options: { $top: 0.5 } }],
    ['a negative skip', { query: ids, options: { $skip: -1 } }],
    ['another format', { query: ids, options: { resultFormat: 'csv' } }],
    ['another scope filter', { query: ids, options: { authorizationScopeFilter: 'Everything' } }],
    ['subscriptions that are no list', { query: ids, subscriptions: production }],
  ])('%s', async (_what, body) => {
    const { status, answer } = await post(senderFor(await emulatorFor()), body);
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({ code: 'BadRequest', details: [{ code: 'InvalidRequestContent' }] });
    expect(answer.error.message).toMatch(
      /^Please provide below info when asking for support: timestamp = 2026-11-20T02:0/,
    );
  });

  it('a query with a syntax error, with line, position and token, as the real client shows it', async () => {
    const { graph } = clientsFor(await emulatorFor());
    const error = await refusal(graph.resources({ query: "resources\n| where type = = 'x'" }));
    expect(error).toMatchObject({ statusCode: 400, code: 'BadRequest' });
    const { details } = Object(error.details).error;
    expect(details[0]).toMatchObject({ code: 'InvalidQuery' });
    expect(details[1]).toMatchObject({ code: 'ParserFailure', additionalProperties: { line: 2, token: '=' } });
  });

  it.each<[query: string, detail: Record<string, unknown>]>([
    ['resources | where', { code: 'ParserFailure', line: 1, token: '<EOF>' }],
    ['resources | wehre x', { code: 'ParserFailure', line: 1, characterPositionInLine: 12, token: 'wehre' }],
    ['resources | project nothing', { code: 'InvalidQuery', line: 1, characterPositionInLine: 20, token: 'nothing' }],
    ['nowhere | count', { code: 'InvalidQuery', line: 1, characterPositionInLine: 0, token: 'nowhere' }],
    ['childresources | count', { code: 'InvalidQuery', token: 'childresources' }],
    ['workload | count', { code: 'InvalidQuery', token: 'workload' }],
    ["let t = 'x'; resources | where type == t", { code: 'InvalidQueryLanguage', token: 'let' }],
    ['print 1', { code: 'InvalidQueryLanguage', token: 'print' }],
    ['range i from 1 to 3 step 1', { code: 'InvalidQueryLanguage', token: 'range' }],
    ['resources | join kind=leftanti (resourcecontainers) on id', { code: 'UnsupportedJoinFlavor' }],
  ])('%j', async (query, detail) => {
    const { status, answer } = await post(senderFor(await emulatorFor()), { query });
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({ code: 'BadRequest', details: [{ code: 'InvalidQuery' }, detail] });
  });

  it.each([
    ['| join kind=inner (resources | project id) on id ', 'The query has 4 join operators or legs, the limit is 3.'],
    ['| mv-expand zones ', 'The query has 4 mv-expand operators or legs, the limit is 3.'],
  ])('more than three of one kind: %s', async (step, message) => {
    const send = senderFor(await emulatorFor());
    expect((await post(send, { query: `resources ${step.repeat(3)}| count` })).status).toBe(200);
    const { status, answer } = await post(send, { query: `resources ${step.repeat(4)}| count` });
    expect(status).toBe(400);
    expect(answer.error.details[1].message).toBe(message);
  });

  it('a union of more than three legs', async () => {
    const send = senderFor(await emulatorFor());
    const leg = ', (resources | project id)';
    const { status, answer } = await post(send, { query: `resources | union ${leg.repeat(4).slice(2)} | count` });
    expect(status).toBe(400);
    expect(answer.error.details[1].message).toMatch(/^The query has \d union operators or legs, the limit is 3\.$/);
    expect((await post(send, { query: `resources | union ${leg.slice(2)} | count` })).status).toBe(200);
  });

  it('an answer beyond 16 MiB', async () => {
    const big = storageAccount(account, { padding: 'x'.repeat(9_000_000) });
    const also = storageAccount(bareAccount, { padding: 'x'.repeat(9_000_000) });
    const estate = estateOf(estateYaml, { 'arm/a.json': [{ resource: big }, { resource: also }] });
    const send = senderFor(await emulatorFor({ estate }));
    const { status, answer } = await post(send, { query: 'resources' });
    expect(status).toBe(400);
    expect(answer.error.details).toEqual([
      {
        code: 'ResponsePayloadTooLarge',
        message: expect.stringMatching(/^Response payload size is 18\d{6}, and has exceeded the limit of 16777216\. /),
      },
    ]);
    expect((await post(send, { query: 'resources', options: { $top: 1 } })).status).toBe(200);
  });

  it('no api-version, and any method but POST', async () => {
    const send = senderFor(await emulatorFor());
    expect((await post(send, { query: ids }, path.replace(/\?.*/, ''))).answer.error.code).toBe(
      'MissingApiVersionParameter',
    );
    const response = await send(path);
    expect(response).toMatchObject({ status: 405 });
    expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('the quota', () => {
  it('of 15 queries in 5 seconds is Azure’s, is told in headers, and ends in a 429 without Retry-After', async () => {
    let now = new Date('2026-11-20T02:00:00Z');
    const emulator = await emulatorFor({ clock: () => now, quota: { queries: 15, seconds: 5 } });
    const send = senderFor(emulator);
    const remaining: (string | undefined)[] = [];
    for (let query = 0; query < 15; query += 1) {
      const { status, headers } = await post(send, { query: ids });
      expect(status).toBe(200);
      remaining.push(headers.get('x-ms-user-quota-remaining'));
    }
    expect(remaining).toEqual(Array.from({ length: 15 }, (_, index) => String(14 - index)));
    const refused = await post(send, { query: ids });
    expect(refused.status).toBe(429);
    expect(refused.answer.error).toMatchObject({ code: 'RateLimiting', details: [{ code: 'RateLimiting' }] });
    expect(refused.headers.get('x-ms-user-quota-resets-after')).toBe('00:00:05');
    expect(refused.headers.get('retry-after')).toBeUndefined();
    now = new Date('2026-11-20T02:00:05Z');
    expect((await post(send, { query: ids })).status).toBe(200);
  });

  it('is on by default, and reads of Resource Manager do not count', async () => {
    const { startEmulator } = await import('../../src/emulator/emulator.ts');
    const emulator = await startEmulator({ estate: estateOf(), clock: () => new Date('2026-11-20T02:00:00Z') });
    try {
      const send = senderFor(emulator);
      for (let read = 0; read < 20; read += 1) await send(`${server}?api-version=2025-08-01`);
      const answers = await all(
        (async function* () {
          for (let query = 0; query < 16; query += 1) yield (await post(send, { query: ids })).status;
        })(),
      );
      expect(answers).toEqual([...Array(15).fill(200), 429]);
    } finally {
      await emulator.close();
    }
  });
});
