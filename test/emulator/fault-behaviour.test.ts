import { describe, expect, it } from 'vitest';
import { all, clientsFor, credentialFor, emulatorFor, refusal, senderFor, version } from './clients.ts';
import {
  account,
  devAccount,
  development,
  estateOf,
  estateYaml,
  principal,
  production,
  tenant,
} from './small-estate.ts';

const graphPath = '/providers/Microsoft.ResourceGraph/resources';
const query = 'resources | project id | order by id asc';
const policyFault = (fault: string) => `GET **/managementPolicies/default:${fault}`;

/** What the storage client says of the one read that a fault hits. */
async function faultedRead(fault: string, maxRetries = 0) {
  const emulator = await emulatorFor({ faults: [policyFault(fault)] });
  const { storage } = clientsFor(emulator, { maxRetries });
  const read = storage.managementPolicies.get('rg-data', 'stengramprod', 'default');
  return { emulator, read, logged: () => emulator.requests.filter(({ path }) => path.endsWith('/default')) };
}

describe('a fault on a Resource Manager read', () => {
  it.each<[fault: string, statusCode: number, code: string, says: RegExp]>([
    [
      '403',
      403,
      'AuthorizationFailed',
      /action 'Microsoft\.Storage\/storageAccounts\/managementPolicies\/read' over scope/,
    ],
    ['404', 404, 'ResourceNotFound', /was not found/],
    ['429', 429, 'TooManyRequests', /being throttled/],
    ['500', 500, 'InternalServerError', /unexpected error/],
    ['503', 503, 'ServiceUnavailable', /unavailable/],
    ['418', 418, 'BadRequest', /status 418/],
  ])('%s reaches the SDK client as Azure’s', async (fault, statusCode, code, says) => {
    const { read, logged } = await faultedRead(fault);
    const error = await refusal(read);
    expect(error).toMatchObject({ statusCode, code });
    expect(JSON.stringify(error.details ?? error.message)).toMatch(says);
    expect(logged()).toMatchObject([{ status: statusCode, fault: policyFault(fault) }]);
  });

  it('403 names the principal', async () => {
    const { read } = await faultedRead('403');
    expect(JSON.stringify((await refusal(read)).details)).toContain(principal.objectId);
  });

  it('429x1 asks for a second’s patience, and the SDK client comes back by itself', async () => {
    const { read, logged } = await faultedRead('429x1', 3);
    expect(await read).toMatchObject({ name: 'DefaultManagementPolicy' });
    expect(logged().map(({ status, fault }) => [status, fault])).toEqual([
      [429, policyFault('429x1')],
      [200, undefined],
    ]);
  });

  it('reset breaks the connection', async () => {
    const { read, logged } = await faultedRead('reset');
    expect(await refusal(read)).toMatchObject({ code: 'ECONNRESET' });
    expect(logged()).toMatchObject([{ status: 0, bytes: 0, fault: policyFault('reset') }]);
  });

  it('badjson answers 200 with a body that is none', async () => {
    const { read, logged } = await faultedRead('badjson');
    expect(await refusal(read)).toMatchObject({ code: 'PARSE_ERROR' });
    expect(logged()).toMatchObject([{ status: 200, fault: policyFault('badjson') }]);
  });

  it('truncated sends half of the body and then nothing', async () => {
    const { read, logged } = await faultedRead('truncated');
    expect(Object(await refusal(read)).message).toMatch(/aborted|Error reading response/);
    const whole = JSON.stringify(
      estateOf().resources.get(`${account}/managementPolicies/default`.toLowerCase()),
    ).length;
    expect(logged()).toMatchObject([{ status: 200, bytes: Math.floor(whole / 2) }]);
  });

  it('hits no other read', async () => {
    const { storage } = clientsFor(await emulatorFor({ faults: [policyFault('403')] }));
    expect(await storage.storageAccounts.getProperties('rg-data', 'stengramprod')).toMatchObject({ id: account });
  });

  it('needs a token first: who is not signed in gets 401', async () => {
    const emulator = await emulatorFor({ faults: ['* **:500'] });
    const response = await senderFor(emulator)(`${account}?${version}`, { signedIn: false });
    expect(response.status).toBe(401);
    expect(emulator.requests[0]).not.toHaveProperty('fault');
  });

  it('may come from the estate itself', async () => {
    const estate = estateOf({ ...estateYaml, faults: [policyFault('503')] });
    const send = senderFor(await emulatorFor({ estate }));
    expect(await send(`${account}/managementPolicies/default?${version}`)).toMatchObject({ status: 503 });
  });
});

