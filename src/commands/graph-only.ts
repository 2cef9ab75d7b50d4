import type { Policy } from '../policy/policy.schema.ts';
import { graphTables } from '../snapshot/tables.ts';

/** Whether a policy reads only what Resource Graph itself serves: its query can be pasted into the portal and pushed down. */
export function isGraphOnly(policy: Policy): boolean {
  const tables = (policy.reads ?? []).map((read) => Object.keys(read).find((key) => key !== 'of') ?? '');
  return policy.subject !== 'workload' && tables.every((table) => graphTables.includes(table));
}
