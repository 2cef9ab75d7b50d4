import {
  type AssessedFinding,
  type Assessment,
  type ControlAssessment,
  type ItemAssessment,
  itemStatuses,
} from '../../../src/control/assessment.ts';
import type { Finding } from '../../../src/evaluate/finding.ts';
import type { Policy } from '../../../src/policy/policy.schema.ts';
import type { Step } from '../../../src/remediate/step.ts';
import { type ReportInput, type ReportModel, reportModel } from '../../../src/report/model.ts';
import type { SnapshotHeader } from '../../../src/snapshot/snapshot.ts';
import type { Workload } from '../../../src/workload/workload.schema.ts';

export const asOf = '2026-11-12T02:00:00.0000000Z';
export const prod = '/subscriptions/33333333-3333-4333-8333-333333333333';
export const dev = '/subscriptions/11111111-1111-4111-8111-111111111111';
export const server = `${prod}/resourceGroups/rg-data/providers/Microsoft.DBforPostgreSQL/flexibleServers/engram-prod-pg`;
export const devServer = `${dev}/resourceGroups/rg-dev/providers/Microsoft.DBforPostgreSQL/flexibleServers/engram-dev-pg`;
export const account = `${prod}/resourceGroups/rg-data/providers/Microsoft.Storage/storageAccounts/engramprodrecords`;
export const vault = `${prod}/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/kv-engram-prod`;

const base = {
  topic: 'pg.cmk',
  activity: 'encryption-setup',
  subject: 'microsoft.dbforpostgresql/flexibleservers',
  environment: 'prod',
  class: 'prod',
  parameters: {},
  facts: {},
} as const;

/** A finding with every member set; what a test is about, it says itself. */
export function passing(over: Partial<Finding> & { id: string }): Finding {
  const given = {
    policy: 'pg-cmk-enabled',
    title: 'PostgreSQL servers are encrypted with a customer key',
    severity: 'high',
  } as const;
  const where = { resource: server, name: 'engram-prod-pg', because: 'The server names a key of the customer.' };
  return { ...base, ...given, ...where, status: 'pass', ...over } as Finding;
}

export function failing(over: Partial<Finding> & { id: string }): Finding {
  const mismatches = [{ path: '/keyUri', expected: 'text that begins with "https://"', actual: null }];
  return passing({
    because: 'The server is encrypted with a key of the platform.',
    ...over,
    status: 'fail',
    mismatches,
  } as Finding);
}

export function unknown(over: Partial<Finding> & { id: string }): Finding {
  const missing = [
    {
      read: 'microsoft.keyvault/vaults/keys',
      resource: vault,
      permission: 'Microsoft.KeyVault/vaults/keys/read',
      status: 403,
      code: 'Forbidden',
    },
  ];
  const because = 'The keys of vault kv-engram-prod could not be listed (403 Forbidden).';
  return passing({ missing, reason: 'access-denied', because, ...over, status: 'unknown' } as Finding);
}

export const policy = (id: string, over: Partial<Policy['metadata']> & { subject?: string } = {}): Policy => ({
  apiVersion: 'assay/v1',
  kind: 'Policy',
  metadata: {
    id,
    title: `Policy ${id}`,
    topic: 'pg.cmk',
    severity: 'high',
    activity: 'encryption-setup',
    requirements: ['REQ-126'],
    trap: 'none known: made for a test',
    ...over,
  },
  subject: over.subject ?? 'microsoft.dbforpostgresql/flexibleservers',
  query: 'resources | project id, name',
  expectation: {},
  message: 'a message',
  remediation: { class: 'online-patch', downtime: 'none', az: ['az version'] },
  tests: [],
});

