import { createHash, verify, type X509Certificate } from 'node:crypto';
import {
  type CertificateDescription,
  describe,
  isSelfSigned,
  readCertificate,
  readCertificates,
} from './certificate.ts';
import { isIssuedBy, isValidAt, signingProblem, trustProblem } from './chain.ts';
import { type CmsParts, decodeCms, encodeCms, encodeSignedAttributes } from './cms-encoding.ts';
import { X509Error } from './errors.ts';
import { keyKind } from './key-kind.ts';
import { checkValidAt, leafOf, type Signer } from './signer.ts';

/** Everything that can be wrong with a signature; `signer-not-trusted` appears only when trust anchors were given. */
export type SignatureProblemCode =
  | 'cms-unreadable'
  | 'cms-not-canonical'
  | 'content-changed'
  | 'signature-wrong'
  | 'certificate-not-for-signing'
  | 'certificate-not-valid-at'
  | 'chain-broken'
  | 'time-missing'
  | 'signer-not-trusted'
  | 'pdf-unsigned'
  | 'pdf-ambiguous'
  | 'pdf-byte-range'
  | 'pdf-contents';

export interface SignatureProblem {
  readonly code: SignatureProblemCode;
  readonly message: string;
}

export interface VerifyOptions {
  /** PEM texts with the certificates that the verifier trusts, obtained from outside what is verified. */
  readonly trust?: readonly string[];
  /** The time at which certificates must be valid; without it, the time that the signer claims. */
  readonly at?: Date;
}

export interface Verification {
  /** True when there is no problem. Says nothing about who signed: see `trusted`. */
  readonly ok: boolean;
  /** The certificate that made the signature, null when it could not be read. */
  readonly signer: CertificateDescription | null;
  /** True when the chain reaches one of the given anchors; always false without `trust`. */
  readonly trusted: boolean;
  /** The time that the signer claims, ISO 8601; null when there is none. Nobody but the signer vouches for it. */
  readonly signingTime: string | null;
  readonly problems: readonly SignatureProblem[];
}

/**
 * Signs content as detached CMS SignedData (RFC 5652) with contentType, messageDigest and signingCertificateV2
 * (RFC 5035, over every certificate that is enclosed), so that `openssl cms -verify -cades` accepts it.
 * @param options.signingTime goes into the signed attributes; PAdES (ETSI EN 319 142-1) leaves it out
 * @returns DER
 * @throws X509Error when the certificate is not valid at the signing time, or when the signer's answer does not verify.
 */
export async function signDetached(
  content: Uint8Array,
  signer: Signer,
  options: { readonly signingTime?: Date } = {},
): Promise<Uint8Array> {
  if (options.signingTime !== undefined) checkValidAt(leafOf(signer), options.signingTime);
  const unsigned: Omit<CmsParts, 'signature'> = {
    digest: 'sha256',
    chain: enclosedChain(signer),
    messageDigest: createHash('sha256').update(content).digest(),
    ...(options.signingTime === undefined ? {} : { signingTime: options.signingTime }),
  };
  const signature = await signer.sign(encodeSignedAttributes(unsigned));
  const cms = encodeCms({ ...unsigned, signature });
  checkOwnSignature(cms, content, options.signingTime);
  return cms;
}

/**
 * Verifies a detached CMS signature as `signDetached` writes it, and nothing looser: the file is taken apart, written
 * again from its parts and compared, so that no bit can change unseen (OpenSSL lets some pass). Never throws on a
 * hostile signature; throws X509Error only for trust anchors that are no certificates.
 */
export function verifyDetached(cms: Uint8Array, content: Uint8Array, options: VerifyOptions = {}): Verification {
  const anchors = options.trust?.flatMap((pem) => readCertificates(pem));
  const parts = tryDecode(cms);
  if ('unreadable' in parts) return notVerified('cms-unreadable', unreadable(parts.unreadable));
  const at = options.at ?? parts.signingTime;
  const problems = tryProblems(() => [
    ...canonicalProblems(cms, parts),
    ...contentProblems(content, parts),
    ...signatureProblems(parts),
    ...certificateProblems(parts.chain, at),
  ]);
  const trust = tryProblems(() => trustProblems(parts.chain, anchors, at));
  return {
    ok: problems.length + trust.length === 0,
    signer: describe(parts.chain[0].raw),
    trusted: anchors !== undefined && problems.length + trust.length === 0,
    signingTime: parts.signingTime?.toISOString() ?? null,
    problems: [...problems, ...trust],
  };
}

