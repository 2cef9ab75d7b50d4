import type { ConnectionOptions } from '../azure/connection.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { type EstateSession, openEstate, userAgent } from './estate-session.ts';
import { readPem } from './open-signer.ts';
import type { AzureOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

/** What is read from: Azure, or a fixture estate through the emulator, which `close` ends. */
export interface Target {
  readonly connection: ConnectionOptions;
  readonly subscriptions: readonly string[];
  readonly cloud: string;
  close(): Promise<void>;
}

/** Opens what the options name. Throws UsageError where they name nothing to read. */
export async function openTarget(options: AzureOptions, workload: Workload | null): Promise<Target> {
  const session = options.estate === undefined ? null : await openEstate(options.estate, options.fault ?? []);
  return session === null ? liveTarget(options, workload) : estateTarget(options, workload, session);
}

function estateTarget(options: AzureOptions, workload: Workload | null, session: EstateSession): Target {
  const named = unique(options.subscription ?? []);
  const subscriptions =
    named.length > 0 ? named : unique([...session.subscriptions, ...declaredSubscriptions(workload)]);
  return { connection: session.connection, subscriptions, cloud: 'emulator', close: () => session.close() };
}

async function liveTarget(options: AzureOptions, workload: Workload | null): Promise<Target> {
  const named = unique(options.subscription ?? []);
  if (options.fault !== undefined) throw new UsageError('--fault goes with --estate: Azure itself is not disturbed');
  const subscriptions = named.length > 0 ? named : declaredSubscriptions(workload);
  if (subscriptions.length === 0)
    throw new UsageError('nothing to read. Give --subscription <id>, or scopes in assay.yaml, or --estate <dir>');
  for (const id of subscriptions)
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      throw new UsageError(`${id} is no subscription id (a UUID)`);
  const connection = await liveConnection(options);
  const cloud = CLOUDS[connection.endpoint.toLowerCase()] ?? 'other';
  return { connection, subscriptions, cloud, close: async () => {} };
}

/** What a record may call Azure: these addresses and no other. */
const CLOUDS: Readonly<Record<string, string>> = {
  'https://management.azure.com': 'azure',
  'https://management.usgovcloudapi.net': 'azure-us-government',
  'https://management.chinacloudapi.cn': 'azure-china',
};

async function liveConnection(options: AzureOptions): Promise<ConnectionOptions> {
  const { PUBLIC_ENDPOINT } = await import('../azure/connection.ts');
  return {
    endpoint: (options.endpoint ?? PUBLIC_ENDPOINT).replace(/\/+$/, ''),
    userAgent: userAgent(),
    ...(options.authorityHost === undefined ? {} : { authorityHost: options.authorityHost }),
    ...(options.caFile === undefined ? {} : { ca: await readPem(options.caFile, '--ca-file') }),
  };
}

function declaredSubscriptions(workload: Workload | null): readonly string[] {
  const scopes = [
    ...Object.values(workload?.environments ?? {}).flatMap((environment) => environment.scopes ?? []),
    ...(workload?.shared?.scopes ?? []),
  ];
  return unique(scopes.flatMap((scope) => scope.split('/')[2] ?? []));
}

const unique = (values: readonly string[]): readonly string[] => [
  ...new Map(values.map((v) => [v.toLowerCase(), v])).values(),
];
