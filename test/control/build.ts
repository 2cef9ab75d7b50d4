import { type AssessInput, assess } from '../../src/control/assess.ts';
import type { Assessment, ItemAssessment } from '../../src/control/assessment.ts';
import type { AcceptUnknown, Attestation, Control, ControlItem, Waiver } from '../../src/control/control.schema.ts';
import type { PolicyFacts } from '../../src/control/waiver-rules.ts';
import type {
  FailFinding,
  Finding,
  NotApplicableFinding,
  PassFinding,
  UnknownFinding,
} from '../../src/evaluate/finding.ts';
import type { EnvironmentClass, Workload } from '../../src/workload/workload.schema.ts';

export const NOW = '2026-11-15T04:00:00.0000000Z';
export const CATALOG = 'engram-platform@2026.1';
export const digest = 'a'.repeat(64);

export const serverId = (name: string, group = 'rg-prod'): string =>
  `/subscriptions/3333/resourceGroups/${group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/${name}`;

interface Seed {
  readonly policy?: string;
  readonly resource?: string;
  readonly environment?: string | null;
  readonly class?: EnvironmentClass;
  readonly severity?: Finding['severity'];
  readonly sub?: string;
}

function base({ policy = 'pg-cmk', resource = serverId('pg1'), environment = 'prod', ...rest }: Seed) {
  return {
    id: `${policy}|${resource.toLowerCase()}|${rest.sub ?? ''}`,
    policy,
    title: `Title of ${policy}`,
    topic: 'pg.cmk',
    severity: rest.severity ?? ('high' as const),
    activity: 'encryption-setup' as const,
    subject: 'microsoft.dbforpostgresql/flexibleservers',
    resource,
    name: resource.split('/').at(-1) ?? '',
    ...(rest.sub === undefined ? {} : { sub: rest.sub }),
    environment,
    class: rest.class ?? 'prod',
    facts: {},
    parameters: {},
    because: 'as built',
  };
}

export const pass = (seed: Seed = {}): PassFinding => ({ ...base(seed), status: 'pass' });
export const fail = (seed: Seed = {}): FailFinding => ({ ...base(seed), status: 'fail', mismatches: [] });
export const notApplicable = (seed: Seed = {}): NotApplicableFinding => ({ ...base(seed), status: 'not-applicable' });
export const unknown = (seed: Seed & { reason?: UnknownFinding['reason'] } = {}): UnknownFinding => ({
  ...base(seed),
  status: 'unknown',
  reason: seed.reason ?? 'access-denied',
  missing: [],
});

const waiverFields = {
  apiVersion: 'assay/v1' as const,
  policy: 'pg-cmk',
  scope: { subjects: [serverId('pg1')] },
  reason: 'Development data is synthetic; the server is rebuilt each quarter.',
  risk: 'low' as const,
  requestedBy: 'dba@provider.example',
  approvedBy: 'ciso@customer.example',
  approverRole: 'customer' as const,
  approvedOn: '2026-11-01',
  expires: '2027-01-30',
};

export const waiver = (over: Partial<Waiver> = {}, id = 'W-1'): Waiver => ({
  ...waiverFields,
  kind: 'Waiver',
  metadata: { id },
  ...over,
});
export const acceptUnknown = (over: Partial<AcceptUnknown> = {}, id = 'U-1'): AcceptUnknown => ({
  ...waiverFields,
  kind: 'AcceptUnknown',
  metadata: { id },
  ...over,
});

export const item = (over: Partial<ControlItem> = {}): ControlItem => ({
  id: 'C-1.1',
  title: 'An item',
  policies: [{ ref: 'pg-cmk', role: 'required' }],
  ...over,
});

/** A question that prod has to answer. */
export const asked: NonNullable<ControlItem['attestation']> = {
  required: { prod: true },
  question: 'Was a rotation rehearsed?',
  maxAge: 'P90D',
  by: 'customer',
};

export const control = (items: readonly ControlItem[], over: Partial<Control> = {}): Control => ({
  apiVersion: 'assay/v1',
  kind: 'Control',
  metadata: { id: 'C-1', catalog: CATALOG, title: 'A control', owner: 'security-engineer', status: 'active' },
  intent: 'To be judged.',
  appliesTo: { classes: ['dev', 'test', 'uat', 'prod'], types: ['microsoft.dbforpostgresql/flexibleservers'] },
  items: [...items],
  ...over,
});

export const attestation = (over: Partial<Attestation> = {}, id = 'A-1'): Attestation => ({
  apiVersion: 'assay/v1',
  kind: 'Attestation',
  metadata: { id },
  item: `${CATALOG}#C-1.1`,
  environments: ['prod'],
  statement: 'yes',
  text: 'Rotation was rehearsed and both services kept reading.',
  attester: { name: 'Key custodian', role: 'customer-security' },
  assessedOn: '2026-11-10',
  validUntil: '2027-02-08',
  ...over,
});

export const workload = (over: Partial<Workload> = {}): Workload => ({
  apiVersion: 'assay/v1',
  kind: 'Workload',
  metadata: { id: 'engram' },
  environments: { prod: { class: 'prod' } },
  ...over,
});

export const pack = (...ids: readonly string[]): ReadonlyMap<string, PolicyFacts> =>
  new Map(ids.map((id) => [id, { severity: 'high', activity: 'encryption-setup' }]));

/** Assesses with defaults for whatever a test does not speak of. */
export function judge(over: Partial<AssessInput>): Assessment {
  return assess({
    findings: [],
    controls: [control([item()])],
    policies: pack('pg-cmk'),
    waivers: [],
    acceptUnknowns: [],
    attestations: [],
    evidenceDigests: new Map(),
    workload: workload(),
    now: NOW,
    ...over,
  });
}

export function firstItem(assessment: Assessment): ItemAssessment {
  const first = assessment.controls[0]?.items[0];
  if (first === undefined) throw new Error('the assessment has no item');
  return first;
}
