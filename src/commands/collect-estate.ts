import type { ConnectionOptions } from '../azure/connection.ts';
import type { Wanted } from '../azure/read-set.ts';
import { isChildSubject } from '../evaluate/reads.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { graphTableOf } from '../snapshot/tables.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { type EstateSession, openEstate, userAgent } from './estate-session.ts';
import { readPem } from './open-signer.ts';
import type { AzureOptions } from './options.ts';
import { tool } from './product.ts';
import type { Progress } from './progress.ts';
import type { Inputs } from './read-inputs.ts';
import { UsageError } from './usage-error.ts';

/** Reads the estate (Azure, or a fixture through the emulator) and writes the snapshot folder. */
export async function collectEstate(
  options: AzureOptions,
  inputs: Pick<Inputs, 'policies' | 'workload'>,
  folder: string,
  progress: Progress,
): Promise<void> {
  const session = options.estate === undefined ? null : await openEstate(options.estate, options.fault ?? []);
  try {
    await collectTo(folder, await target(options, session, inputs.workload), inputs.policies, progress);
  } finally {
    await session?.close();
  }
}

interface Target {
  readonly connection: ConnectionOptions;
  readonly subscriptions: readonly string[];
  readonly cloud: string;
}

async function collectTo(
  folder: string,
  { connection, subscriptions, cloud }: Target,
  policies: readonly Policy[],
  progress: Progress,
): Promise<void> {
  const { connect } = await import('../azure/connection.ts');
  const { collect } = await import('../azure/collect.ts');
  const { readSet } = await import('../azure/read-set.ts');
  const { writeSnapshot } = await import('../snapshot/write.ts');
  const { referenceRows } = await import('../sizing/reference.ts');
  const collected = await collect({
    connection: connect(connection),
    subscriptions,
    readSet: readSet(policies.flatMap(wantedBy)),
    reference: referenceRows(),
    tool: tool(),
    cloud,
    clock: () => new Date(),
    progress: (stage, done, total) => progress.stage(stage, done, total),
  });
  await writeSnapshot(folder, collected);
}

/** Tables and types that a policy needs: its subject's own, and what it declares beside. */
function wantedBy(policy: Policy): readonly Wanted[] {
  const declared = (policy.reads ?? []).flatMap((read) =>
    Object.entries(read)
      .filter(([table]) => table !== 'of' && table !== 'reference')
      .map(([table, type]) => ({ table, type: String(type), subject: policy.subject })),
  );
  if (policy.subject === 'workload' || isChildSubject(policy)) return declared;
  return [...declared, { table: graphTableOf(policy.subject), type: policy.subject }];
}

async function target(
  options: AzureOptions,
  session: EstateSession | null,
  workload: Workload | null,
): Promise<Target> {
  const named = unique(options.subscription ?? []);
  if (session !== null) {
    const subscriptions =
      named.length > 0 ? named : unique([...session.subscriptions, ...declaredSubscriptions(workload)]);
    return { connection: session.connection, subscriptions, cloud: 'emulator' };
  }
  if (options.fault !== undefined) throw new UsageError('--fault goes with --estate: Azure itself is not disturbed');
  const subscriptions = named.length > 0 ? named : declaredSubscriptions(workload);
  if (subscriptions.length === 0)
    throw new UsageError('nothing to read. Give --subscription <id>, or scopes in assay.yaml, or --estate <dir>');
  for (const id of subscriptions)
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      throw new UsageError(`${id} is no subscription id (a UUID)`);
  const connection = await liveConnection(options);
  return { connection, subscriptions, cloud: CLOUDS[connection.endpoint.toLowerCase()] ?? 'other' };
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
