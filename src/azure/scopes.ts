import { outcomeOfStatus, type ReadError, type ReadRecord } from '../snapshot/snapshot.ts';
import type { Arm } from './arm.ts';
import { AzureError, failureOf } from './errors.ts';

const TYPE = 'microsoft.resources/subscriptions';
const API_VERSION = '2022-12-01';

export interface ScopeAnswer {
  readonly subscriptionId: string;
  readonly readable: boolean;
  readonly record: ReadRecord;
  readonly error: ReadError | null;
}

/**
 * Asks ARM whether a subscription can be read. Resource Graph would not say: it leaves out what the caller may not see,
 * so that a denied subscription looks like an empty one.
 */
export async function askScope(subscriptionId: string, arm: Arm, at: () => string): Promise<ScopeAnswer> {
  const scope = `/subscriptions/${subscriptionId}`;
  try {
    await arm.get(scope, API_VERSION);
    return {
      subscriptionId,
      readable: true,
      record: { read: TYPE, scope, outcome: 'ok', rows: 1, at: at() },
      error: null,
    };
  } catch (error) {
    const { requestId, ...failure } = failureOf(error);
    const outcome = outcomeOfStatus(failure.status);
    const record = { read: TYPE, scope, outcome, rows: 0, ...(requestId ? { requestId } : {}), at: at() };
    const permission = 'Microsoft.Resources/subscriptions/read';
    return { subscriptionId, readable: false, record, error: { read: TYPE, scope, ...failure, permission } };
  }
}

/** The refusal where no scope at all can be read, with what Azure said of each. */
export function unreadable(scopes: readonly ScopeAnswer[]): AzureError {
  const lines = scopes.map(
    ({ record, error }) => `    ${record.scope}: ${error?.status} ${error?.code} ${error?.message}`,
  );
  return new AzureError(
    'unreadable-scope',
    `no requested scope can be read:\n${lines.join('\n')}\n    Assign the role Reader on it, or name another with --subscription`,
  );
}
