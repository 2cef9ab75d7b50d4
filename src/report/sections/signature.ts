import { type Blocks, code, col, notice, pairs, paragraph, part, section, table } from '../block.ts';
import type { Report } from '../report.ts';
import { ephemeralNotice, signatureMeaning, unsignedMeaning, unsignedNotice } from '../sentences.ts';
import { moment } from '../visible.ts';

const proves: readonly (readonly [string, string, string])[] = [
  [
    'The file has not changed since it was signed',
    'yes',
    'One changed byte breaks the signature; every reader shows that.',
  ],
  [
    'Who holds the signing key',
    'not by itself',
    'The certificate names a holder. Compare its fingerprint with one that reached you by another way.',
  ],
  [
    'When it was signed',
    'not by itself',
    'The time is that of the signing machine. A timestamp in the bundle (SHA256SUMS.tsr), where there is one, proves it independently.',
  ],
  [
    'What Azure answered',
    'no',
    'The raw answers are in the bundle under the same list of sums; Azure does not sign them.',
  ],
  [
    'That the judgement follows from the answers',
    'no',
    'Judge again: assay verify does it from the bundle alone and compares every byte.',
  ],
  ['That a control is operated, or the law is kept', 'no', 'No file can. See the limits of the method.'],
];

const commands = `# the signature inside this file (poppler-utils)
pdfsig report.pdf
# the signer's certificate and its fingerprint
openssl x509 -in chain.pem -noout -subject -fingerprint -sha256
# everything
assay verify BUNDLE --trust trusted-ca.pem`;

/** What the signature shows and what it does not, how to look, and room for those who receive the report. */
export function signatureSection({ model, signature }: Report): Blocks {
  const ephemeral = model.signing === 'ephemeral';
  const state =
    signature === null
      ? notice('quiet', unsignedNotice, [unsignedMeaning])
      : notice(ephemeral ? 'bad' : 'quiet', ephemeral ? ephemeralNotice : 'Signed', signatureMeaning[model.signing]);
  return [
    section('Signature'),
    state,
    pairs([
      ['Signed at', signature === null ? 'not signed' : moment(signature.at.toISOString())],
      ['Covers', signature === null ? 'nothing' : 'every byte of this file but the signature itself'],
      [
        'Form',
        signature === null ? 'none' : 'PAdES B-B: a CMS signature (ETSI.CAdES.detached) over SHA-256, in this file',
      ],
      [
        'Signer',
        'the certificate in the signature; subject and fingerprint also in tool.json and VERIFY.md of the bundle',
      ],
    ]),
    part('What it proves', 150),
    table({
      columns: [col('Question', 5), col('Answered', 2.4), col('How, or what does', 8)],
      rows: proves.map(([question, answer, how]) => [[{ text: question, as: 'strong' }], answer, how]),
    }),
    part('How to look', 120),
    code(commands, 20, 'VERIFY.md'),
    part('Received and reviewed', 130),
    paragraph('To be filled in by hand or beside the file; nothing here is part of the judgement.', 'small'),
    { kind: 'form', lines: ['Reviewed by (name, role)', 'Organisation', 'Date', 'Signature'] },
  ];
}
