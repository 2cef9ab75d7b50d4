import { join } from 'node:path';
import { EXIT } from './exit.ts';
import { writeNew } from './output-folder.ts';
import { printLines } from './print.ts';
import { UsageError } from './usage-error.ts';

export interface PolicyNewOptions {
  readonly topic: string;
  readonly subject: string;
  readonly property: string;
  readonly severity: string;
  readonly output: string;
  readonly json?: boolean;
}

/** Folder of a policy by the first part of its topic. */
const FOLDERS: Readonly<Record<string, string>> = {
  pg: 'postgresql',
  st: 'storage',
  kv: 'keyvault',
  net: 'network',
  mon: 'monitor',
  def: 'defender',
  id: 'identity',
  ai: 'ai',
  bk: 'backup',
  gov: 'governance',
  own: 'workload',
};

/** Writes a policy whose tests run and, where they say so, fail: a start that works, to be changed. Never overwrites. */
export async function policyNew(id: string, options: PolicyNewOptions): Promise<number> {
  refuseBadNames(id, options);
  const folder = FOLDERS[options.topic.split('.')[0] ?? ''] ?? 'workload';
  const file = join(options.output, folder, `${id}.yaml`);
  await writeNew(file, template(id, options));
  if (options.json === true) printLines([JSON.stringify({ file })]);
  else
    printLines([
      `written  ${file}`,
      `next     change it, then: assay policy test ${file} && assay policy lint ${file}`,
    ]);
  return EXIT.clean;
}

function refuseBadNames(id: string, { topic, subject, property }: PolicyNewOptions): void {
  const checks: readonly (readonly [boolean, string])[] = [
    [/^[a-z0-9-]+$/.test(id), `the id ${id} may hold a-z, 0-9 and hyphens, for example st-versioning`],
    [/^[a-z]+\.[a-z0-9-]+$/.test(topic), `the topic ${topic} must look like st.versioning`],
    [
      /^[a-z0-9.]+(\/[a-z0-9]+)+$/.test(subject),
      `the subject ${subject} must be a lower-case type such as microsoft.storage/storageaccounts`,
    ],
    [
      /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/.test(property),
      `the property ${property} must be a path below properties, such as publicNetworkAccess`,
    ],
  ];
  for (const [holds, message] of checks) if (!holds) throw new UsageError(message);
}

function template(id: string, { topic, subject, property, severity }: PolicyNewOptions): string {
  const fact = property.split('.').at(-1) ?? property;
  const row = (name: string, value: string): string =>
    `{ id: /subscriptions/s/resourceGroups/rg/providers/${subject}/${name}, name: ${name}, type: ${subject}, properties: ${nested(property, value)} }`;
  const id_ = (name: string): string => `/subscriptions/s/resourceGroups/rg/providers/${subject}/${name}`;
  return `apiVersion: assay/v1
kind: Policy
metadata:
  id: ${id}
  title: Say here what is true of a resource that passes
  topic: ${topic}
  severity: ${severity}
  activity: compliance-documentation     # whose work the repair is: one of the ten activities
  requirements: []
  trap: a row without ${property} is unknown, never a pass
subject: ${subject}
query: |
  resources
  | where type == '${subject}'
  | project id, name, ${fact} = tostring(properties.${property})
  | order by id asc
expectation:
  type: object
  required: [${fact}]
  properties:
    ${fact}: { type: string, enumCi: [Disabled] }
message: '{name}: ${fact} is {${fact}}'
remediation:
  class: process
  downtime: none
  az: ['az resource show --ids {id}']
tests:
  - name: as wanted
    class: prod
    tables: { resources: [${row('good', 'Disabled')}] }
    expect: { ${id_('good')}: pass }
  - name: not as wanted
    class: prod
    tables: { resources: [${row('bad', 'Enabled')}] }
    expect: { ${id_('bad')}: fail }
  - name: 'trap: the property is not on the row'
    class: prod
    tables: { resources: [{ id: ${id_('none')}, name: none, type: ${subject}, properties: {} }] }
    expect: { ${id_('none')}: { status: unknown, reason: field-missing } }
`;
}

const nested = (path: string, value: string): string =>
  path.split('.').reduceRight((inner, key) => `{ ${key}: ${inner} }`, value);
