import type {
  Assessment,
  AttestationState,
  ControlAssessment,
  FrameworkView,
  WaiverState,
} from '../control/assessment.ts';
import type { Policy, Severity, UnknownReason } from '../policy/policy.schema.ts';
import type { Plan } from '../remediate/step.ts';
import type { SnapshotHeader } from '../snapshot/snapshot.ts';
import type { EnvironmentClass, Workload } from '../workload/workload.schema.ts';
import {
  countByEnvironment,
  countFindings,
  countItems,
  type EnvironmentCounts,
  groupBy,
  type ItemCounts,
  type StatusCounts,
} from './counts.ts';
import { ReportError } from './errors.ts';
import { type ReportFinding, reportFinding } from './finding.ts';
import { byFinding, byId, bySeverity, byText } from './order.ts';
import { gapsOf, notAssessedOf, type ReportScope, scopeOf } from './scope.ts';

export interface ReportInput {
  readonly header: SnapshotHeader;
  /** The moment everything is judged at; ISO 8601, UTC. */
  readonly asOf: string;
  readonly assessment: Assessment;
  readonly plan: Plan;
  readonly policies: readonly Policy[];
  readonly queries: readonly ReportQuery[];
  readonly workload: Workload | null;
  readonly tool: ReportTool;
  readonly signing: Signing;
}

export type Signing = 'ephemeral' | 'pem';

export interface ReportTool {
  readonly name: string;
  readonly version: string;
}

/** One query as it ran: `sha256` is over the text's UTF-8 bytes, `rows` is what it returned. */
export interface ReportQuery {
  readonly policy: string;
  readonly sha256: string;
  readonly rows: number;
  readonly text: string;
}

export interface ReportPolicy {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly topic: string;
  readonly subject: string;
  readonly requirements: readonly string[];
  readonly counts: StatusCounts;
  readonly environments: readonly EnvironmentCounts[];
  readonly query: ReportQuery | null;
}

/** Everything a renderer prints, ordered and counted; a renderer chooses and lays out, it decides nothing. */
export interface ReportModel {
  readonly title: string;
  readonly asOf: string;
  readonly tool: ReportTool;
  readonly collector: ReportTool;
  readonly signing: Signing;
  readonly workload: {
    readonly id: string;
    readonly title: string;
    readonly environments: readonly {
      readonly name: string;
      readonly class: EnvironmentClass;
      readonly scopes: readonly string[];
    }[];
  } | null;
  readonly scope: ReportScope;
  readonly counts: {
    readonly findings: StatusCounts;
    readonly environments: readonly EnvironmentCounts[];
    /** Unwaived fails by severity, worst first. */
    readonly failing: readonly { readonly severity: Severity; readonly count: number }[];
    readonly unknownReasons: readonly { readonly reason: UnknownReason; readonly count: number }[];
    readonly controls: ItemCounts;
    readonly items: ItemCounts;
  };
  /** Why the evidence is incomplete, one sentence each; empty when it is complete. */
  readonly gaps: readonly string[];
  /** What nothing here judged, one sentence each. */
  readonly notAssessed: readonly string[];
  readonly findings: readonly ReportFinding[];
  readonly policies: readonly ReportPolicy[];
  readonly controls: readonly ControlAssessment[];
  /** Every subcategory of the framework; null where no catalogue was given. */
  readonly framework: FrameworkView | null;
  readonly waivers: readonly WaiverState[];
  readonly attestations: readonly AttestationState[];
  readonly plan: Plan;
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * The one model behind every renderer: findings by severity, policy and resource; controls and items by id; policies by
 * severity; waivers and attestations by id; plan steps by their order. It reads nothing but its input.
 * @throws ReportError `REPORT_AS_OF` when `asOf` is no time.
 */
export function reportModel(input: ReportInput): ReportModel {
  if (Number.isNaN(Date.parse(input.asOf))) {
    throw new ReportError(
      'REPORT_AS_OF',
      `"${input.asOf}" is no time to judge at. Write ISO 8601 in UTC, for example 2026-11-12T02:00:00Z.`,
    );
  }
  const steps = new Map(input.plan.steps.map((step) => [step.finding, step.id]));
  const findings = input.assessment.findings.map((assessed) => reportFinding(assessed, steps)).sort(byFinding);
  const controls = [...input.assessment.controls]
    .sort((left, right) => byText(left.catalog, right.catalog) || byId(left, right))
    .map((control) => ({ ...control, items: [...control.items].sort(byId) }));
  const scope = scopeOf(input.header);
  const failing = findings.filter((finding) => finding.status === 'fail' && finding.waived === null);
  const counts = {
    findings: countFindings(findings),
    environments: countByEnvironment(findings),
    failing: severities.map((severity) => ({
      severity,
      count: failing.filter((each) => each.severity === severity).length,
    })),
    unknownReasons: unknownReasons(findings),
    controls: countItems(controls),
    items: countItems(controls.flatMap((control) => control.items)),
  };
  return {
    title: 'Azure evidence report',
    asOf: input.asOf,
    tool: input.tool,
    collector: input.header.tool,
    signing: input.signing,
    workload: workloadOf(input.workload),
    scope,
    counts,
    gaps: gapsOf(scope, counts.findings),
    notAssessed: notAssessedOf(input.workload !== null, controls, scope),
    findings,
    policies: policiesOf(input, findings),
    controls,
    framework: input.assessment.framework ?? null,
    waivers: [...input.assessment.waivers].sort(byId),
    attestations: [...input.assessment.attestations].sort(byId),
    plan: {
      ...input.plan,
      steps: [...input.plan.steps].sort((left, right) => left.order - right.order || byText(left.id, right.id)),
    },
  };
}

function unknownReasons(findings: readonly ReportFinding[]): ReportModel['counts']['unknownReasons'] {
  const groups = groupBy(findings, (finding) => finding.reason ?? '');
  const entries = [...groups.values()].flatMap((group) => {
    const reason = group[0]?.reason ?? null;
    return reason === null ? [] : [{ reason, count: group.length }];
  });
  return entries.sort((left, right) => right.count - left.count || byText(left.reason, right.reason));
}

function workloadOf(workload: Workload | null): ReportModel['workload'] {
  if (workload === null) return null;
  const { id, title } = workload.metadata;
  const environments = Object.entries(workload.environments).map(([name, environment]) => ({
    name,
    class: environment.class,
    scopes: environment.scopes ?? [],
  }));
  return { id, title: title ?? id, environments };
}

function policiesOf(input: ReportInput, findings: readonly ReportFinding[]): readonly ReportPolicy[] {
  const groups = groupBy(findings, (finding) => finding.policy);
  const queries = new Map(input.queries.map((query) => [query.policy, query]));
  const declared = new Map(input.policies.map(({ metadata, subject }) => [metadata.id, { ...metadata, subject }]));
  const strays = [...groups].flatMap(([id, [first]]) =>
    first === undefined || declared.has(id) ? [] : [{ ...first, id, requirements: [] }],
  );
  return [...declared.values(), ...strays]
    .map(({ id, title, severity, topic, subject, requirements }) => ({
      ...{ id, title, severity, topic, subject, requirements },
      counts: countFindings(groups.get(id) ?? []),
      environments: countByEnvironment(groups.get(id) ?? []),
      query: queries.get(id) ?? null,
    }))
    .sort(bySeverity);
}