export const header: SnapshotHeader = {
  format: 'assay-snapshot/1',
  tool: { name: 'assay', version: '0.1.0' },
  cloud: 'AzureCloud',
  endpoint: 'https://management.azure.com',
  tenant: '00000000-0000-4000-8000-0000000000aa',
  principal: {
    objectId: '6f1c2b1e-0000-4000-8000-000000000001',
    appId: '9a9a9a9a-0000-4000-8000-000000000002',
    name: 'nightly-reader',
  },
  asOf,
  startedAt: asOf,
  endedAt: '2026-11-12T02:03:41.0000000Z',
  requestedScopes: [prod, dev, '/subscriptions/99999999-9999-4999-8999-999999999999'],
  readableScopes: [prod, dev],
  tables: [
    {
      name: 'resources',
      rows: 6,
      pages: 1,
      complete: true,
      query: 'resources | order by id asc',
      requestIds: ['r-1'],
      partitions: [
        { type: 'microsoft.storage/storageaccounts', file: 'a', rows: 3, sha256: '00' },
        { type: 'microsoft.dbforpostgresql/flexibleservers', file: 'b', rows: 3, sha256: '00' },
      ],
    },
    {
      name: 'childresources',
      rows: 41,
      pages: 6,
      complete: false,
      requestIds: [],
      partitions: [{ type: 'microsoft.keyvault/vaults/keys', file: 'c', rows: 41, sha256: '00' }],
    },
  ],
  reads: [
    { read: 'microsoft.storage/storageaccounts', scope: prod, outcome: 'ok', rows: 3, at: asOf },
    {
      read: 'microsoft.storage/storageaccounts/managementpolicies',
      parentId: account,
      outcome: 'absent',
      rows: 0,
      at: asOf,
    },
    { read: 'microsoft.keyvault/vaults/keys', parentId: vault, outcome: 'denied', rows: 0, at: asOf },
    {
      read: 'microsoft.dbforpostgresql/flexibleservers/configurations',
      parentId: server,
      outcome: 'truncated',
      rows: 100,
      at: asOf,
    },
  ],
  errors: [
    {
      read: 'microsoft.keyvault/vaults/keys',
      resourceId: vault,
      status: 403,
      code: 'Forbidden',
      message: 'The caller may not list keys.',
      attempts: 3,
      permission: 'Microsoft.KeyVault/vaults/keys/read',
    },
  ],
};

export const workload: Workload = {
  apiVersion: 'assay/v1',
  kind: 'Workload',
  metadata: { id: 'engram-customer-a', title: 'Engram platform at Customer A' },
  environments: { prod: { class: 'prod', scopes: [prod] }, dev: { class: 'dev', scopes: [dev] } },
};

export const item = (id: string, over: Partial<ItemAssessment> = {}): ItemAssessment => ({
  id,
  title: `Item ${id}`,
  status: 'met',
  because: 'All required policies pass.',
  requirements: ['REQ-126'],
  policies: [
    {
      policy: 'pg-cmk-enabled',
      role: 'required',
      inPack: true,
      pass: 1,
      fail: 0,
      waived: 0,
      unknown: 0,
      notApplicable: 0,
    },
  ],
  attestation: null,
  unknownReasons: {},
  conflict: null,
  ...over,
});

export const control = (
  id: string,
  items: readonly ItemAssessment[],
  over: Partial<ControlAssessment> = {},
): ControlAssessment => ({
  id,
  catalog: 'engram-platform@2026.1',
  title: 'Data encryption for the record and recall planes',
  owner: 'security-engineer',
  intent: 'Stored and moving customer data is protected with keys the customer controls.',
  status: 'not-met',
  because: 'AI-SEC-01.1 is not met.',
  items,
  mappings: [{ to: 'nist-ai-rmf@1.0#MEASURE 2.7', relation: 'supports', strength: 'direct', confidence: 'sourced' }],
  narrative: {},
  ...over,
});

export const step = (order: number, over: Partial<Step> = {}): Step => ({
  id: `S-${String(order).padStart(3, '0')}`,
  order,
  finding: 'f-fail',
  policy: 'pg-cmk-enabled',
  title: 'Create the server again with a customer key and restore into it',
  resource: server,
  name: 'engram-prod-pg',
  environment: 'prod',
  severity: 'high',
  activity: 'encryption-setup',
  class: 'replace-by-restore',
  downtime: 'migration',
  effort: 'days',
  approval: 'customer',
  owner: {
    role: 'DBA',
    party: 'provider',
    contact: 'dba@provider.example',
    customerInput: 'a maintenance window and the key',
  },
  text: 'The data encryption of a flexible server can only be chosen when it is created.',
  willBreak: 'Connections to the old server end at the switch.',
  az: [
    "az postgres flexible-server create --resource-group 'rg-data' --name 'engram-prod-pg-2' --key 'https://kv-engram-prod.vault.azure.net/keys/engram-cmk' --identity 'id-engram-prod'",
    "az postgres flexible-server restore --resource-group 'rg-data' --name 'engram-prod-pg-2' --source-server 'engram-prod-pg'",
  ],
  files: [],
  verify:
    "az postgres flexible-server show --resource-group 'rg-data' --name 'engram-prod-pg-2' --query dataEncryption",
  unresolved: [],
  after: [],
  waivedBy: null,
  state: 'waiting-for-customer',
  alternatives: ['Create a replica with the key and promote it.'],
  proof: null,
  unproven: 'replace-by-restore cannot be tried out on rows',
  ...over,
});

