import process from 'node:process';
import type { ConnectionOptions } from '../azure/connection.ts';
import type { Emulator, RequestLogEntry } from '../emulator/emulator.ts';
import { tool } from './product.ts';

/** A running emulator that this process is signed in to, as any other client would be. */
export interface EstateSession {
  readonly connection: ConnectionOptions;
  readonly subscriptions: readonly string[];
  readonly title: string;
  readonly requests: readonly RequestLogEntry[];
  close(): Promise<void>;
}

/**
 * Serves a fixture estate and sets the environment from which DefaultAzureCredential signs in. What stood there before is
 * put back at the end. Throws EmulatorError for an estate or a fault that is none.
 */
export async function openEstate(folder: string, faults: readonly string[]): Promise<EstateSession> {
  const { readEstate } = await import('../emulator/estate.ts');
  const { startEmulator } = await import('../emulator/emulator.ts');
  const estate = readEstate(folder);
  const emulator = await startEmulator({ estate, faults });
  const restore = setEnvironment(signInEnvironment(emulator));
  return {
    connection: {
      endpoint: emulator.url,
      authorityHost: emulator.url,
      ca: emulator.caPem,
      userAgent: userAgent(),
    },
    subscriptions: estate.subscriptions.map((subscription) => subscription.id),
    title: estate.title,
    requests: emulator.requests,
    close: async () => {
      restore();
      await emulator.close();
    },
  };
}

export const userAgent = (): string => `assay/${tool().version}`;

/** The variables that EnvironmentCredential reads. */
export const signInEnvironment = (emulator: Emulator): Readonly<Record<string, string>> => ({
  AZURE_TENANT_ID: emulator.tenantId,
  AZURE_CLIENT_ID: emulator.clientId,
  AZURE_CLIENT_SECRET: emulator.clientSecret,
  AZURE_AUTHORITY_HOST: emulator.url,
});

// Each would win over the emulator's client secret, narrow the chain of credentials, or lead away from this machine.
const HIDDEN = [
  'AZURE_REGIONAL_AUTHORITY_NAME',
  'AZURE_TOKEN_CREDENTIALS',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_USERNAME',
  'AZURE_PASSWORD',
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
];

function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const names = [...Object.keys(values), ...HIDDEN];
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of HIDDEN) delete process.env[name];
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