/** The result of a verification that could not begin. */
export function notVerified(code: SignatureProblemCode, message: string): Verification {
  return { ok: false, signer: null, trusted: false, signingTime: null, problems: [{ code, message }] };
}

/** A self-signed root above the signer is left out: a reader must bring it from outside anyway. */
function enclosedChain(signer: Signer): [X509Certificate, ...X509Certificate[]] {
  const leaf = leafOf(signer);
  const issuers = signer.chain.slice(1).map((der) => readCertificate(der));
  return [leaf, ...issuers.filter((issuer) => !isSelfSigned(issuer))];
}

/** A remote key that is not the certificate's, or certificates in a form that is not DER, must not reach a bundle. */
function checkOwnSignature(cms: Uint8Array, content: Uint8Array, signingTime: Date | undefined): void {
  const { problems } = verifyDetached(cms, content, signingTime === undefined ? {} : { at: signingTime });
  const first = problems.find(({ code }) => code !== 'time-missing');
  if (first === undefined) return;
  throw new X509Error('signature-refused', `The signature that the key returned does not verify: ${first.message}`);
}

function tryDecode(cms: Uint8Array): CmsParts | { unreadable: string } {
  try {
    return decodeCms(cms);
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : 'not readable' };
  }
}

const unreadable = (why: string): string =>
  [
    'This is no CMS signature by exactly one signer with contentType, messageDigest and signingCertificateV2',
    `over SHA-256 or better: ${why.replace(/\.$/, '')}.`,
  ].join(' ');

/** The libraries below throw on some malformed certificates; for a verifier that is a finding, not a crash. */
function tryProblems(find: () => SignatureProblem[]): SignatureProblem[] {
  try {
    return find();
  } catch {
    return [{ code: 'cms-unreadable', message: 'A certificate in the signature could not be read.' }];
  }
}

function canonicalProblems(cms: Uint8Array, parts: CmsParts): SignatureProblem[] {
  if (Buffer.from(encodeCms(parts)).equals(cms)) return [];
  const message = [
    'The signature is not in its one canonical form (DER, nothing added, nothing trailing):',
    'it was changed after signing, or made by another tool.',
  ].join(' ');
  return [{ code: 'cms-not-canonical', message }];
}

function contentProblems(content: Uint8Array, parts: CmsParts): SignatureProblem[] {
  if (createHash(parts.digest).update(content).digest().equals(parts.messageDigest)) return [];
  return [{ code: 'content-changed', message: 'The content is not what was signed: its digest differs.' }];
}

function signatureProblems(parts: CmsParts): SignatureProblem[] {
  const [leaf] = parts.chain;
  const kind = keyKind(leaf.publicKey);
  if ('refused' in kind) return [];
  if (verify(parts.digest, encodeSignedAttributes(parts), leaf.publicKey, parts.signature)) return [];
  return [{ code: 'signature-wrong', message: 'The signature value does not belong to the certificate named in it.' }];
}

function certificateProblems(chain: CmsParts['chain'], at: Date | undefined): SignatureProblem[] {
  const [leaf] = chain;
  const problems: SignatureProblem[] = [];
  const misuse = signingProblem(leaf);
  if (misuse !== undefined) {
    problems.push({ code: 'certificate-not-for-signing', message: `The signer's certificate cannot sign: ${misuse}.` });
  }
  if (chain.some((certificate, index) => !isLinked(certificate, chain[index + 1]))) {
    const message = 'A certificate enclosed in the signature was not issued by the one that follows it.';
    problems.push({ code: 'chain-broken', message });
  }
  if (at === undefined) {
    const message = 'The signature holds no signing time and none was given, so validity cannot be judged.';
    problems.push({ code: 'time-missing', message });
  } else if (!isValidAt(leaf, at)) {
    const period = `from ${leaf.validFrom} to ${leaf.validTo}`;
    const message = `The signer's certificate is not valid at ${at.toISOString()} (${period}).`;
    problems.push({ code: 'certificate-not-valid-at', message });
  }
  return problems;
}

const isLinked = (certificate: X509Certificate, issuer: X509Certificate | undefined): boolean =>
  issuer === undefined || isIssuedBy(certificate, issuer);

function trustProblems(
  chain: CmsParts['chain'],
  anchors: readonly X509Certificate[] | undefined,
  at: Date | undefined,
): SignatureProblem[] {
  if (anchors === undefined || at === undefined) return [];
  const problem = trustProblem(chain, anchors, at);
  if (problem === undefined) return [];
  return [{ code: 'signer-not-trusted', message: `The signer is not trusted: ${problem}.` }];
}
