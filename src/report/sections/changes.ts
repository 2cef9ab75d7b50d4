import { type Blocks, capped, col, notice, paragraph, part, section, table } from '../block.ts';
import { type Change, type ChangeKind, type Changes, changeKinds } from '../changes.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { counted, moment, thousands } from '../visible.ts';
import { caps } from './caps.ts';

export const noPrevious = 'No previous bundle was given, so nothing is said about what changed.';

export const kindTitles: Readonly<Record<ChangeKind, string>> = {
  'new-fail': 'New fails',
  'newly-unknown': 'Newly unknown',
  fixed: 'Fixed',
  settled: 'Unknown before, pass now',
  'newly-waived': 'Newly waived',
  'no-longer-judged': 'No longer judged',
};

const kindMeaning: Readonly<Record<ChangeKind, string>> = {
  'new-fail': 'They fail now and did not fail before, or their waiver ended.',
  'newly-unknown': 'They could be decided before and cannot be now, or are new and cannot be decided.',
  fixed: 'They failed before and pass now.',
  settled: 'They could not be decided before and pass now.',
  'newly-waived': 'They fail, and a named person accepted that until a date.',
  'no-longer-judged':
    'They failed or were unknown before; now there is no such resource or policy, or the policy does not apply. They are not counted as fixed.',
};

/** What is different from the bundle before, kind by kind, by the ids of the findings. */
export function changesSection({ changes }: Report, { limit = caps.changes }: SectionOptions): Blocks {
  const head = section('What changed');
  if (changes === null) return [head, paragraph(noPrevious)];
  const kinds = changeKinds.flatMap((kind): Blocks => {
    const all = changes.list.filter((change) => change.kind === kind);
    if (all.length === 0) return [];
    return [
      part(`${kindTitles[kind]}: ${thousands(all.length)}`, 130),
      paragraph(kindMeaning[kind], 'small'),
      table({
        columns: [col('Finding', 6), col('Resource', 7), col('Before', 2.6), col('Now', 2.6), col('Why now', 7)],
        rows: all.slice(0, limit).map(row),
        all: all.length,
        rest: 'changes.csv',
      }),
    ];
  });
  return [
    head,
    paragraph(comparedWith(changes)),
    ...(changes.caveats.length > 0 ? [notice('open', 'Read the comparison with care', changes.caveats)] : []),
    paragraph(changesSentence(changes), 'lead'),
    ...kinds,
    ...capped(0, 0, ''),
  ];
}

export function comparedWith({ previous }: Changes): string {
  return `Compared with the bundle judged as of ${moment(previous.asOf)}, whose list of sums has the SHA-256 ${previous.manifestSha256}.`;
}

export function changesSentence({ counts, same }: Changes): string {
  const said = changeKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${kindTitles[kind].toLowerCase()} ${counts[kind]}`);
  const still = `${counted(same.fail, 'fail')} and ${counted(same.unknown, 'unknown')} stand as before.`;
  return said.length === 0
    ? `Nothing changed; ${still}`
    : `${said.join(', ')}; ${still}`.replace(/^./, (one) => one.toUpperCase());
}

function row(change: Change) {
  return [
    [{ text: change.policy, as: 'strong' }, { status: change.severity }],
    [{ text: change.name }, { text: change.resource, as: 'id' }],
    [{ status: change.from ?? 'none' }],
    [{ status: change.to ?? 'none' }],
    change.because ?? 'Not judged now.',
  ] as const;
}
