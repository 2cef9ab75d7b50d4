import { createHash, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { copyToArrayBuffer, readCertificate } from './certificate.ts';
import { type Digest, digestOids, keyKind, signatureOids } from './key-kind.ts';
import { oid } from './oid.ts';

/** All that one of our signatures says. Its bytes follow from these parts, and only from these. */
export interface CmsParts {
  readonly digest: Digest;
  /** The signer's certificate first; these and no others are enclosed, and all are named by signingCertificateV2. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  readonly messageDigest: Uint8Array;
  readonly signingTime?: Date;
  readonly signature: Uint8Array;
}

/** The DER SET OF signed attributes: what the private key signs (RFC 5652 5.4). */
export function encodeSignedAttributes(parts: Omit<CmsParts, 'signature'>): Uint8Array {
  const set = new asn1js.Set({ value: signedAttributes(parts).map((attribute) => attribute.toSchema()) });
  return new Uint8Array(set.toBER(false));
}

/** The ContentInfo with the detached SignedData, in DER. */
export function encodeCms(parts: CmsParts): Uint8Array {
  const digestAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: digestOids[parts.digest] });
  const signedData = new pkijs.SignedData({
    version: 1,
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: oid.data }),
    certificates: sortedByDer(parts.chain.map(pkiCertificate), (certificate) => certificate.toSchema()),
    signerInfos: [signerInfo(parts, digestAlgorithm)],
  });
  const content = new pkijs.ContentInfo({ contentType: oid.signedData, content: signedData.toSchema(true) });
  return new Uint8Array(content.toSchema().toBER(false));
}

/**
 * Takes a signature apart without judging it; whoever calls must compare `encodeCms` of the result with the bytes.
 * @throws Error of any kind when the parts of one of our signatures cannot be found.
 */
export function decodeCms(cms: Uint8Array): CmsParts {
  const info = pkijs.ContentInfo.fromBER(copyToArrayBuffer(cms));
  const signedData = new pkijs.SignedData({ schema: info.content });
  const [signer, ...others] = signedData.signerInfos;
  if (signer === undefined || others.length > 0) throw new Error('not exactly one signer');
  const attributes = signer.signedAttrs?.attributes ?? [];
  const signingTime = readTime(optionalValue(attributes, oid.signingTime));
  return {
    digest: digestOf(signer.digestAlgorithm.algorithmId),
    chain: readChain(signedData.certificates ?? [], optionalValue(attributes, oid.signingCertificateV2)),
    messageDigest: octets(optionalValue(attributes, oid.messageDigest)),
    ...(signingTime === undefined ? {} : { signingTime }),
    signature: octets(signer.signature),
  };
}

function signedAttributes(parts: Omit<CmsParts, 'signature'>): pkijs.Attribute[] {
  const attributes = [
    attribute(oid.contentType, new asn1js.ObjectIdentifier({ value: oid.data })),
    attribute(oid.messageDigest, new asn1js.OctetString({ valueHex: copyToArrayBuffer(parts.messageDigest) })),
    attribute(oid.signingCertificateV2, signingCertificateV2(parts.chain)),
  ];
  if (parts.signingTime !== undefined) attributes.push(attribute(oid.signingTime, timeBlock(parts.signingTime)));
  return sortedByDer(attributes, (one) => one.toSchema());
}

function attribute(type: string, value: asn1js.BaseBlock): pkijs.Attribute {
  return new pkijs.Attribute({ type, values: [value] });
}

/**
 * RFC 5035 section 3: one ESSCertIDv2 per certificate. SHA-256 is the default and so must be left out in DER. Every
 * enclosed certificate is named, the issuers too, so that no byte of them can be replaced.
 */
function signingCertificateV2(chain: CmsParts['chain']): asn1js.Sequence {
  const ids = chain.map((certificate) => {
    const hash = new asn1js.OctetString({ valueHex: copyToArrayBuffer(sha256(certificate.raw)) });
    return new asn1js.Sequence({ value: [hash] });
  });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: ids })] });
}

/** RFC 5652 11.3: UTCTime through 2049, GeneralizedTime after it, both to the second. */
function timeBlock(time: Date): asn1js.BaseBlock {
  const valueDate = new Date(Math.floor(time.getTime() / 1000) * 1000);
  return time.getUTCFullYear() < 2050 ? new asn1js.UTCTime({ valueDate }) : new asn1js.GeneralizedTime({ valueDate });
}

