import { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { StorageManagementClient } from '@azure/arm-storage';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { DefaultAzureCredential } from '@azure/identity';
import { onTestFinished, vi } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/emulator/emulator.ts';
import { development, estateOf, production } from './small-estate.ts';

/** An emulator that ends with the test. Resource Graph's quota is out of the way unless a test sets it. */
export async function emulatorFor(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await startEmulator({
    estate: options.estate ?? estateOf(),
    quota: { queries: 10_000, seconds: 5 },
    ...options,
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** The real credential as a user of the product has it: from the environment, nothing else. */
export function credentialFor(emulator: Emulator): DefaultAzureCredential {
  vi.stubEnv('AZURE_TENANT_ID', emulator.tenantId);
  vi.stubEnv('AZURE_CLIENT_ID', emulator.clientId);
  vi.stubEnv('AZURE_CLIENT_SECRET', emulator.clientSecret);
  vi.stubEnv('AZURE_AUTHORITY_HOST', emulator.url);
  onTestFinished(() => void vi.unstubAllEnvs());
  return new DefaultAzureCredential({
    disableInstanceDiscovery: true,
    tlsOptions: { ca: emulator.caPem },
    retryOptions: { maxRetries: 0 },
  });
}

export interface ClientSettings {
  readonly subscription?: string;
  readonly maxRetries?: number;
}

/** The options that every client takes; each style of client reads the keys it knows. */
export function clientOptions(emulator: Emulator, maxRetries = 0) {
  const scopes = [`${emulator.url}/.default`];
  return {
    endpoint: emulator.url,
    credentials: { scopes },
    credentialScopes: scopes,
    tlsOptions: { ca: emulator.caPem },
    retryOptions: { maxRetries },
  };
}

export function clientsFor(emulator: Emulator, { subscription = production, maxRetries = 0 }: ClientSettings = {}) {
  const credential = credentialFor(emulator);
  const options = clientOptions(emulator, maxRetries);
  return {
    graph: new ResourceGraphClient(credential, options),
    storage: new StorageManagementClient(credential, subscription, options),
    postgres: new PostgreSQLManagementFlexibleServerClient(credential, subscription, options),
  };
}

export interface RawRequest {
  readonly method?: HttpMethods;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** false sends no token at all. */
  readonly signedIn?: boolean;
}

export type Send = (path: string, request?: RawRequest) => Promise<PipelineResponse & { readonly json: unknown }>;

/** A raw reader over the SDK's own pipeline: what a collector uses for reads that no client covers. */
export function senderFor(emulator: Emulator, credential = credentialFor(emulator)): Send {
  const options = { tlsOptions: { ca: emulator.caPem }, retryOptions: { maxRetries: 0 } };
  const signedIn = createPipelineFromOptions(options);
  signedIn.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${emulator.url}/.default` }));
  const anonymous = createPipelineFromOptions(options);
  const http = createDefaultHttpClient();
  return async (path, { method = 'GET', body, headers = {}, signedIn: withToken = true } = {}) => {
    const request = createPipelineRequest({
      url: new URL(path, emulator.url).href,
      method,
      headers: createHttpHeaders({ 'content-type': 'application/json', ...headers }),
      ...(body === undefined ? {} : { body }),
    });
    const response = await (withToken ? signedIn : anonymous).sendRequest(http, request);
    return { ...response, json: response.bodyAsText ? JSON.parse(response.bodyAsText) : undefined };
  };
}

export const version = 'api-version=2025-08-01';
export { development, production };

/** Every item of a paged read. */
export async function all<Item>(pages: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/** The error of a promise that must be rejected. */
export async function refusal(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return Object(error);
  }
  throw new Error('This request was expected to be refused.');
}
