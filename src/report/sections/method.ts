import { type Blocks, bullets, code, col, notice, pairs, paragraph, part, section, table } from '../block.ts';
import type { Report } from '../report.ts';
import { ephemeralNotice, findingMeaning, itemMeaning } from '../sentences.ts';
import { reasonMeaning } from '../settle.ts';
import { moment } from '../visible.ts';

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
# the signature of report.pdf (poppler-utils)
pdfsig report.pdf
# all of it, and the judgement made again from the snapshot
assay verify BUNDLE --trust trusted-ca.pem`;

/** How it was judged, what that cannot show, how to check it. */
export function limitsSection({ model }: Report): Blocks {
  return [
    section('Method and limits'),
    part('How it is judged'),
    bullets([...method, `Everything that depends on time is judged at ${moment(model.asOf)}.`]),
    part('What this does not show'),
    bullets(limitsOfMethod),
    part('How to check it', 170),
    paragraph(
      'Run these in the folder of the bundle, on any machine, without access to Azure. VERIFY.md in the bundle says more.',
    ),
    code(verifyCommands, 40, 'VERIFY.md'),
    ...(model.signing === 'ephemeral'
      ? [
          notice('bad', ephemeralNotice, [
            'No trusted-ca.pem exists for an ephemeral key: the second command can only show that the files belong together.',
          ]),
        ]
      : []),
  ];
}

/** Every word that is printed as a status. */
export function glossarySection(): Blocks {
  const columns = [col('Word', 3), col('Meaning', 11)];
  const words = (meanings: Readonly<Record<string, string>>) =>
    table({ columns, rows: Object.entries(meanings).map(([word, meaning]) => [[{ status: word }], meaning]) });
  return [
    section('Glossary'),
    part('Findings: one policy on one resource'),
    words(findingMeaning),
    part('Items and controls'),
    words(itemMeaning),
    part('Reasons for unknown'),
    table({ columns, rows: Object.entries(reasonMeaning) }),
    part('Reads'),
    pairs([
      ['denied', 'Azure refused the read (HTTP 401 or 403).'],
      ['failed', 'The read ended in another error, after the attempts stated.'],
      ['truncated', 'The answer was cut off.'],
      ['absent', 'The service said, with its own code, that there is nothing: a fact, not a gap.'],
    ]),
  ];
}
