import type { Blocks, FittedList, Tile } from '../block.ts';
import type { ReportModel } from '../model.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { ephemeralNotice, itemSentence, unsignedNotice } from '../sentences.ts';
import { counted, moment, thousands } from '../visible.ts';
import { caps } from './caps.ts';
import { changesSentence, kindTitles, noPrevious } from './changes.ts';
import { clip, environmentName } from './words.ts';

/** One page: what changed, what fails, what is unknown. Each list says how long it really is. */
export function headlineSection(report: Report, { limit = caps.headline }: SectionOptions): Blocks {
  const { model, profile, signature } = report;
  const signed = signature === null ? unsignedNotice : model.signing === 'ephemeral' ? ephemeralNotice : null;
  const undeclared = 'No workload is declared: every resource is judged by the strictest defaults.';
  return [
    {
      kind: 'headline',
      headline: {
        title: profile.metadata.title,
        lines: [
          clip(model.workload?.title ?? 'No workload declared', 120),
          `As of ${moment(model.asOf)}. Control items: ${itemSentence(model.counts.items)}.`,
        ],
        tiles: tiles(model),
        warnings: [
          ...(model.workload === null ? [undeclared] : []),
          ...model.gaps,
          ...(signed === null ? [] : [signed]),
        ],
        lists: [
          changesList(report, limit),
          failsList(model, limit),
          unknownsList(model, limit),
          controlsList(model, limit),
        ],
      },
    },
  ];
}

function tiles({ counts: { findings } }: ReportModel): readonly Tile[] {
  const tile = (count: number, word: string, tone: Tile['tone']): Tile => ({
    value: thousands(count),
    word,
    tone: count > 0 ? tone : 'quiet',
  });
  return [
    tile(findings.fail, 'findings fail', 'bad'),
    tile(findings.unknown, 'findings unknown', 'open'),
    tile(findings.waived, 'fails waived', 'eased'),
    tile(findings.pass, 'findings pass', 'good'),
  ];
}

function changesList({ changes }: Report, limit: number): FittedList {
  const title = 'What changed';
  if (changes === null) return { title, note: noPrevious, rows: [], all: 0, rest: '' };
  const since = `Since ${moment(changes.previous.asOf)}: ${changesSentence(changes)}`;
  return {
    title,
    note: [since, ...changes.caveats].join(' '),
    rows: changes.list.slice(0, limit).map((change) => ({
      word: kindTitles[change.kind].toLowerCase(),
      text: `${change.policy}: ${change.name}`,
      detail: `${change.from ?? 'none'} → ${change.to ?? 'none'}`,
    })),
    all: changes.list.length,
    rest: 'changes.csv',
  };
}

/** By policy, worst first: a list of resources would show one policy and hide the others. */
function failsList(model: ReportModel, limit: number): FittedList {
  const failing = model.policies.filter((policy) => policy.counts.fail > 0);
  return {
    title: 'What fails',
    note: failing.length === 0 ? 'No finding fails that is not waived.' : null,
    rows: failing.slice(0, limit).map((policy) => ({
      word: policy.severity,
      text: `${policy.id}: ${policy.title}`,
      detail: [
        counted(policy.counts.fail, 'fail'),
        policy.environments
          .filter(({ counts }) => counts.fail > 0)
          .slice(0, 3)
          .map((entry) => `${clip(environmentName(entry), 16)} ${thousands(entry.counts.fail)}`)
          .join(', '),
      ].join(': '),
    })),
    all: failing.length,
    rest: 'findings.csv',
  };
}

function unknownsList(model: ReportModel, limit: number): FittedList {
  const { unknownReasons } = model.counts;
  return {
    title: 'What is unknown',
    note: unknownReasons.length === 0 ? 'Every finding could be decided.' : null,
    rows: unknownReasons.slice(0, limit).map(({ reason, count }) => {
      const first = model.findings.find((finding) => finding.reason === reason);
      return { word: reason, text: first?.settledBy[0] ?? first?.because ?? '', detail: counted(count, 'finding') };
    }),
    all: unknownReasons.length,
    rest: 'findings.csv',
  };
}

const controlOrder = ['not-met', 'unknown', 'attestation-needed', 'met-with-waivers', 'met', 'not-applicable'] as const;

function controlsList(model: ReportModel, limit: number): FittedList {
  const sorted = controlOrder.flatMap((status) => model.controls.filter((control) => control.status === status));
  return {
    title: 'Controls',
    note: sorted.length === 0 ? 'No control was selected for this run.' : null,
    rows: sorted.slice(0, limit).map((control) => ({
      word: control.status,
      text: `${control.id} ${control.title}`,
      detail: clip(control.because, 60),
    })),
    all: sorted.length,
    rest: 'controls.csv',
  };
}
