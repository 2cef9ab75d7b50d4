import type { X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { copyToArrayBuffer, isSelfSigned } from './certificate.ts';
import { keyKind } from './key-kind.ts';
import { oid } from './oid.ts';

/**
 * Why this certificate's key may not sign documents, or undefined when it may.
 * Stricter than `openssl cms -verify -purpose any`: a certificate made for TLS only is refused, since under a company's
 * CA everybody who runs a web server holds such a key.
 */
export function signingProblem(certificate: X509Certificate): string | undefined {
  const kind = keyKind(certificate.publicKey);
  if ('refused' in kind) return `it holds ${kind.refused}. Use RSA (2048 bits or more), P-256 or P-384`;
  const limits = limitsOf(certificate);
  const { keyUsage, purposes } = limits;
  if (limits.unusable.length > 0) return extensionProblem(limits);
  if (keyUsage !== undefined && (keyUsage & (bit.digitalSignature | bit.nonRepudiation)) === 0) {
    return 'its key usage admits neither digital signature nor non-repudiation';
  }
  if (purposes !== undefined && !purposes.some((purpose) => signingPurposes.has(purpose))) {
    return `its extended key usage (${purposes.join(', ')}) admits neither e-mail protection nor document signing`;
  }
  return undefined;
}

/** True when `at` lies in the certificate's period, both ends included. */
export function isValidAt(certificate: X509Certificate, at: Date): boolean {
  return new Date(certificate.validFrom) <= at && at <= new Date(certificate.validTo);
}

/** True when `issuer` is named as the issuer of `certificate`, and its key made the signature. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/**
 * Why a chain (leaf first, each issued by the next) reaches none of the anchors at a time, or undefined when it does.
 * An anchor may be a root, an intermediate or the leaf itself. RFC 5280 section 6, without what is refused instead:
 * name constraints and every other critical extension that is not known here. Revocation is not looked up.
 */
export function trustProblem(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  at: Date,
): string | undefined {
  const paths = chain.flatMap((certificate, index) => {
    const path = chain.slice(0, index + 1);
    if (anchors.some((anchor) => anchor.raw.equals(certificate.raw))) return [path];
    return anchors.filter((anchor) => isIssuedBy(certificate, anchor)).map((anchor) => [...path, anchor]);
  });
  if (paths.length === 0) return 'no given trust anchor issued it';
  const problems = paths.map((path) => pathProblem(path, at));
  return problems.includes(undefined) ? undefined : problems[0];
}

/** Bits of KeyUsage in its first byte (RFC 5280 4.2.1.3). */
const bit = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04 } as const;

const signingPurposes: ReadonlySet<string> = new Set([
  oid.anyExtendedKeyUsage,
  oid.emailProtection,
  oid.documentSigning,
  oid.codeSigning,
  oid.adobeAuthenticDocuments,
  oid.microsoftDocumentSigning,
]);

/** Critical extensions whose meaning is judged here, or cannot widen what a certificate may do. */
const knownExtensions: ReadonlySet<string> = new Set([
  oid.basicConstraints,
  oid.keyUsage,
  oid.extKeyUsage,
  oid.subjectAltName,
  oid.certificatePolicies,
]);

/** SHA-1 and older are missing on purpose: a forged intermediate certificate would pass as genuine. */
const certificateSignatures: ReadonlySet<string> = new Set([
  oid.rsaWithSha256,
  oid.rsaWithSha384,
  oid.rsaWithSha512,
  oid.ecdsaWithSha256,
  oid.ecdsaWithSha384,
  oid.ecdsaWithSha512,
  oid.rsaPss,
  oid.ed25519,
]);

function pathProblem(path: readonly X509Certificate[], at: Date): string | undefined {
  for (const [depth, certificate] of path.entries()) {
    const problem = linkProblem(certificate, depth, { at, isAnchor: depth === path.length - 1 });
    if (problem !== undefined) return `certificate ${depth + 1} of the chain: ${problem}`;
  }
  return undefined;
}

