import { existsSync } from 'node:fs';
import process from 'node:process';
import type { Connection, SignedIn } from '../azure/connection.ts';
import { loadPolicies, loadWorkload } from '../inputs/load.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { EXIT } from './exit.ts';
import type { AzureOptions } from './options.ts';
import { customRole, permissionsFor } from './permissions.ts';
import { printLines, printText } from './print.ts';
import { productPath, tool } from './product.ts';
import { selectById } from './select.ts';
import { openTarget } from './target.ts';

export interface DoctorOptions extends AzureOptions {
  readonly policies?: string;
  readonly policy?: readonly string[];
  readonly config?: string;
  readonly role?: boolean;
  readonly json?: boolean;
}

type State = 'ok' | 'wrong';

interface Check {
  readonly what: string;
  readonly state: State;
  readonly found: string;
  /** What to do about it; empty where nothing is wrong. */
  readonly remedy: string;
}

/** Says whether a scan would work from here, and what it needs; with `role` the custom role for the chosen policies. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const loaded = await loadPolicies(options.policies ?? productPath('policies'));
  const policies = selectById(
    loaded.map(({ value }) => value),
    options.policy,
  );
  if (options.role === true) {
    printText(`${JSON.stringify(customRole(permissionsFor(policies), scopesOf(options)), null, 2)}\n`);
    return EXIT.clean;
  }
  const checks = [nodeCheck(), ...(await azureChecks(options, policies))];
  if (options.json === true) printText(`${JSON.stringify({ tool: tool(), checks }, null, 2)}\n`);
  else printLines(checks.flatMap(checkLines));
  return checks.some(({ state }) => state === 'wrong') ? EXIT.usage : EXIT.clean;
}

const scopesOf = ({ subscription }: DoctorOptions): readonly string[] =>
  (subscription ?? ['<subscription id>']).map((id) => `/subscriptions/${id}`);

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isFine = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node',
    state: isFine ? 'ok' : 'wrong',
    found: process.versions.node,
    remedy: isFine ? '' : 'assay needs 20.19 or later',
  };
}

async function declaredWorkload({ config }: DoctorOptions): Promise<Workload | null> {
  const file = config ?? (existsSync('assay.yaml') ? 'assay.yaml' : null);
  return file === null ? null : (await loadWorkload(file)).value;
}

async function azureChecks(options: DoctorOptions, policies: readonly Policy[]): Promise<readonly Check[]> {
  const opened = await openTarget(options, await declaredWorkload(options));
  try {
    const { connect, signIn } = await import('../azure/connection.ts');
    const connection = connect(opened.connection);
    const who = await signIn(connection).catch((error: unknown) => error as Error);
    if (who instanceof Error)
      return [
        {
          what: 'sign-in',
          state: 'wrong',
          found: 'no credential',
          remedy: who.message.split('\n').slice(1).join(' ').replace(/\s+/g, ' ').trim(),
        },
      ];
    return [signedIn(who), ...(await scopeChecks(connection, opened.subscriptions, policies))];
  } finally {
    await opened.close();
  }
}

const signedIn = (who: SignedIn): Check => ({
  what: 'sign-in',
  state: 'ok',
  found: `${who.name ?? who.appId ?? 'a principal'}, object ${who.objectId ?? 'unknown'}, tenant ${who.tenantId ?? 'unknown'}`,
  remedy: '',
});

/** Each subscription by ARM, and whether Resource Graph shows it: a new role takes hours to reach that. */
async function scopeChecks(
  connection: Connection,
  subscriptions: readonly string[],
  policies: readonly Policy[],
): Promise<readonly Check[]> {
  const { openClients } = await import('../azure/clients.ts');
  const { askScope } = await import('../azure/scopes.ts');
  const { openGraph } = await import('../azure/resource-graph.ts');
  const at = (): string => '';
  const { arm } = openClients(connection);
  const answers = await Promise.all(subscriptions.map((id) => askScope(id, arm, at)));
  const readable = answers.filter((answer) => answer.readable).map(({ subscriptionId }) => subscriptionId);
  const query = "resourcecontainers\n| where type =~ 'microsoft.resources/subscriptions'\n| order by id asc";
  const graph = readable.length === 0 ? null : await openGraph(connection)(query, readable);
  const shown = new Set((graph?.rows ?? []).map((row) => String(row.subscriptionId).toLowerCase()));
  return [
    ...answers.map(({ subscriptionId, error }) => scopeCheck(subscriptionId, error, shown)),
    {
      what: 'permissions',
      state: 'ok',
      found: `${permissionsFor(policies).length} actions are needed for ${policies.length} policies`,
      remedy: 'assay doctor --role prints them as a custom role; Reader has them all',
    },
  ];
}

function scopeCheck(
  id: string,
  error: { readonly status: number; readonly code: string } | null,
  shown: ReadonlySet<string>,
): Check {
  const what = `subscription ${id}`;
  if (error !== null)
    return {
      what,
      state: 'wrong',
      found: `${error.status} ${error.code}`,
      remedy: 'assign Reader, or the role of --role, on it',
    };
  if (!shown.has(id.toLowerCase()))
    return {
      what,
      state: 'wrong',
      found: 'Resource Graph does not show it yet',
      remedy: 'a new role takes hours to get there; try again later',
    };
  return { what, state: 'ok', found: 'readable by Azure Resource Manager and Resource Graph', remedy: '' };
}

const checkLines = ({ what, state, found, remedy }: Check): readonly string[] => [
  `${state.padEnd(6)} ${what}: ${found}`,
  ...(remedy === '' ? [] : [`       ${remedy}`]),
];
