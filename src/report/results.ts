import type { AttestationState, ControlAssessment, WaiverState } from '../control/assessment.ts';
import type { ReportModel } from './model.ts';
import { type Plain, plain } from './plain.ts';

/** `results.json`, format `assay-results/1`: what `assay diff` and other tools read. Nothing in it is undefined. */
export interface ResultsDocument {
  readonly format: 'assay-results/1';
  readonly asOf: string;
  readonly tool: Plain;
  readonly workload: Plain;
  readonly scope: Plain;
  readonly counts: Plain;
  readonly gaps: readonly string[];
  readonly notAssessed: readonly string[];
  readonly findings: readonly Plain[];
  readonly controls: readonly Plain[];
  /** Every subcategory of the framework; null where no catalogue was given. */
  readonly framework: Plain;
  readonly waivers: readonly Plain[];
  readonly attestations: readonly Plain[];
  readonly plan: Plain;
  /** Digest of the night before; whoever seals the bundle fills it in. */
  readonly previous: string | null;
}

/** The model as plain JSON values: bigint and non-finite numbers as text, undefined members left out. */
export function resultsDocument(model: ReportModel): ResultsDocument {
  return {
    format: 'assay-results/1',
    asOf: model.asOf,
    tool: plain(model.tool),
    workload: plain(model.workload),
    scope: plain(model.scope),
    counts: plain(model.counts),
    gaps: model.gaps,
    notAssessed: model.notAssessed,
    findings: model.findings.map((finding) => plain(finding)),
    controls: model.controls.map((control: ControlAssessment) => plain(control)),
    framework: plain(model.framework),
    waivers: model.waivers.map((waiver: WaiverState) => plain(waiver)),
    attestations: model.attestations.map((attestation: AttestationState) => plain(attestation)),
    plan: plain({
      steps: model.plan.steps.length,
      counts: model.plan.counts,
      needsCustomer: model.plan.steps.filter((step) => step.approval === 'customer').length,
    }),
    previous: null,
  };
}
