import type { ReportModel, ReportPolicy } from '../model.ts';
import { ephemeralNotice, findingMeaning, itemMeaning } from '../sentences.ts';
import { reasonMeaning } from '../settle.ts';
import { counted, moment } from '../visible.ts';
import { bullets, code, notice, pairs, paragraph, part, section, styles } from './blocks.ts';
import type { Sheet } from './document.ts';
import { limits } from './limits.ts';
import { notAssessed, numberColumns, numbers } from './overview.ts';
import { capped, col, table } from './table.ts';

/** How many resources each policy judged: passes are evidence too, and stand one by one in `facts/<policy>.csv`. */
export function populationSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Appendix: population by policy');
  paragraph(
    sheet,
    'Every resource that a policy judged is listed with its facts in facts/<policy>.csv, the passing ones included.',
  );
  const shown = model.policies.slice(0, limits.policies);
  table(sheet, {
    columns: [col('Policy', 9), ...numberColumns],
    rows: shown.map((policy) => [
      [
        { text: policy.id, as: 'strong' },
        { text: policy.title, as: 'faint' },
        { text: policy.subject, as: 'id' },
      ],
      ...numbers(policy.counts),
    ]),
    all: model.policies.length,
    none: 'No policy was selected for this run.',
  });
}

/** The exact query texts, each with its sum and what it returned. */
export function queriesSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Appendix: queries');
  const asked = model.policies.filter((policy) => policy.query !== null);
  if (asked.length === 0) {
    paragraph(sheet, 'No query was run.');
    return;
  }
  paragraph(
    sheet,
    'Each query ran as printed. The same texts are in queries/*.kql; the sum is SHA-256 over the UTF-8 bytes of the text. A printed line that begins with ↳ belongs to the one above.',
  );
  const shown = asked.slice(0, limits.policies);
  for (const policy of shown) query(sheet, policy);
  capped(sheet, shown.length, asked.length, 'queries/');
}

function query(sheet: Sheet, { id, severity, requirements, query: asked }: ReportPolicy): void {
  if (asked === null) return;
  part(sheet, id, 120);
  const serves = requirements.length === 0 ? '' : `, serves ${requirements.join(', ')}`;
  paragraph(sheet, `Severity ${severity}${serves}. Returned ${counted(asked.rows, 'row')}.`, styles.small);
  paragraph(sheet, `SHA-256 ${asked.sha256}`, { face: 'mono', size: 7, colour: styles.small.colour });
  code(sheet, asked.text, { limit: limits.queryLines, rest: `queries/${id}.kql` });
}

const method: readonly string[] = [
  'The estate is read once, into a snapshot; everything here is judged from that snapshot and can be judged again from it.',
  'A policy is a query and an expectation. The query returns the whole population with its facts; the expectation judges each row.',
  'A fact that was not read, was cut off, or is missing makes the finding unknown before any expectation is asked.',
  'An item takes the worst result of its required policies: not met, then unknown, then attestation needed. Informative policies never change it.',
  'Waivers and attestations are dated files with named people. Expired, refused and unmatched ones are listed and have no effect.',
];

const limitsOfMethod: readonly string[] = [
  'This is configuration as Azure described it at the time of reading. It does not show what happened before or after, nor that a control was operated.',
  'It shows nothing of code, data, people or contracts unless a statement says so, and then it shows that the statement was made.',
  'It is no certification, and no result here is a judgement on the law.',
  'Whoever could change what Azure answers, or the tool while it ran, could change this report. Compare an independent read.',
  'Right-to-left words are shown in their own direction, without the full bidirectional algorithm. Hidden characters are shown as <U+202E>; a character that no font here has is a box with its Unicode number.',
];

const verifyCommands = `# every file of the bundle is the one that was summed
sha256sum -c SHA256SUMS
# the list of sums is the one that was signed; trusted-ca.pem must come from elsewhere than the bundle
openssl cms -verify -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -binary -CAfile trusted-ca.pem -purpose any -out /dev/null
# this file's own signature (poppler-utils)
pdfsig report.pdf
# all of it, and the judgement made again from the snapshot
assay verify BUNDLE --trust trusted-ca.pem`;

/** How it was judged, what that cannot show, what was left out, how to check it. */
export function methodSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Method and limits');
  part(sheet, 'How it is judged');
  bullets(sheet, [...method, `Everything that depends on time is judged at ${moment(model.asOf)}.`]);
  part(sheet, 'What this does not show');
  bullets(sheet, limitsOfMethod);
  part(sheet, 'What is not assessed');
  notAssessed(sheet, model);
  part(sheet, 'How to check it', 170);
  paragraph(
    sheet,
    'Run these in the folder of the bundle, on any machine, without access to Azure. VERIFY.md in the bundle says more.',
  );
  code(sheet, verifyCommands, { limit: 40, rest: 'VERIFY.md' });
  if (model.signing === 'ephemeral') {
    notice(sheet, 'bad', ephemeralNotice, [
      'No trusted-ca.pem exists for an ephemeral key: the second command can only show that the files belong together.',
    ]);
  }
}

/** Every word that is printed as a status. */
export function glossarySection(sheet: Sheet): void {
  section(sheet, 'Glossary');
  const columns = [col('Word', 3), col('Meaning', 11)];
  part(sheet, 'Findings: one policy on one resource');
  table(sheet, {
    columns,
    rows: Object.entries(findingMeaning).map(([word, meaning]) => [[{ status: word }], meaning]),
  });
  part(sheet, 'Items and controls');
  table(sheet, { columns, rows: Object.entries(itemMeaning).map(([word, meaning]) => [[{ status: word }], meaning]) });
  part(sheet, 'Reasons for unknown');
  table(sheet, { columns, rows: Object.entries(reasonMeaning) });
  part(sheet, 'Reads');
  pairs(sheet, [
    ['denied', 'Azure refused the read (HTTP 401 or 403).'],
    ['failed', 'The read ended in another error, after the attempts stated.'],
    ['truncated', 'The answer was cut off.'],
    ['absent', 'The service said, with its own code, that there is nothing: a fact, not a gap.'],
  ]);
}
