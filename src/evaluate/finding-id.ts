import { hash } from 'node:crypto';

/**
 * The stable id of a finding: SHA-256 over the ARM id in lower case, the policy id and the sub-id, first 20 hex digits.
 * Never from the name alone: two resources of one name would share it (a bug that other tools cannot undo any more).
 */
export function findingId(resource: string, policy: string, sub: string | undefined): string {
  const text = JSON.stringify([resource.toLowerCase(), policy, sub ?? null]);
  return hash('sha256', text, 'hex').slice(0, 20);
}
