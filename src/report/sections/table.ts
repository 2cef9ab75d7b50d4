import type { Blocks } from '../block.ts';
import type { SectionName, SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { populationSection, queriesSection } from './appendix.ts';
import { changesSection } from './changes.ts';
import { controlsSection, waiversSection } from './controls.ts';
import { evidenceSection } from './evidence.ts';
import { failingSection, unknownSection } from './findings.ts';
import { frameworkSection } from './framework.ts';
import { gapSection } from './gap.ts';
import { headlineSection } from './headline.ts';
import { glossarySection, limitsSection } from './method.ts';
import { notAssessedSection } from './not-assessed.ts';
import { summary } from './overview.ts';
import { partiesSection } from './parties.ts';
import { planSection } from './plan.ts';
import { scopeSection } from './scope.ts';
import { signatureSection } from './signature.ts';

/** A section says what there is to say of a report under its options; how that looks is the format's business. */
type Section = (report: Report, options: SectionOptions) => Blocks;

const sections: Readonly<Record<SectionName, Section>> = {
  cover: () => [{ kind: 'cover' }],
  contents: () => [{ kind: 'contents' }],
  headline: headlineSection,
  changes: changesSection,
  summary,
  framework: frameworkSection,
  scope: scopeSection,
  controls: controlsSection,
  'gap-items': gapSection,
  findings: failingSection,
  unknowns: unknownSection,
  waivers: waiversSection,
  plan: planSection,
  'plan-by-party': partiesSection,
  population: populationSection,
  queries: queriesSection,
  'evidence-index': evidenceSection,
  'not-assessed': notAssessedSection,
  limits: limitsSection,
  signature: signatureSection,
  glossary: glossarySection,
};

/** The blocks of a profile's sections, in its order. */
export function blocksOf(report: Report): readonly Blocks[] {
  return report.profile.sections.map(({ section, ...options }) => sections[section](report, options));
}
