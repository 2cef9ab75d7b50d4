import { readFile } from 'node:fs/promises';
import type { Signer } from '../x509/signer.ts';
import { UsageError } from './usage-error.ts';

export interface SignerPaths {
  readonly signKey?: string | undefined;
  readonly signCert?: string | undefined;
}

/** A little before the signing, so that a reader whose clock lags does not refuse a signature from the future. */
const BACKDATE_MS = 5 * 60 * 1000;
const EPHEMERAL_DAYS = 30;

/**
 * Opens the key before anything is read: a missing key must not cost an hour. Without paths a key is made for this run;
 * everything then says that it is untrusted.
 */
export async function openSigner(paths: SignerPaths, now: Date): Promise<Signer> {
  const { ephemeralSigner, pemSigner } = await import('../x509/signer.ts');
  const { signKey, signCert } = paths;
  if (signKey === undefined && signCert === undefined)
    return ephemeralSigner({ notBefore: new Date(now.getTime() - BACKDATE_MS), days: EPHEMERAL_DAYS });
  if (signKey === undefined || signCert === undefined)
    throw new UsageError('--sign-key and --sign-cert go together. Give both as PEM files, or neither');
  const passphrase = process.env.ASSAY_SIGN_PASSPHRASE;
  return pemSigner({
    keyPem: await readPem(signKey, '--sign-key'),
    certPem: await readPem(signCert, '--sign-cert'),
    at: now,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

/** A PEM file named by an option. */
export async function readPem(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new UsageError(`${option} ${file} cannot be read (${code})`);
  }
}
