import type { AssessedFinding } from '../../src/control/assessment.ts';
import type { FailFinding } from '../../src/evaluate/finding.ts';
import type { Policy, PolicyRemediation } from '../../src/policy/policy.schema.ts';
import { plan } from '../../src/remediate/plan.ts';
import type { Step } from '../../src/remediate/step.ts';

export const accountId = (name: string): string =>
  `/subscriptions/3333/resourceGroups/rg-prod/providers/Microsoft.Storage/storageAccounts/${name}`;

export function policy(id: string, remediation: Partial<PolicyRemediation> = {}, over: Partial<Policy> = {}): Policy {
  return {
    apiVersion: 'assay/v1',
    kind: 'Policy',
    metadata: {
      id,
      title: `Title of ${id}`,
      topic: 'st.lifecycle',
      severity: 'high',
      activity: 'lifecycle-configuration',
      requirements: [],
      trap: 'none known: built for a test',
    },
    subject: 'microsoft.storage/storageaccounts',
    query: 'resources | project id',
    expectation: {},
    message: 'message',
    remediation: {
      class: 'online-patch',
      downtime: 'none',
      az: ['az storage account show --name {name}'],
      ...remediation,
    },
    tests: [],
    ...over,
  };
}

export function fail(over: Partial<FailFinding> = {}): FailFinding {
  const its = { policy: 'st-lifecycle', resource: accountId('stprod'), ...over };
  return {
    id: `${its.policy}|${its.resource}|${over.sub ?? ''}`,
    title: `Title of ${its.policy}`,
    topic: 'st.lifecycle',
    severity: 'high',
    activity: 'lifecycle-configuration',
    subject: 'microsoft.storage/storageaccounts',
    name: its.resource.split('/').at(-1) ?? '',
    environment: 'prod',
    class: 'prod',
    facts: {},
    parameters: {},
    because: 'as built',
    mismatches: [],
    ...its,
    status: 'fail',
  };
}

/** The one step that a policy's remediation makes of one finding. */
export function stepOf(
  remediation: Partial<PolicyRemediation>,
  over: Partial<FailFinding> = {},
  its: Partial<Policy> = {},
): Step {
  const [step] = planOf([{ finding: fail(over) }], [policy('st-lifecycle', remediation, its)]);
  if (step === undefined) throw new Error('no step was planned');
  return step;
}

export function planOf(findings: readonly AssessedFinding[], policies: readonly Policy[]): readonly Step[] {
  return plan({ findings, policies, workload: null }).steps;
}

/** Values as an attacker would name things, each of which must arrive as one argument and do nothing. */
export const hostileValues: readonly string[] = [
  "it's",
  `a'b"c`,
  '$(touch hacked)',
  '`touch hacked`',
  '"; touch hacked; "',
  "'; touch hacked; '",
  "\\'; touch hacked; #",
  'a\ntouch hacked\n',
  'a\r\ntouch hacked',
  '\u001b[2J\u001b]0;title\u0007',
  `$HOME ${'$'}{HOME} !!`,
  '* ? [a-z] ~ {a,b}',
  '> hacked',
  '| touch hacked',
  '& touch hacked &',
  'a b\tc',
  'trailing\\',
  '\\',
  '#comment',
  '日本 é \u202e gnp',
  "line\nwith 'quotes' and \\ and !",
  'END_OF_FILE',
  '%s%n',
  '=cmd',
];
