import { ClientSecretCredential } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { credentialFor, emulatorFor, refusal, senderFor, version } from './clients.ts';
import { principal, tenant } from './small-estate.ts';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

async function postToken(emulator: Emulator, form: Record<string, string>, at = tenant) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: emulator.clientId,
    client_secret: emulator.clientSecret,
    scope: `${emulator.url}/.default`,
    ...form,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const path = `/${at}/oauth2/v2.0/token`;
  return senderFor(emulator)(path, { method: 'POST', body: body.toString(), headers, signedIn: false });
}

describe('the sign-in', () => {
  it('gives the real DefaultAzureCredential a token for the principal of the estate', async () => {
    const emulator = await emulatorFor();
    const token = await credentialFor(emulator).getToken(`${emulator.url}/.default`);
    expect(claimsOf(token.token)).toMatchObject({
      aud: emulator.url,
      oid: principal.objectId,
      appid: principal.appId,
      tid: tenant,
      app_displayname: principal.name,
    });
    expect(claimsOf(token.token).exp - claimsOf(token.token).iat).toBe(3599);
    expect(new Date(claimsOf(token.token).iat * 1000).toISOString()).toMatch(/^2026-11-20T02:0/);
    expect(token.expiresOnTimestamp).toBeGreaterThan(Date.now() + 3_000_000);
    expect(emulator.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      `GET /${tenant}/v2.0/.well-known/openid-configuration 200`,
      `POST /${tenant}/oauth2/v2.0/token 200`,
    ]);
    expect(emulator.requests.every(({ userAgent }) => userAgent.includes('azsdk-js-identity'))).toBe(true);
  });

  it('tells a wrong secret as Entra does, and the real credential shows it', async () => {
    const emulator = await emulatorFor();
    const credential = new ClientSecretCredential(tenant, emulator.clientId, 'wrong', {
      authorityHost: emulator.url,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: emulator.caPem },
      retryOptions: { maxRetries: 0 },
    });
    const error = await refusal(credential.getToken(`${emulator.url}/.default`));
    expect(String(error.message)).toMatch(/invalid_client[\s\S]*AADSTS7000215: Invalid client secret provided/);
    expect(emulator.requests.at(-1)).toMatchObject({ method: 'POST', status: 401 });
  });

  it.each<[what: string, form: Record<string, string>, status: number, error: string, code: number]>([
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['another application', { client_id: tenant }, 400, 'unauthorized_client', 700016],
    ['no secret', { client_secret: '' }, 401, 'invalid_client', 7000215],
    ['a scope that is no resource', { scope: 'openid' }, 400, 'invalid_scope', 1002012],
  ])('refuses %s', async (_what, form, status, error, code) => {
    const emulator = await emulatorFor();
    const response = await postToken(emulator, form);
    expect(response).toMatchObject({ status, json: { error, error_codes: [code] } });
    expect(Object(response.json).error_description).toMatch(/^AADSTS\d+: .*\r\nTrace ID: /);
  });

  it('knows only the tenant of the estate', async () => {
    const emulator = await emulatorFor();
    const other = '99999999-9999-4999-8999-999999999999';
    expect(await postToken(emulator, {}, other)).toMatchObject({ status: 400, json: { error: 'invalid_tenant' } });
    const send = senderFor(emulator);
    const discovery = await send(`/${other}/v2.0/.well-known/openid-configuration`, { signedIn: false });
    expect(discovery.status).toBe(400);
  });

  it('makes a new secret for every emulator', async () => {
    const [one, two] = [await emulatorFor(), await emulatorFor()];
    expect(one.clientSecret).not.toBe(two.clientSecret);
    expect(await postToken(two, { client_secret: one.clientSecret })).toMatchObject({ status: 401 });
  });
});

describe('Resource Manager', () => {
  const path = `/subscriptions?${version}`;

  it.each<[what: string, headers: Record<string, string>, code: string]>([
    ['no token', {}, 'AuthenticationFailed'],
    ['another scheme', { authorization: 'Basic abc' }, 'AuthenticationFailed'],
    ['a token that nobody issued', { authorization: 'Bearer a.b.c' }, 'InvalidAuthenticationToken'],
  ])('refuses %s with a challenge', async (_what, headers, code) => {
    const emulator = await emulatorFor();
    const response = await senderFor(emulator)(path, { signedIn: false, headers });
    expect(response).toMatchObject({ status: 401, json: { error: { code } } });
    expect(response.headers.get('www-authenticate')).toContain(`Bearer authorization_uri="${emulator.url}/${tenant}"`);
  });

  it('refuses a token for another resource', async () => {
    const emulator = await emulatorFor();
    const issued = await postToken(emulator, { scope: 'https://vault.azure.net/.default' });
    const authorization = `Bearer ${Object(issued.json).access_token}`;
    expect(await senderFor(emulator)(path, { signedIn: false, headers: { authorization } })).toMatchObject({
      status: 401,
      json: { error: { code: 'InvalidAuthenticationTokenAudience' } },
    });
  });

  it.each(['https://management.azure.com/.default', 'https://management.core.windows.net//.default'])(
    'takes a token for %s, which clients ask for by themselves',
    async (scope) => {
      const emulator = await emulatorFor();
      const issued = await postToken(emulator, { scope });
      const authorization = `Bearer ${Object(issued.json).access_token}`;
      expect(await senderFor(emulator)(path, { signedIn: false, headers: { authorization } })).toMatchObject({
        status: 200,
      });
    },
  );

  it('refuses a token that has expired by the clock of the emulator', async () => {
    let now = new Date('2026-11-20T02:00:00Z');
    const emulator = await emulatorFor({ clock: () => now });
    const issued = await postToken(emulator, {});
    const headers = { authorization: `Bearer ${Object(issued.json).access_token}` };
    const send = senderFor(emulator);
    now = new Date('2026-11-20T02:59:58Z');
    expect(await send(path, { signedIn: false, headers })).toMatchObject({ status: 200 });
    now = new Date('2026-11-20T02:59:59Z');
    expect(await send(path, { signedIn: false, headers })).toMatchObject({
      status: 401,
      json: { error: { code: 'ExpiredAuthenticationToken' } },
    });
  });
});