describe('a fault on Resource Graph', () => {
  it('quota answers 429 with the quota headers alone, which the SDK client does not retry', async () => {
    const emulator = await emulatorFor({ faults: [`POST ${graphPath}:quotax1`] });
    const { graph } = clientsFor(emulator, { maxRetries: 3 });
    const error = await refusal(graph.resources({ query }));
    expect(error).toMatchObject({ statusCode: 429, code: 'RateLimiting' });
    const { headers } = Object(error.response);
    expect(headers.get('x-ms-user-quota-remaining')).toBe('0');
    expect(headers.get('x-ms-user-quota-resets-after')).toBe('00:00:01');
    expect(headers.get('retry-after')).toBeUndefined();
    expect(emulator.requests.filter(({ path }) => path === graphPath)).toHaveLength(1);
    expect(await graph.resources({ query })).toMatchObject({ count: 4 });
  });

  it('truncated leaves rows out, says so, and gives no token', async () => {
    const { graph } = clientsFor(await emulatorFor({ faults: [`POST ${graphPath}:truncated`] }));
    const answer = await graph.resources({ query });
    expect(answer).toMatchObject({ resultTruncated: 'true', count: 2, totalRecords: 4 });
    expect(answer.skipToken).toBeUndefined();
    const none = await graph.resources({ query: "resources | where name == 'nothing' | project id" });
    expect(none).toMatchObject({ resultTruncated: 'true', count: 0, totalRecords: 1 });
  });

  it('403 is a denial of Resource Graph itself', async () => {
    const { graph } = clientsFor(await emulatorFor({ faults: [`POST ${graphPath}:403`] }));
    expect(await refusal(graph.resources({ query }))).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
  });
});

describe('a fault on the sign-in', () => {
  it.each(['401', '503', 'badjson', 'reset'])('%s leaves the real credential without a token', async (fault) => {
    const emulator = await emulatorFor({ faults: [`POST /${tenant}/oauth2/v2.0/token:${fault}`] });
    const error = await refusal(credentialFor(emulator).getToken(`${emulator.url}/.default`));
    expect(String(error.name)).toMatch(/Error$/);
    expect(emulator.requests.some((entry) => entry.fault?.endsWith(`:${fault}`))).toBe(true);
  });
});

describe('403 on exactly a subscription', () => {
  const fault = `GET /subscriptions/${development}:403`;

  it('stands for a missing role: all below is denied, and the log says why', async () => {
    const emulator = await emulatorFor({ faults: [fault] });
    const { storage } = clientsFor(emulator, { subscription: development });
    expect(await refusal(all(storage.storageAccounts.list()))).toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
    });
    const send = senderFor(emulator);
    expect(await send(`${devAccount}/managementPolicies/default?${version}`)).toMatchObject({ status: 403 });
    expect(await send(`/subscriptions/${development}?${version}`)).toMatchObject({ status: 403 });
    const denied = emulator.requests.filter(({ status }) => status === 403);
    expect(denied.map((entry) => entry.fault)).toEqual([fault, fault, fault]);
    expect(await send(`/subscriptions/${production}?${version}`)).toMatchObject({ status: 200 });
  });

  it('hides the subscription from Resource Graph and from the list of subscriptions', async () => {
    const emulator = await emulatorFor({ faults: [fault] });
    const { graph } = clientsFor(emulator);
    const { data } = await graph.resources({ query: 'resources | distinct subscriptionId' });
    expect(data).toEqual([{ subscriptionId: production }]);
    const { json } = await senderFor(emulator)(`/subscriptions?${version}`);
    expect(Object(json).value).toHaveLength(1);
  });

  it('with a count is an ordinary fault', async () => {
    const emulator = await emulatorFor({ faults: [`${fault}x1`] });
    const send = senderFor(emulator);
    const path = `/subscriptions/${development}?${version}`;
    expect([(await send(path)).status, (await send(path)).status]).toEqual([403, 200]);
  });
});
