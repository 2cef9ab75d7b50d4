import { stringify } from 'yaml';
import type { AssessedFinding } from '../control/assessment.ts';
import { type Loaded, loadPolicies } from '../inputs/load.ts';
import { nearest } from '../inputs/nearest.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { sayValue } from '../policy/template.ts';
import { EXIT } from './exit.ts';
import { isGraphOnly } from './graph-only.ts';
import { judgeBundle } from './judge-bundle.ts';
import { printLines, printText } from './print.ts';
import { productPath } from './product.ts';
import { UsageError } from './usage-error.ts';

export interface PolicyListOptions {
  readonly json?: boolean;
  readonly policies?: string;
}

export interface PolicyShowOptions extends PolicyListOptions {
  readonly bundle?: string;
}

/** One line a policy: what it is about, how bad a fail is, and where its query runs. */
export async function policyList(options: PolicyListOptions): Promise<number> {
  const loaded = await loadPolicies(options.policies ?? productPath('policies'));
  const rows = loaded.map(({ value: { metadata, subject, ...policy }, yaml }) => ({
    id: metadata.id,
    severity: metadata.severity,
    topic: metadata.topic,
    subject,
    runsIn: kindOf({ ...policy, metadata, subject }),
    title: metadata.title,
    file: yaml.file,
  }));
  if (options.json === true) printText(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    const width = Math.max(...rows.map((row) => row.id.length));
    printLines(
      rows.map((row) => `${row.id.padEnd(width)}  ${row.severity.padEnd(8)}  ${row.topic.padEnd(22)}  ${row.title}`),
    );
  }
  return EXIT.clean;
}

/** Everything about one policy; with a bundle also what it last said. */
export async function policyShow(id: string, options: PolicyShowOptions): Promise<number> {
  const loaded = await loadPolicies(options.policies ?? productPath('policies'));
  const { value: policy, yaml } = find(id, loaded);
  const findings = options.bundle === undefined ? null : (await judgeBundle(options.bundle)).assessment.findings;
  const last = findings?.filter(({ finding }) => finding.policy === id) ?? null;
  if (options.json === true) printText(`${JSON.stringify({ ...policy, runsIn: kindOf(policy), last }, null, 2)}\n`);
  else printLines([...describe(policy, yaml.file), ...(last === null ? [] : lastLines(last))]);
  return EXIT.clean;
}

/** `Resource Graph`: the query can be pasted into the portal as it is. Else it needs what assay reads beside. */
function kindOf(policy: Policy): string {
  if (policy.subject === 'workload') return 'assay (workload declaration)';
  return isGraphOnly(policy) ? 'Resource Graph' : 'assay (reads beyond Resource Graph)';
}

function find(id: string, loaded: readonly Loaded<Policy>[]): Loaded<Policy> {
  const found = loaded.find(({ value }) => value.metadata.id === id);
  if (found !== undefined) return found;
  const ids = loaded.map(({ value }) => value.metadata.id);
  const near = nearest(id, ids);
  throw new UsageError(
    `there is no policy ${id}. ${near === null ? 'assay policy list names them all' : `Did you mean ${near}?`}`,
  );
}

function describe(policy: Policy, file: string): readonly string[] {
  const { metadata, remediation } = policy;
  const block = (title: string, text: string): readonly string[] => ['', `${title}:`, ...indent(text)];
  return [
    `${metadata.id}  ${metadata.title}`,
    `  severity     ${metadata.severity}`,
    `  topic        ${metadata.topic}`,
    `  subject      ${policy.subject}`,
    `  runs in      ${kindOf(policy)}`,
    `  requirements ${metadata.requirements.join(', ')}`,
    `  file         ${file}`,
    ...(metadata.rationale === undefined ? [] : block('why', metadata.rationale)),
    ...block('trap', metadata.trap),
    ...block('query', policy.query.trimEnd()),
    ...(policy.parameters === undefined ? [] : block('parameters', stringify(policy.parameters).trimEnd())),
    ...(policy.applies === undefined ? [] : block('applies', stringify(policy.applies).trimEnd())),
    ...block('expectation', stringify(policy.expectation).trimEnd()),
    ...block(`repair (${remediation.class}, downtime ${remediation.downtime})`, remediation.az.join('\n')),
    ...(remediation.willBreak === undefined ? [] : block('will break', remediation.willBreak)),
    '',
    `tests: ${policy.tests.map((test) => test.name).join('; ')}`,
  ];
}

const indent = (text: string): readonly string[] => text.split('\n').map((line) => `  ${line}`);

function lastLines(findings: readonly AssessedFinding[]): readonly string[] {
  return [
    '',
    'last result:',
    ...findings.map(({ finding, waived }) => {
      const status = waived === undefined ? finding.status : `${finding.status} (waived)`;
      return `  ${status.padEnd(15)} ${sayValue(finding.name).padEnd(28)} ${sayValue(finding.because)}`;
    }),
  ];
}