function linkProblem(
  certificate: X509Certificate,
  depth: number,
  { at, isAnchor }: { at: Date; isAnchor: boolean },
): string | undefined {
  const limits = limitsOf(certificate);
  if (!isValidAt(certificate, at)) {
    return `not valid at ${at.toISOString()} (from ${certificate.validFrom} to ${certificate.validTo})`;
  }
  if (limits.unusable.length > 0) return extensionProblem(limits);
  if (!isAnchor && !certificateSignatures.has(limits.signatureAlgorithm)) {
    return `signed with ${limits.signatureAlgorithm}, which is too weak or not known`;
  }
  if (depth === 0) return undefined;
  if (!limits.isCa) return 'not a certificate authority (basic constraints)';
  if (limits.keyUsage !== undefined && (limits.keyUsage & bit.keyCertSign) === 0) return 'may not sign certificates';
  // The path length counts the intermediates below this one; the leaf is none.
  return depth - 1 > limits.pathLength ? `allows ${limits.pathLength} intermediate certificates below it` : undefined;
}

interface Limits {
  readonly isCa: boolean;
  readonly pathLength: number;
  /** First byte of KeyUsage, or undefined when the extension is absent. */
  readonly keyUsage: number | undefined;
  readonly purposes: readonly string[] | undefined;
  /** Extensions that must not be passed over: critical and not known, given twice, or not readable. */
  readonly unusable: readonly string[];
  readonly signatureAlgorithm: string;
}

function limitsOf(certificate: X509Certificate): Limits {
  const parsed = pkijs.Certificate.fromBER(copyToArrayBuffer(certificate.raw));
  const extensions = parsed.extensions ?? [];
  const value = (id: string): unknown => extensions.find((extension) => extension.extnID === id)?.parsedValue;
  const basic = value(oid.basicConstraints);
  const usage = value(oid.keyUsage);
  const purposes = value(oid.extKeyUsage);
  const limit = basic instanceof pkijs.BasicConstraints ? basic.pathLenConstraint : undefined;
  return {
    isCa: basic instanceof pkijs.BasicConstraints && basic.cA,
    pathLength: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    keyUsage: usage instanceof asn1js.BitString ? (usage.valueBlock.valueHexView[0] ?? 0) : undefined,
    purposes: purposes instanceof pkijs.ExtKeyUsage ? purposes.keyPurposes : undefined,
    unusable: extensions.filter((extension, index) => isUnusable(extension, extensions.slice(0, index))).map(idOf),
    signatureAlgorithm: parsed.signatureAlgorithm.algorithmId,
  };
}

const idOf = (extension: pkijs.Extension): string => extension.extnID;

/** An extension that does not parse into its own kind must not count as absent: absent means unlimited. */
function isUnusable(extension: pkijs.Extension, before: readonly pkijs.Extension[]): boolean {
  const kind = readKinds.get(extension.extnID);
  if (before.some((other) => other.extnID === extension.extnID)) return true;
  if (kind !== undefined) return !(extension.parsedValue instanceof kind);
  return extension.critical && !knownExtensions.has(extension.extnID);
}

const readKinds: ReadonlyMap<string, abstract new (...args: never[]) => object> = new Map<
  string,
  abstract new (
    ...args: never[]
  ) => object
>([
  [oid.basicConstraints, pkijs.BasicConstraints],
  [oid.keyUsage, asn1js.BitString],
  [oid.extKeyUsage, pkijs.ExtKeyUsage],
]);

function extensionProblem({ unusable }: Limits): string {
  return `extension ${unusable.join(', ')} is critical and not known, given twice, or not readable`;
}

/**
 * Orders certificates from the leaf up. The result holds only what links to the leaf.
 * @param pool certificates in any order, the leaf may be among them
 */
export function orderChain(leaf: X509Certificate, pool: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf];
  let rest = pool.filter((candidate) => !candidate.raw.equals(leaf.raw));
  let last = leaf;
  while (!isSelfSigned(last)) {
    const child = last;
    const issuer = rest.find((candidate) => isIssuedBy(child, candidate));
    if (issuer === undefined) return chain;
    chain.push(issuer);
    rest = rest.filter((candidate) => candidate !== issuer);
    last = issuer;
  }
  return chain;
}