const assessment: Assessment = {
  controls: [
    control('AI-SEC-01', [
      item('AI-SEC-01.10', {
        title: 'Key access is logged',
        status: 'attestation-needed',
        because: 'The statement is missing.',
      }),
      item('AI-SEC-01.1', {
        title: 'Both stores use keys of the customer',
        status: 'not-met',
        because: 'pg-cmk-enabled fails on 1 resource.',
        policies: [
          {
            policy: 'pg-cmk-enabled',
            role: 'required',
            inPack: true,
            pass: 1,
            fail: 1,
            waived: 1,
            unknown: 0,
            notApplicable: 0,
          },
          {
            policy: 'kv-previous-version-overlap',
            role: 'informative',
            inPack: true,
            pass: 1,
            fail: 0,
            waived: 0,
            unknown: 0,
            notApplicable: 0,
          },
        ],
        conflict: 'A statement says yes while pg-cmk-enabled fails.',
      }),
      item('AI-SEC-01.2', {
        title: 'Keys rotate every quarter',
        status: 'unknown',
        because: '1 unknown: access-denied.',
        unknownReasons: { 'access-denied': 1 },
      }),
      item('AI-SEC-01.3', {
        title: 'Transport is encrypted',
        status: 'met',
        attestation: {
          question: 'Was it rehearsed?',
          by: 'customer',
          state: 'valid',
          attestation: 'A-2026-031',
          validUntil: '2027-02-10',
          because: 'Valid.',
        },
      }),
    ]),
    control(
      'AI-SEC-02',
      [
        item('AI-SEC-02.1', { status: 'not-applicable', because: 'The workload declares none.' }),
        item('AI-SEC-02.2', { status: 'met-with-waivers', because: '1 fail is waived.' }),
      ],
      { title: 'Network isolation', status: 'met-with-waivers', because: 'AI-SEC-02.2 is met with waivers.' },
    ),
  ],
  findings: [
    {
      finding: passing({
        id: 'f-pass',
        resource: account,
        name: 'engramprodrecords',
        policy: 'st-tls',
        title: 'Storage accounts refuse old TLS',
        severity: 'medium',
        facts: { id: account, name: 'engramprodrecords', minimumTls: 'TLS1_2', rules: [{ name: 'a' }] },
      }),
    },
    {
      finding: unknown({
        id: 'f-unknown',
        policy: 'kv-rotation-policy',
        title: 'Enabled keys have an automatic rotation schedule',
        resource: vault,
        name: 'kv-engram-prod',
      }),
    },
    {
      finding: failing({
        id: 'f-fail',
        facts: { id: server, name: 'engram-prod-pg', keyUri: null, cores: -4 },
        parameters: { minVersion: '16', maxRotation: 'P90D' },
      }),
    },
    {
      finding: failing({
        id: 'f-waived',
        resource: devServer,
        name: 'engram-dev-pg',
        environment: 'dev',
        class: 'dev',
        facts: { id: devServer, name: 'engram-dev-pg', keyUri: null, cores: 2 },
      }),
      waived: { waiver: 'W-2026-014', expires: '2027-01-31' },
    },
    {
      finding: passing({
        id: 'f-na',
        status: 'not-applicable',
        policy: 'pg-geo',
        title: 'Geo backup has its own key',
        severity: 'low',
        because: 'Geo backup is off.',
      } as Finding & { id: string }),
    },
  ],
  waivers: [
    {
      id: 'W-2026-014',
      kind: 'Waiver',
      policy: 'pg-cmk-enabled',
      state: 'near-expiry',
      because: '12 days are left.',
      expires: '2027-01-31',
      approvedBy: 'ciso@customer.example',
      approverRole: 'customer',
      environments: ['dev'],
      requestedBy: 'dba@provider.example',
      risk: 'low',
      reason:
        'Development data is synthetic; the server is rebuilt each quarter and will be created with a customer key then.',
      reference: 'RISK-221',
      findings: ['f-waived'],
    },
  ],
  attestations: [
    {
      id: 'A-2026-031',
      item: 'engram-platform@2026.1#AI-SEC-01.3',
      environments: ['prod'],
      statement: 'yes-with-comment',
      attester: 'Key custodian',
      role: 'customer-security',
      assessedOn: '2026-11-12',
      validUntil: '2027-02-10',
      state: 'valid',
      because: 'Within its dates.',
    },
  ],
};

const rotation = `childresources
| where type == 'microsoft.keyvault/vaults/keys' and absent == false
| project id, name, vault = tostring(split(parentId, '/')[8]),
          enabled = tobool(properties.attributes.enabled), rotation = properties.rotationPolicy
| order by id asc`;

