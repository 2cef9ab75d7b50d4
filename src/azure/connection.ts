import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';
import { AzureError } from './errors.ts';
import { attemptsPolicy, type Observed, observePolicy, quotaPolicy } from './policies.ts';

export interface ConnectionOptions {
  /** Azure Resource Manager, without a trailing slash. */
  readonly endpoint: string;
  /** A certificate authority to trust beside the system's, PEM: a private cloud, or the emulator. */
  readonly ca?: string;
  /** Entra's address, where it is not the public one. */
  readonly authorityHost?: string;
  readonly userAgent: string;
}

/** Everything a client needs to talk to Azure, and what has been observed while it did. */
export interface Connection {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly scope: string;
  readonly observed: Observed;
  readonly clientOptions: {
    readonly endpoint: string;
    readonly credentials: { readonly scopes: string[] };
    readonly credentialScopes: string[];
    readonly tlsOptions?: { readonly ca: string };
    readonly userAgentOptions: { readonly userAgentPrefix: string };
    readonly retryOptions: { readonly maxRetries: number; readonly maxRetryDelayInMs: number };
    readonly additionalPolicies: { readonly policy: PipelinePolicy; readonly position: 'perCall' | 'perRetry' }[];
  };
}

export const PUBLIC_ENDPOINT = 'https://management.azure.com';

/**
 * Opens a connection through DefaultAzureCredential: the same classes, in the same order, live and against the emulator.
 * No request is made yet.
 */
export function connect(options: ConnectionOptions): Connection {
  const tls = options.ca === undefined ? {} : { tlsOptions: { ca: options.ca } };
  const credential = new DefaultAzureCredential({
    ...tls,
    ...(options.authorityHost === undefined ? {} : { authorityHost: options.authorityHost }),
    // A private authority is not known to Entra's public instance discovery.
    ...(options.ca === undefined ? {} : { disableInstanceDiscovery: true }),
  });
  const observed: Observed = { firstDate: null, waits: 0 };
  // The scope is set by hand: some clients keep the public cloud's scope whatever their endpoint.
  const scope = `${options.endpoint}/.default`;
  return {
    endpoint: options.endpoint,
    credential,
    scope,
    observed,
    clientOptions: {
      endpoint: options.endpoint,
      credentials: { scopes: [scope] },
      credentialScopes: [scope],
      ...tls,
      userAgentOptions: { userAgentPrefix: options.userAgent },
      retryOptions: { maxRetries: 3, maxRetryDelayInMs: 8000 },
      additionalPolicies: [
        // Nearest to the wire: further out some clients have made an exception of a 429 already.
        { policy: quotaPolicy(observed), position: 'perRetry' },
        { policy: observePolicy(observed), position: 'perRetry' },
        { policy: attemptsPolicy(), position: 'perRetry' },
      ],
    },
  };
}

/** Who the token says that we are: object id, application id, tenant. The token itself goes nowhere. */
export interface SignedIn {
  readonly objectId?: string;
  readonly appId?: string;
  readonly tenantId?: string;
  readonly name?: string;
}

/** Signs in once, before anything is read. Throws AzureError `no-credential` with the ways to give one. */
export async function signIn(connection: Connection): Promise<SignedIn> {
  const token = await connection.credential.getToken(connection.scope).catch((error: unknown) => {
    throw new AzureError('no-credential', explainSignIn(error));
  });
  if (token === null) throw new AzureError('no-credential', explainSignIn(null));
  return claimsOf(token.token);
}

function explainSignIn(error: unknown): string {
  const text = error instanceof Error ? error.message : 'no token was given';
  // The client's first line names a class; why Entra refused stands further down, under its own code.
  const refusal = /AADSTS\d+: [^\r\n]{1,400}/.exec(text)?.[0];
  return (
    `no credential for Azure: ${text.split('\n')[0] ?? ''}\n` +
    (refusal === undefined ? '' : `    Entra answered ${refusal}\n`) +
    '    Sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET,\n' +
    '    or run where a managed identity or workload identity is present.\n' +
    '    Without Azure: assay scan --estate fixtures/estates/engram'
  );
}

function claimsOf(token: string): SignedIn {
  const claims = parseClaims(token.split('.')[1] ?? '');
  const pick = (key: string): string | undefined => (typeof claims[key] === 'string' ? claims[key] : undefined);
  const named = {
    objectId: pick('oid'),
    appId: pick('appid') ?? pick('azp'),
    tenantId: pick('tid'),
    name: pick('upn') ?? pick('unique_name') ?? pick('app_displayname'),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function parseClaims(part: string): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    // An opaque token says nothing of its bearer; the report then says so too.
    return {};
  }
}
