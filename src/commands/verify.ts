import type { BundleCheck } from '../evidence/verify.ts';
import { sayValue } from '../policy/template.ts';
import { EXIT } from './exit.ts';
import { readPem } from './open-signer.ts';
import { printLines, printText } from './print.ts';
import { type Reperformance, reperform } from './reperform.ts';

export interface VerifyOptions {
  readonly trust?: readonly string[];
  readonly json?: boolean;
  readonly skipReperform?: boolean;
}

/** Checks a bundle's bytes and signatures, then judges it again. Exit 4 where anything is not as it was sealed. */
export async function verify(folder: string, options: VerifyOptions): Promise<number> {
  const { checkBundle } = await import('../evidence/verify.ts');
  const trust = await Promise.all((options.trust ?? []).map((file) => readPem(file, '--trust')));
  const check = await checkBundle(folder, trust.length > 0 ? { trust } : {});
  // Bytes that are not those that were sealed are not worth judging again.
  const again = check.problems.length > 0 || options.skipReperform === true ? null : await reperformSafely(folder);
  const failed = check.problems.length > 0 || again instanceof Error || (again !== null && again.differing.length > 0);
  if (options.json === true) printText(`${JSON.stringify(document(check, again, failed), null, 2)}\n`);
  else printLines(lines(folder, check, again, failed));
  return failed ? EXIT.verification : EXIT.clean;
}

/** A sealed bundle that cannot be judged again has failed, whatever the reason. */
async function reperformSafely(folder: string): Promise<Reperformance | Error> {
  try {
    return await reperform(folder);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function document(check: BundleCheck, again: Reperformance | Error | null, failed: boolean): unknown {
  const reperformed = again instanceof Error ? { error: again.message } : again;
  return { ok: !failed, ...check, reperformed };
}

function lines(
  folder: string,
  check: BundleCheck,
  again: Reperformance | Error | null,
  failed: boolean,
): readonly string[] {
  const problems = check.problems.map(({ path, message }) => `  ${sayValue(path ?? 'bundle')}: ${message}`);
  return [
    `${failed ? 'FAILED' : 'verified'}  ${folder}`,
    ...problems,
    ...(check.problems.length === 0 ? [`  files         ${check.files}, every hash as sealed, none added`] : []),
    ...signatureLines(check),
    ...(check.timestamp === 'not-checked' ? [TIMESTAMP] : []),
    ...reperformLines(again),
  ];
}

const TIMESTAMP =
  '  timestamp     SHA256SUMS.tsr is here and NOT CHECKED: anybody can add one; VERIFY.md has the line for openssl';

function signatureLines({ signature, pdf }: BundleCheck): readonly string[] {
  if (signature?.signer === undefined || signature.signer === null) return [];
  const trusted = signature.trusted
    ? 'trusted: chains to the given anchor'
    : 'NOT TRUSTED: nothing outside the bundle vouches for this key; compare the fingerprint or give --trust';
  return [
    `  signature     ${signature.ok ? 'intact' : 'broken'}, by ${sayValue(signature.signer.subject)}`,
    `  fingerprint   ${signature.signer.sha256}`,
    `  signer        ${trusted}`,
    ...(pdf === null
      ? []
      : [
          `  report.pdf    signature ${pdf.ok ? 'intact' : 'broken'}${pdf.coversWholeFile ? ', covers the whole file' : ''}`,
        ]),
  ];
}

function reperformLines(again: Reperformance | Error | null): readonly string[] {
  if (again === null) return ['  re-performed  not done'];
  if (again instanceof Error) return [`  re-performed  could not be: ${sayValue(again.message)}`];
  const by =
    again.madeBy === null ? [] : [`  made by       assay ${sayValue(again.madeBy)}, judged again by another version`];
  if (again.differing.length === 0)
    return [
      ...by,
      `  re-performed  ${again.findings} findings judged again, ${again.compared} files byte for byte the same`,
    ];
  return [
    ...by,
    '  re-performed  DIFFERENT:',
    ...again.differing.map((path) => `    ${sayValue(path)}: judging again gives other bytes`),
  ];
}