/** A small estate in which every status, overlay and gap occurs once. */
export const input: ReportInput = {
  header,
  asOf,
  assessment,
  plan: {
    steps: [
      step(2, {
        id: 'S-002',
        finding: 'f-waived',
        name: 'engram-dev-pg',
        environment: 'dev',
        resource: devServer,
        waivedBy: 'W-2026-014',
        after: ['S-001'],
      }),
      step(1),
    ],
    counts: { 'replace-by-restore': 2 },
  },
  policies: [
    policy('pg-geo', { title: 'Geo backup has its own key', severity: 'low' }),
    policy('st-tls', {
      title: 'Storage accounts refuse old TLS',
      severity: 'medium',
      subject: 'microsoft.storage/storageaccounts',
    }),
    policy('pg-cmk-enabled', { title: 'PostgreSQL servers are encrypted with a customer key' }),
    policy('kv-rotation-policy', {
      title: 'Enabled keys have an automatic rotation schedule',
      subject: 'microsoft.keyvault/vaults/keys',
    }),
  ],
  queries: [{ policy: 'kv-rotation-policy', sha256: 'ab'.repeat(32), rows: 0, text: rotation }],
  workload,
  tool: { name: 'assay', version: '0.1.0' },
  signing: 'pem',
};

export const model: ReportModel = reportModel(input);

/** Nothing requested, nothing found, nothing declared. */
export const emptyInput: ReportInput = {
  ...input,
  header: {
    ...header,
    principal: null,
    tenant: null,
    requestedScopes: [],
    readableScopes: [],
    tables: [],
    reads: [],
    errors: [],
  },
  assessment: { controls: [], findings: [], waivers: [], attestations: [] },
  plan: { steps: [], counts: {} },
  policies: [],
  queries: [],
  workload: null,
  signing: 'ephemeral',
};

export function withFindings(findings: readonly AssessedFinding[], over: Partial<ReportInput> = {}): ReportInput {
  return { ...input, assessment: { ...assessment, findings }, ...over };
}

/** `count` findings over four environments and thirty policies, by a fixed rule. */
export function largeInput(count: number): ReportInput {
  const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
  const classes = ['prod', 'uat', 'test', 'dev'] as const;
  const findings = Array.from({ length: count }, (_, index): AssessedFinding => {
    const number = index % 30;
    const kind = classes[index % 4] ?? 'prod';
    const resource = `${prod}/resourceGroups/rg-${kind}-${index % 17}/providers/Microsoft.Storage/storageAccounts/account${index}`;
    const over = {
      id: `f-${index}`,
      policy: `policy-${String(number).padStart(2, '0')}`,
      title: `Storage accounts meet expectation ${number}`,
      severity: severities[number % 5] ?? 'info',
      environment: kind,
      class: kind,
      resource,
      name: `account${index}`,
    };
    const make = [passing, failing, failing, unknown, passing][index % 5] ?? passing;
    return { finding: make(over) };
  });
  const steps = findings
    .filter(({ finding }) => finding.status === 'fail')
    .map(({ finding }, index) =>
      step(index + 1, { finding: finding.id, name: finding.name, resource: finding.resource }),
    );
  return withFindings(findings, { policies: [], plan: { steps, counts: {} } });
}

export const hostileName = `=HYPERLINK("http://x.example","<b>a</b>")\n| *bold* @everyone \u202egnp.exe\u0007 שלום עולם العربية 😀 中文字 \u{1fae8} \`${'n'.repeat(300)}\``;

export const hostileInput: ReportInput = {
  ...withFindings([
    {
      finding: failing({
        id: 'f-hostile',
        name: hostileName,
        resource: `${server}/${hostileName}`,
        because: hostileName,
        environment: hostileName,
        facts: JSON.parse(`{"__proto__":"=1+1","constructor":{"a":1}}`),
      }),
    },
    {
      finding: unknown({ id: 'f-hostile-unknown', name: hostileName, policy: 'kv-rotation-policy', environment: null }),
    },
  ]),
  workload: { ...workload, metadata: { id: 'w', title: hostileName } },
  plan: { steps: [step(1, { name: hostileName, az: [`az tag create --name '${hostileName}'`] })], counts: {} },
  signing: 'ephemeral',
};

const waiverStates = ['active', 'near-expiry', 'expired', 'unmatched', 'refused'] as const;
const statementStates = ['valid', 'expired', 'future-dated', 'evidence-mismatch', 'unmatched', 'refused'] as const;

/** Every state that a waiver, a statement or an item can be in. */
export const statesInput: ReportInput = {
  ...input,
  assessment: {
    ...assessment,
    controls: [
      control(
        'AI-SEC-09',
        itemStatuses.map((status, index) => item(`AI-SEC-09.${index}`, { status })),
      ),
    ],
    waivers: waiverStates.flatMap((state) =>
      assessment.waivers.flatMap((waiver) => [
        { ...waiver, id: `W-${state}`, state },
        { ...waiver, id: `U-${state}`, kind: 'AcceptUnknown' as const, state },
      ]),
    ),
    attestations: statementStates.flatMap((state) =>
      assessment.attestations.map((attestation) => ({ ...attestation, id: `A-${state}`, state })),
    ),
  },
};
