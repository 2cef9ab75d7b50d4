import type { Policy } from '../../src/policy/policy.schema.ts';
import type { Row } from '../../src/snapshot/snapshot.ts';

type Parts = Partial<Omit<Policy, 'metadata'>> & { readonly id?: string };

/** A policy on storage accounts whose parts a test replaces. */
export function samplePolicy({ id = 'st-sample', ...parts }: Parts = {}): Policy {
  return {
    apiVersion: 'assay/v1',
    kind: 'Policy',
    metadata: {
      id,
      title: 'The sample holds',
      topic: 'st.sample',
      severity: 'high',
      activity: 'encryption-setup',
      requirements: [],
      trap: 'none known: a sample',
    },
    subject: 'microsoft.storage/storageaccounts',
    query: [
      'resources',
      "| where type == 'microsoft.storage/storageaccounts'",
      '| project id, name, tls = tostring(properties.minimumTlsVersion)',
      '| order by id asc',
    ].join('\n'),
    expectation: { type: 'object', required: ['tls'], properties: { tls: { type: 'string', versionMin: '1.2' } } },
    message: '{name} allows {tls}',
    remediation: { class: 'online-patch', downtime: 'none', az: ['az storage account update --ids {id}'] },
    tests: [],
    ...parts,
  };
}

export const SUBSCRIPTION = '/subscriptions/11111111-1111-4111-8111-111111111111';

/** A Resource Graph row of a storage account. */
export function account(name: string, properties: Row, more: Row = {}): Row {
  return {
    id: `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${name}`,
    name,
    type: 'microsoft.storage/storageaccounts',
    tags: {},
    properties,
    ...more,
  };
}
