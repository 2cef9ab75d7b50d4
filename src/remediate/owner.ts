import type { Activity } from '../policy/policy.schema.ts';
import type { Workload } from '../workload/workload.schema.ts';
import type { StepOwner } from './step.ts';

/** One row of the responsibility matrix: who does it, and what the customer gives before it can start. */
export interface Responsibility {
  readonly title: string;
  readonly requirement: string;
  readonly role: string;
  readonly customerInput: string;
}

/**
 * The ten rows of the responsibility matrix (REQ-141 to 150), each with one of its four roles (REQ-152 to 155).
 * The matrix names the parties and the inputs; which role takes a row is our reading: one service, its engineer; keys
 * and audits, security; what spans services, the SRE.
 */
export const responsibilities: Readonly<Record<Activity, Responsibility>> = {
  'postgresql-deployment': row('PostgreSQL deployment', 141, 'PostgreSQL DBA', 'infrastructure approval'),
  'pgvector-configuration': row('pgvector configuration', 142, 'PostgreSQL DBA', 'database access'),
  'blob-deployment': row('Blob Storage deployment', 143, 'Storage Engineer', 'infrastructure approval'),
  'lifecycle-configuration': row('Lifecycle configuration', 144, 'Storage Engineer', 'access pattern requirements'),
  'encryption-setup': row('Encryption setup', 145, 'Security Engineer', 'key management'),
  monitoring: row('Monitoring and alerting', 146, 'SRE', 'alert response'),
  'backup-recovery': row('Backup and recovery', 147, 'SRE', 'RPO and RTO requirements'),
  updates: row('Updates and patches', 148, 'SRE', 'maintenance windows'),
  troubleshooting: row('Troubleshooting', 149, 'SRE', 'issue reporting'),
  'compliance-documentation': row('Compliance documentation', 150, 'Security Engineer', 'audit participation'),
};

/**
 * Who does the steps of an activity. The contact is the one that the declaration names by the role's slug
 * (`postgresql-dba`); where it says that the role sits with the customer, that stands over the matrix.
 */
export function ownerOf(activity: Activity, workload: Workload | null): StepOwner {
  const { role, customerInput } = responsibilities[activity];
  const contacts = workload?.responsibility?.contacts ?? {};
  const slug = roleSlug(role);
  const contact = Object.hasOwn(contacts, slug) ? contacts[slug] : undefined;
  return { role, party: contact?.party ?? 'provider', contact: contact?.mail ?? null, customerInput };
}

/** `PostgreSQL DBA` is `postgresql-dba` under `responsibility.contacts`. */
export function roleSlug(role: string): string {
  return role.toLowerCase().replaceAll(' ', '-');
}

function row(title: string, requirement: number, role: string, customerInput: string): Responsibility {
  return { title, requirement: `REQ-${requirement}`, role, customerInput };
}
