import { scriptName, stepScript } from '../remediate/emit-script.ts';
import type { Changes } from '../report/changes.ts';
import { evidenceOf } from '../report/evidence.ts';
import type { ReportProfile } from '../report/profile.schema.ts';
import { controlKey, type Report, type SignaturePlace } from '../report/report.ts';
import { indexedFindings } from '../report/sections/evidence.ts';
import type { Judgement } from './judge.ts';

export interface ReportChoice {
  readonly profile: ReportProfile;
  readonly changes?: Changes | null;
  readonly signature?: SignaturePlace | null;
}

/** A judgement as a report by a profile. Evidence is traced only for a profile that shows it: that goes through rows. */
export function reportOf(judgement: Judgement, { profile, changes = null, signature = null }: ReportChoice): Report {
  const { model, snapshot, inputs, plan } = judgement;
  const index = profile.sections.find(({ section }) => section === 'evidence-index');
  const wanted = index === undefined ? [] : indexedFindings({ model }, index.limit);
  return {
    model,
    profile,
    changes,
    evidence: wanted.length === 0 ? new Map() : evidenceOf(model, snapshot, inputs.policies, new Set(wanted)),
    scripts: new Map(
      plan.steps.filter((step) => stepScript(step) !== null).map((step) => [step.id, scriptName(step, plan)]),
    ),
    classes: new Map(
      inputs.controls.map(({ metadata, appliesTo }) => [controlKey(metadata), appliesTo.classes] as const),
    ),
    signature,
  };
}
