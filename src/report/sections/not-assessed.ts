import { type Block, type Blocks, bullets, capped, col, paragraph, part, section, table } from '../block.ts';
import type { ReportModel } from '../model.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { reasonMeaning } from '../settle.ts';
import { counted } from '../visible.ts';
import { caps } from './caps.ts';

/** What nobody judged, and what was judged and could not be decided: what silence in this report does not mean. */
export function notAssessedSection({ model }: Report, { limit = caps.scopes }: SectionOptions): Blocks {
  const shown = model.notAssessed.slice(0, limit);
  return [
    section('Not assessed'),
    paragraph('What stands here is neither good nor bad: nothing is claimed about it, and nothing may be concluded.'),
    part('In this run'),
    bullets(shown.length === 0 ? ['Nothing that was in scope was left out.'] : shown),
    ...capped(shown.length, model.notAssessed.length, 'results.json'),
    part('Policies that found nothing to judge'),
    emptyPolicies(model, limit),
    part('Judged and not decided'),
    undecided(model),
  ];
}

function emptyPolicies({ policies }: ReportModel, limit: number): Block {
  const empty = policies.filter((policy) => policy.counts.total === 0);
  return table({
    columns: [col('Policy', 5), col('Looks for', 7)],
    rows: empty
      .slice(0, limit)
      .map((policy) => [[{ text: policy.id, as: 'strong' }, { text: policy.title }], policy.subject]),
    all: empty.length,
    none: 'Every policy had at least one resource to judge.',
  });
}

function undecided({ counts }: ReportModel): Block {
  return table({
    columns: [col('Reason', 4), col('Findings', 2, 'right'), col('What it means', 9)],
    rows: counts.unknownReasons.map(({ reason, count }) => [reason, count, reasonMeaning[reason]]),
    none: `${counted(counts.findings.total, 'finding')}; none is unknown.`,
  });
}
