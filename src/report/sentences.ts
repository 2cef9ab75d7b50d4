import type { ItemStatus } from '../control/assessment.ts';
import type { FindingStatus } from '../evaluate/finding.ts';
import type { ItemCounts } from './counts.ts';
import type { Signing } from './model.ts';
import { thousands } from './visible.ts';

/** `met 31 / 40 applicable (2 more with waivers), 4 not met, 1 unknown, 2 attestation needed`. */
export function itemSentence(items: ItemCounts): string {
  const count = items.byStatus;
  const waivers = count['met-with-waivers'] > 0 ? ` (${thousands(count['met-with-waivers'])} more with waivers)` : '';
  return [
    `met ${thousands(count.met)} / ${thousands(items.applicable)} applicable${waivers}`,
    `${thousands(count['not-met'])} not met`,
    `${thousands(count.unknown)} unknown`,
    `${thousands(count['attestation-needed'])} attestation needed`,
  ].join(', ');
}

export const ephemeralNotice = 'Signed with an ephemeral key: untrusted';

/** What the signature proves and what it does not, for a reader who has never checked one. */
export const signatureMeaning: Readonly<Record<Signing, readonly string[]>> = {
  ephemeral: [
    'The key was made for this run and thrown away; nobody vouches for it.',
    'The signature shows only that this file has not changed since it was signed. It does not show who signed it: anyone could have made such a key and such a report.',
  ],
  pem: [
    'The signature shows that this file has not changed since the holder of the private key signed it. The signing certificate is in the signature.',
    'It does not show by itself who holds that key: compare the certificate with one that reached you by another way. It does not show that the judgement is right: for that, run "assay verify" on the bundle, which judges the snapshot again.',
  ],
};

export const unsignedNotice = 'A copy without a signature of its own';

/** For a copy of the report that carries no signature of its own. */
export const unsignedMeaning =
  'This file carries no signature of its own. Take it as evidence only inside its bundle, whose signed list of sums (SHA256SUMS, SHA256SUMS.p7s) covers it.';

export const findingMeaning: Readonly<Record<FindingStatus | 'waived' | 'accepted', string>> = {
  pass: 'Every fact the expectation needs was read, and they meet it.',
  fail: 'Every fact the expectation needs was read, and they do not meet it.',
  waived: 'A fail that a named person accepted until a date. It stays a fail and is counted apart.',
  unknown:
    'A fact could not be known, so nothing is claimed. It is never counted as a pass. The reason is always given.',
  accepted: 'An unknown that a named person accepted until a date. It stays undecided and is counted apart.',
  'not-applicable': 'The policy itself says that it does not apply to this resource.',
};

export const itemMeaning: Readonly<Record<ItemStatus, string>> = {
  'not-met': 'A required policy fails without a waiver, or the statement asked for says no.',
  unknown: 'No required policy fails, but at least one could not be decided.',
  'attestation-needed': "The policies are in order; a person's statement is missing, expired or does not match.",
  'met-with-waivers': 'In order, except for fails that a named person accepted until a date.',
  met: 'All required policies pass and the required statement is valid.',
  'not-applicable': 'The workload declares that there is nothing to judge.',
};
