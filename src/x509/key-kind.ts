import type { KeyObject } from 'node:crypto';
import { oid } from './oid.ts';

/** Digests that may stand under a signature: SHA-256 or better. */
export type Digest = 'sha256' | 'sha384' | 'sha512';

export const digestOids: Readonly<Record<Digest, string>> = {
  sha256: oid.sha256,
  sha384: oid.sha384,
  sha512: oid.sha512,
};

/** The signature algorithm of a CMS signer, by its key and its digest (RFC 5754 3.2, 3.3). */
export const signatureOids: Readonly<Record<'rsa' | 'ec', Readonly<Record<Digest, string>>>> = {
  rsa: { sha256: oid.rsaWithSha256, sha384: oid.rsaWithSha384, sha512: oid.rsaWithSha512 },
  ec: { sha256: oid.ecdsaWithSha256, sha384: oid.ecdsaWithSha384, sha512: oid.ecdsaWithSha512 },
};

const curves: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1']);
const smallestModulus = 2048;

/** `rsa` (2048 bits and more) or `ec` (P-256, P-384); anything else is refused with the words for the message. */
export function keyKind(key: KeyObject): { kind: 'rsa' | 'ec' } | { refused: string } {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') {
    if (modulusLength >= smallestModulus) return { kind: 'rsa' };
    return { refused: `an RSA key of ${modulusLength} bits; the least is ${smallestModulus}` };
  }
  if (key.asymmetricKeyType !== 'ec') return { refused: `a key of kind '${key.asymmetricKeyType ?? 'unknown'}'` };
  return curves.has(namedCurve) ? { kind: 'ec' } : { refused: `a key on the curve '${namedCurve ?? 'unknown'}'` };
}