function signerInfo(parts: CmsParts, digestAlgorithm: pkijs.AlgorithmIdentifier): pkijs.SignerInfo {
  const leaf = pkiCertificate(parts.chain[0]);
  return new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber }),
    digestAlgorithm,
    signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes: signedAttributes(parts) }),
    signatureAlgorithm: signatureAlgorithm(parts),
    signature: new asn1js.OctetString({ valueHex: copyToArrayBuffer(parts.signature) }),
  });
}

/** RSA carries NULL as its parameters, ECDSA none (RFC 5754 3.2, 3.3). */
function signatureAlgorithm({ chain: [leaf], digest }: CmsParts): pkijs.AlgorithmIdentifier {
  const kind = keyKind(leaf.publicKey);
  if ('refused' in kind) throw new Error(kind.refused);
  return new pkijs.AlgorithmIdentifier({
    algorithmId: signatureOids[kind.kind][digest],
    ...(kind.kind === 'rsa' ? { algorithmParams: new asn1js.Null() } : {}),
  });
}

/** Parsing costs a millisecond and each certificate is needed three times a signature. */
const parsedCertificates = new WeakMap<X509Certificate, pkijs.Certificate>();

function pkiCertificate(certificate: X509Certificate): pkijs.Certificate {
  const known = parsedCertificates.get(certificate);
  if (known !== undefined) return known;
  const parsed = pkijs.Certificate.fromBER(copyToArrayBuffer(certificate.raw));
  parsedCertificates.set(certificate, parsed);
  return parsed;
}

/** DER writes the members of a SET OF in the order of their encodings (X.690 11.6). */
function sortedByDer<T>(members: readonly T[], schemaOf: (member: T) => asn1js.BaseBlock): T[] {
  return members
    .map((member) => ({ member, der: Buffer.from(schemaOf(member).toBER(false)) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map(({ member }) => member);
}

function digestOf(algorithm: string): Digest {
  if (algorithm === digestOids.sha256) return 'sha256';
  if (algorithm === digestOids.sha384) return 'sha384';
  if (algorithm === digestOids.sha512) return 'sha512';
  throw new Error(`digest ${algorithm}`);
}

function optionalValue(attributes: readonly pkijs.Attribute[], type: string): unknown {
  return attributes.find((one) => one.type === type)?.values[0];
}

function octets(value: unknown): Uint8Array {
  if (value instanceof asn1js.OctetString) return new Uint8Array(value.getValue());
  throw new Error('an octet string is missing');
}

function readTime(value: unknown): Date | undefined {
  if (value instanceof asn1js.UTCTime || value instanceof asn1js.GeneralizedTime) return value.toDate();
  if (value === undefined) return undefined;
  throw new Error('signingTime is no time');
}

/** The enclosed certificates in the order of their names in signingCertificateV2; each must be named, and only once. */
function readChain(enclosed: readonly pkijs.CertificateSetItem[], named: unknown): CmsParts['chain'] {
  const certificates = enclosed.map((item) => {
    if (!(item instanceof pkijs.Certificate)) throw new Error('something enclosed is no X.509 certificate');
    return new Uint8Array(item.toSchema().toBER(false));
  });
  const chain = namedHashes(named).map((hash) => {
    const found = certificates.find((der) => sha256(der).equals(hash));
    if (found === undefined) throw new Error('a certificate that signingCertificateV2 names is not enclosed');
    return found;
  });
  if (new Set(chain).size !== certificates.length) throw new Error('a certificate is enclosed but not named');
  const [leaf, ...issuers] = chain.map((der) => readCertificate(der));
  if (leaf === undefined) throw new Error('no certificate is named');
  return [leaf, ...issuers];
}

function namedHashes(value: unknown): Uint8Array[] {
  const [ids] = children(value);
  return children(ids).map((id) => octets(children(id)[0]));
}

function children(block: unknown): unknown[] {
  if (block instanceof asn1js.Sequence) return block.valueBlock.value;
  throw new Error('signingCertificateV2 is missing or malformed');
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
