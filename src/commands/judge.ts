import { createHash } from 'node:crypto';
import { assess } from '../control/assess.ts';
import type { Assessment } from '../control/assessment.ts';
import { evaluateWithCounts } from '../evaluate/evaluate.ts';
import type { Loaded } from '../inputs/load.ts';
import { plan } from '../remediate/plan.ts';
import type { Plan } from '../remediate/step.ts';
import { type ReportModel, reportModel } from '../report/model.ts';
import type { ReportProfile } from '../report/profile.schema.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { tool } from './product.ts';
import type { Inputs } from './read-inputs.ts';

/** What a run chose: everything that is neither the snapshot nor a file. Stands in the bundle as `inputs/run.json`. */
export interface Run {
  readonly format: 'assay-run/1';
  readonly now: string;
  readonly signing: 'ephemeral' | 'pem';
  /** Ids of the policies that were judged by; null where all were. */
  readonly policies: readonly string[] | null;
  /** Id of the profile that report.pdf is made by; it stands in `inputs/reports/`. */
  readonly profile: string;
}

export interface Judgement {
  readonly snapshot: Snapshot;
  readonly inputs: Inputs;
  readonly run: Run;
  readonly assessment: Assessment;
  readonly plan: Plan;
  readonly model: ReportModel;
  readonly profile: Loaded<ReportProfile>;
}

/** Snapshot, inputs and run to findings, controls, plan and report model. Pure: `verify` calls the same function. */
export function judge(snapshot: Snapshot, inputs: Inputs, run: Run, profile: Loaded<ReportProfile>): Judgement {
  const { workload } = inputs;
  const policies = inputs.policies.filter(
    ({ metadata }) => run.policies === null || run.policies.includes(metadata.id),
  );
  const { findings, queries } = evaluateWithCounts({ snapshot, policies, workload, now: run.now });
  const facts = new Map(
    policies.map(({ metadata, subject }) => [
      metadata.id,
      { severity: metadata.severity, activity: metadata.activity, subject, topic: metadata.topic },
    ]),
  );
  const assessment = assess({ ...inputs, findings, policies: facts, now: run.now });
  const repair = plan({ findings: assessment.findings, policies, workload, snapshot, now: run.now });
  const model = reportModel({
    header: snapshot.header,
    asOf: run.now,
    assessment,
    plan: repair,
    policies,
    queries: queries.map((query) => ({ ...query, sha256: createHash('sha256').update(query.text).digest('hex') })),
    workload,
    tool: tool(),
    signing: run.signing,
  });
  return { snapshot, inputs, run, assessment, plan: repair, model, profile };
}
