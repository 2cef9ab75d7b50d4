import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RequestLogEntry, startEmulator } from '../../src/emulator/emulator.ts';
import { EmulatorError } from '../../src/emulator/errors.ts';
import { clientsFor, credentialFor, emulatorFor, refusal, senderFor, version } from './clients.ts';
import { account, estateOf, estateYaml, tenant } from './small-estate.ts';

describe('an emulator', () => {
  it('speaks TLS with a certificate of its own, which nobody trusts unasked', async () => {
    const emulator = await emulatorFor();
    const error = await refusal(fetch(`${emulator.url}/subscriptions`));
    expect(Object(error.cause).code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(emulator.requests).toEqual([]);
    expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}`);
    expect(emulator.caPem).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  it('answers under the name localhost as well', async () => {
    const emulator = await emulatorFor();
    const send = senderFor(emulator);
    const path = emulator.url.replace('127.0.0.1', 'localhost');
    expect(await send(`${path}/subscriptions?${version}`)).toMatchObject({ status: 200 });
  });

  it('dates its answers from the asOf of the estate, whatever day it is', async () => {
    const response = await senderFor(await emulatorFor())(`${account}?${version}`);
    const date = new Date(response.headers.get('date') ?? '');
    expect(date.getTime() - Date.parse(estateYaml.asOf)).toBeGreaterThanOrEqual(0);
    expect(date.getTime() - Date.parse(estateYaml.asOf)).toBeLessThan(60_000);
  });

  it('runs its clock on with real time', async () => {
    const { clockFrom } = await import('../../src/emulator/clock.ts');
    const started = performance.now();
    const clock = clockFrom(new Date('2026-11-20T02:00:00Z'));
    const first = clock().getTime();
    while (performance.now() - started < 20);
    expect(clock().getTime() - first).toBeGreaterThanOrEqual(15);
  });

  it('follows a clock that is given', async () => {
    const emulator = await emulatorFor({ clock: () => new Date('2030-01-02T03:04:05Z') });
    const response = await senderFor(emulator)(`${account}?${version}`);
    expect(response.headers.get('date')).toBe('Wed, 02 Jan 2030 03:04:05 GMT');
  });

  it('gives every answer its ids and echoes the one of the client', async () => {
    const send = senderFor(await emulatorFor());
    const responses = [
      await send(`${account}?${version}`, { headers: { 'x-ms-client-request-id': 'mine' } }),
      await send('/nonsense', { headers: { 'x-ms-client-request-id': 'mine' } }),
      await send('/nonsense', { signedIn: false, headers: { 'x-ms-client-request-id': 'mine' } }),
    ];
    const ids = responses.map(({ headers }) => headers.get('x-ms-request-id'));
    expect(new Set(ids).size).toBe(3);
    for (const { headers } of responses) {
      expect(headers.get('x-ms-client-request-id')).toBe('mine');
      expect(headers.get('x-ms-correlation-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('logs every request, and calls back for each', async () => {
    const seen: RequestLogEntry[] = [];
    const emulator = await emulatorFor({ onRequest: (entry) => seen.push(entry), faults: ['GET **/nonsense:503'] });
    const send = senderFor(emulator);
    const answered = await send(`${account}?${version}`, { headers: { 'x-ms-client-request-id': 'mine' } });
    await send(`/nonsense?${version}`);
    expect(seen).toEqual(emulator.requests);
    expect(seen.slice(2)).toEqual([
      {
        method: 'GET',
        path: account,
        status: 200,
        userAgent: expect.stringContaining('core-rest-pipeline'),
        bytes: Buffer.byteLength(answered.bodyAsText ?? ''),
        clientRequestId: 'mine',
      },
      expect.objectContaining({ path: '/nonsense', status: 503, fault: 'GET **/nonsense:503' }),
    ]);
  });

  it('never logs a secret or a token', async () => {
    const emulator = await emulatorFor();
    const { token } = await credentialFor(emulator).getToken(`${emulator.url}/.default`);
    await senderFor(emulator)(`${account}?${version}`);
    const log = JSON.stringify(emulator.requests);
    expect(log).not.toContain(emulator.clientSecret);
    expect(log).not.toContain(token);
  });

  it('serves a hundred requests at once, reads and queries among each other', async () => {
    const emulator = await emulatorFor();
    const send = senderFor(emulator);
    const query = JSON.stringify({ query: `resources | where id =~ '${account}' | project id` });
    const graph = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0 ? send(`${account}?${version}`) : send(graph, { method: 'POST', body: query }),
      ),
    );
    const ids = answers.map(({ json }) => Object(json).id ?? Object(json).data[0].id);
    expect(ids).toEqual(Array(100).fill(account));
    expect(emulator.requests.filter(({ status, path }) => status === 200 && !path.includes('oauth2'))).toHaveLength(
      101,
    );
  });

  it('refuses a body that is too large, and goes on', async () => {
    const send = senderFor(await emulatorFor());
    const path = `/providers/Microsoft.ResourceGraph/resources?${version}`;
    expect(await send(path, { method: 'POST', body: 'x'.repeat(1_048_577) })).toMatchObject({ status: 400 });
    expect(await send(`${account}?${version}`)).toMatchObject({ status: 200 });
  });

  it('outlives clients that break off, lie about lengths, or speak nonsense', async () => {
    const emulator = await emulatorFor();
    const start = 'POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{';
    for (const text of [start, 'GET // HTTP/1.1\r\nhost: x\r\n\r\n', 'nonsense\r\n\r\n', '\0\0\0']) {
      await new Promise<void>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port: emulator.port, ca: emulator.caPem }, () => socket.end(text));
        socket.on('error', () => resolve()).on('close', () => resolve());
        socket.resume();
      });
    }
    expect(await senderFor(emulator)(`${account}?${version}`)).toMatchObject({ status: 200 });
  });

  it('stops at once, though clients keep their connections open', async () => {
    const emulator = await emulatorFor();
    const { storage } = clientsFor(emulator);
    await storage.storageAccounts.getProperties('rg-data', 'stengramprod');
    await emulator.close();
    const error = await refusal(storage.storageAccounts.getProperties('rg-data', 'stengramprod'));
    expect(['ECONNREFUSED', 'ECONNRESET']).toContain(error.code);
  });
});

describe('the start', () => {
  it('on a port that is taken is refused with a sentence', async () => {
    const taken = createServer();
    onTestFinished(() => void taken.close());
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve(Object(taken.address()).port));
    });
    const error = await refusal(startEmulator({ estate: estateOf(), port }));
    expect(error).toBeInstanceOf(EmulatorError);
    expect(error).toMatchObject({ code: 'port-in-use' });
    expect(error.message).toBe(
      `Port ${port} on 127.0.0.1 is taken by another program. Choose another, or 0 for any free one.`,
    );
  });

  it('on a port that does not exist is refused', async () => {
    expect(await refusal(startEmulator({ estate: estateOf(), port: 70_000 }))).toMatchObject({ code: 'listen-failed' });
  });

  it('on a wished port takes it', async () => {
    const first = await emulatorFor();
    const { port } = first;
    await first.close();
    expect(await emulatorFor({ port })).toMatchObject({ port, tenantId: tenant });
  });

  it('with a wrong fault is refused before anything listens, whoever wrote it', async () => {
    const estate = estateOf({ ...estateYaml, faults: ['GET nothing'] });
    expect(await refusal(startEmulator({ estate }))).toMatchObject({ code: 'fault-invalid' });
    expect(await refusal(startEmulator({ estate: estateOf(), faults: ['x'] }))).toMatchObject({
      code: 'fault-invalid',
    });
  });
});
