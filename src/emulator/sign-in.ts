import { randomBytes, randomUUID } from 'node:crypto';
import type { Answer, Asked } from './answer.ts';
import { armError, ok } from './answer.ts';
import type { Estate } from './estate.ts';

/** Entra's side of one emulator. */
export interface SignIn {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Answers the Entra routes; undefined for any other path. */
  answer(asked: Asked): Answer | undefined;
  /** The 401 for a request that bears no good token; undefined when it does. */
  refuse(authorization: string | undefined): Answer | undefined;
}

/** Tokens live as long as Entra's usual ones. */
const tokenSeconds = 3599;

/**
 * A stand-in for Entra ID: OpenID discovery and the client-credentials grant of one application, whose secret is made
 * here. Tokens have the form of a JWT with the claims that callers read, but no signature that could be verified; the
 * Resource Manager side knows them by heart.
 */
export function createSignIn(estate: Estate, { url, now }: { url: string; now: () => Date }): SignIn {
  const clientId = estate.principal.appId;
  const clientSecret = randomBytes(24).toString('base64url');
  const issued = new Map<string, { readonly audience: string; readonly expiresAt: number }>();
  const base = `/${estate.tenant}`.toLowerCase();

  const grantToken = (form: URLSearchParams): Answer => {
    const refused = refuseGrant(form, { clientId, clientSecret, now: now() });
    if (refused !== undefined) return refused;
    const audience = (form.get('scope') ?? '').replace(/\/\.default$/, '');
    const issuedAt = Math.floor(now().getTime() / 1000);
    const token = writeToken(estate, { audience, issuedAt, issuer: `${url}${base}/v2.0` });
    issued.set(token, { audience, expiresAt: (issuedAt + tokenSeconds) * 1000 });
    const lifetime = { expires_in: tokenSeconds, ext_expires_in: tokenSeconds };
    return ok({ token_type: 'Bearer', ...lifetime, access_token: token }, noStore);
  };

  return {
    clientId,
    clientSecret,
    answer: ({ method, path, body }) => {
      const route = /^\/([^/]+)(\/v2\.0\/\.well-known\/openid-configuration|\/oauth2\/v2\.0\/token)\/?$/i.exec(path);
      if (route === null) return undefined;
      const [, tenant = '', end = ''] = route;
      if (`/${tenant}`.toLowerCase() !== base) return unknownTenant(tenant, now());
      const isToken = end.endsWith('token');
      if (method !== (isToken ? 'POST' : 'GET'))
        return oauthError(405, 'invalid_request', 900144, `${method} is not allowed here.`, now());
      return isToken ? grantToken(new URLSearchParams(body)) : ok(openIdConfiguration(`${url}${base}`));
    },
    refuse: (authorization) => {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      const found = issued.get(token ?? '');
      const problem = tokenProblem(token, found, { url, now: now() });
      return problem && unauthorized(problem, `${url}${base}`);
    },
  };
}

const noStore = { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' };

function openIdConfiguration(authority: string): object {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

interface Registered {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly now: Date;
}

function refuseGrant(form: URLSearchParams, { clientId, clientSecret, now }: Registered): Answer | undefined {
  const grant = form.get('grant_type');
  if (grant !== 'client_credentials') {
    const sentence = `The app requested an unsupported grant type '${grant ?? ''}'.`;
    return oauthError(400, 'unsupported_grant_type', 70003, sentence, now);
  }
  const client = form.get('client_id') ?? '';
  if (client.toLowerCase() !== clientId.toLowerCase()) {
    const sentence = `Application with identifier '${client}' was not found in the directory.`;
    return oauthError(400, 'unauthorized_client', 700016, sentence, now);
  }
  if (form.get('client_secret') !== clientSecret) {
    const sentence =
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not ' +
      `the client secret ID, for a secret added to app '${clientId}'.`;
    return oauthError(401, 'invalid_client', 7000215, sentence, now);
  }
  if (!/\S\/\.default$/.test(form.get('scope') ?? '')) {
    const sentence = `The provided value for scope ${form.get('scope') ?? ''} is not valid: it must end in /.default.`;
    return oauthError(400, 'invalid_scope', 1002012, sentence, now);
  }
  return undefined;
}

function unknownTenant(tenant: string, now: Date): Answer {
  return oauthError(400, 'invalid_tenant', 90002, `Tenant '${tenant}' not found.`, now);
}

/** Entra's error body, with the same fields and line breaks. */
function oauthError(status: number, error: string, code: number, sentence: string, now: Date): Answer {
  const timestamp = now.toISOString().replace('T', ' ').replace(/\.\d+/, '');
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  const tail = `Trace ID: ${ids.trace_id}\r\nCorrelation ID: ${ids.correlation_id}\r\nTimestamp: ${timestamp}`;
  const description = `AADSTS${code}: ${sentence}\r\n${tail}`;
  return { status, body: { error, error_description: description, error_codes: [code], timestamp, ...ids } };
}

interface TokenOptions {
  readonly audience: string;
  readonly issuedAt: number;
  readonly issuer: string;
}

function writeToken({ tenant, principal }: Estate, { audience, issuedAt, issuer }: TokenOptions): string {
  const claims = {
    aud: audience,
    iss: issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + tokenSeconds,
    appid: principal.appId,
    app_displayname: principal.name,
    idtyp: 'app',
    oid: principal.objectId,
    sub: principal.objectId,
    tid: tenant,
    uti: randomBytes(16).toString('base64url'),
    ver: '1.0',
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ typ: 'JWT', alg: 'none' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
}

interface TokenProblem {
  readonly code: string;
  readonly message: string;
}

function tokenProblem(
  token: string | undefined,
  found: { readonly audience: string; readonly expiresAt: number } | undefined,
  { url, now }: { url: string; now: Date },
): TokenProblem | undefined {
  if (token === undefined) {
    return { code: 'AuthenticationFailed', message: "Authentication failed. The 'Authorization' header is missing." };
  }
  if (found === undefined) return { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' };
  if (now.getTime() >= found.expiresAt) {
    return {
      code: 'ExpiredAuthenticationToken',
      message: 'The access token expiry UTC time is earlier than current UTC time.',
    };
  }
  const audiences = [url, url.replace('127.0.0.1', 'localhost'), ...publicAudiences];
  if (audiences.includes(found.audience.replace(/\/+$/, ''))) return undefined;
  const message = `The access token has been obtained for wrong audience or resource '${found.audience}'.`;
  return { code: 'InvalidAuthenticationTokenAudience', message };
}

// What the SDK clients ask for when nobody sets their scope.
const publicAudiences = ['https://management.azure.com', 'https://management.core.windows.net'];

function unauthorized({ code, message }: TokenProblem, authority: string): Answer {
  const challenge = `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${message}"`;
  return { ...armError(401, code, message), headers: { 'www-authenticate': challenge } };
}
