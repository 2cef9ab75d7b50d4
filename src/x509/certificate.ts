import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { X509Error } from './errors.ts';
import { oid } from './oid.ts';

/** What a self-signed certificate is for: `sign` bundles and reports, or `tls` for a local server. */
export type CertificateUsage = 'sign' | 'tls';

export interface SelfSignedOptions {
  readonly commonName: string;
  /** The first moment of validity; fractions of a second are cut off, since X.509 has none. */
  readonly notBefore: Date;
  readonly days: number;
  /** DNS names and IP addresses, `tls` only. */
  readonly hosts?: readonly string[];
  readonly usage: CertificateUsage;
}

export interface PemPair {
  readonly certPem: string;
  /** PKCS#8, not encrypted. */
  readonly keyPem: string;
}

/** What a person needs to recognise a certificate. Times are ISO 8601 in UTC. */
export interface CertificateDescription {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, as `openssl x509 -serial` prints it. */
  readonly serial: string;
  /** Fingerprint as `openssl x509 -fingerprint -sha256` prints it: `AB:CD:…`. */
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly selfSigned: boolean;
}

/**
 * Makes a new P-256 key and a certificate signed by that same key.
 * @throws X509Error `bad-argument` for an empty or too long name, a wrong time, or hosts that are no host names.
 */
export async function createSelfSigned(options: SelfSignedOptions): Promise<PemPair> {
  checkOptions(options);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = unsignedCertificate(options, publicKey);
  const tbs = Buffer.from(certificate.encodeTBS().toBER(false));
  certificate.tbsView = new Uint8Array(tbs);
  certificate.signatureValue = new asn1js.BitString({ valueHex: copyToArrayBuffer(sign('sha256', tbs, privateKey)) });
  return {
    certPem: toPem(new Uint8Array(certificate.toSchema().toBER(false))),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/**
 * Describes a certificate (PEM text or DER bytes) without judging it.
 * @throws X509Error `certificate-unreadable`.
 */
export function describe(certificate: string | Uint8Array): CertificateDescription {
  const x509 = readCertificate(certificate);
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    serial: x509.serialNumber,
    sha256: x509.fingerprint256,
    notBefore: new Date(x509.validFrom).toISOString(),
    notAfter: new Date(x509.validTo).toISOString(),
    selfSigned: isSelfSigned(x509),
  };
}

/**
 * True when the certificate names itself as issuer and its own key made its signature. Node's `checkIssued` is no help:
 * it says no when the key usage forbids signing certificates, as it should for a signer who is no authority.
 */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
}

/**
 * Reads one certificate. DER bytes must be exactly one certificate: OpenSSL would ignore what trails it.
 * @throws X509Error `certificate-unreadable`.
 */
export function readCertificate(certificate: string | Uint8Array): X509Certificate {
  try {
    const read = new X509Certificate(certificate);
    // OpenSSL reads the key only when asked: asking here turns a broken one into an error of ours.
    if (read.publicKey.type !== 'public') throw new Error('no public key');
    if (typeof certificate !== 'string' && !read.raw.equals(certificate)) throw new Error('trailing bytes');
    return read;
  } catch (cause) {
    throw new X509Error('certificate-unreadable', 'A certificate could not be read. Give X.509 in PEM form.', {
      cause,
    });
  }
}

/**
 * All certificates of a PEM text, in its order; text between them is ignored, as OpenSSL does.
 * @throws X509Error `certificate-missing` when there is none, `certificate-unreadable` when one is broken.
 */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    throw new X509Error(
      'certificate-missing',
      'There is no certificate in this PEM text. It must hold at least one -----BEGIN CERTIFICATE----- block.',
    );
  }
  return blocks.map((block) => readCertificate(block));
}

/** PEM text of one DER certificate, lines of 64 characters, LF at the end. */
export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A copy in an ArrayBuffer of its own: a Buffer may be a window into a shared pool. */
export function copyToArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}

const dayMs = 86_400_000;
// RFC 5280 ub-common-name.
const longestCommonName = 64;

function checkOptions({ commonName, notBefore, days, hosts = [] }: SelfSignedOptions): void {
  if (commonName.length === 0 || commonName.length > longestCommonName) {
    throw new X509Error('bad-argument', `A common name has 1 to ${longestCommonName} characters: '${commonName}'.`);
  }
  if (Number.isNaN(notBefore.getTime()) || !(days > 0 && days <= 36_500)) {
    throw new X509Error('bad-argument', 'A certificate needs a valid notBefore and between 0 and 36,500 days.');
  }
  const wrong = hosts.find(
    (host) => addressOctets(host) === undefined && !/^[A-Za-z0-9*]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host),
  );
  if (wrong !== undefined) {
    throw new X509Error('bad-argument', `'${wrong}' is neither a DNS name nor an IP address.`);
  }
}

function unsignedCertificate(options: SelfSignedOptions, publicKey: KeyObject): pkijs.Certificate {
  const start = Math.floor(options.notBefore.getTime() / 1000) * 1000;
  const name = distinguishedName(options.commonName);
  const algorithm = new pkijs.AlgorithmIdentifier({ algorithmId: oid.ecdsaWithSha256 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return new pkijs.Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: copyToArrayBuffer(positiveSerial()) }),
    signature: algorithm,
    signatureAlgorithm: algorithm,
    issuer: name,
    subject: name,
    notBefore: x509Time(new Date(start)),
    notAfter: x509Time(new Date(start + options.days * dayMs)),
    subjectPublicKeyInfo: pkijs.PublicKeyInfo.fromBER(copyToArrayBuffer(spki)),
    extensions: extensionsFor(options),
  });
}

function distinguishedName(commonName: string): pkijs.RelativeDistinguishedNames {
  const value = new asn1js.Utf8String({ value: commonName });
  return new pkijs.RelativeDistinguishedNames({
    typesAndValues: [new pkijs.AttributeTypeAndValue({ type: oid.commonName, value })],
  });
}

/** 128 random bits; the first byte is kept between 1 and 127 so that DER needs no padding and the value is positive. */
function positiveSerial(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes;
}

/** RFC 5280 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050 on. */
function x509Time(value: Date): pkijs.Time {
  return new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

/** Bits of KeyUsage (RFC 5280 4.2.1.3), first bit first, with the number of unused bits of the last byte. */
const keyUsageBits: Readonly<Record<CertificateUsage, { readonly bits: number; readonly unused: number }>> = {
  sign: { bits: 0b1100_0000, unused: 6 }, // digitalSignature, nonRepudiation
  tls: { bits: 0b1000_0100, unused: 2 }, // digitalSignature, keyCertSign: a TLS client takes it as its own CA
};

const extendedKeyUsage: Readonly<Record<CertificateUsage, string>> = {
  sign: oid.emailProtection, // what `openssl cms -verify` asks for without -purpose
  tls: oid.serverAuth,
};

function extensionsFor({ usage, hosts = [] }: SelfSignedOptions): pkijs.Extension[] {
  const { bits, unused } = keyUsageBits[usage];
  const keyUsage = new asn1js.BitString({ valueHex: copyToArrayBuffer(Uint8Array.of(bits)), unusedBits: unused });
  // A signing certificate is no CA: its key must not be able to issue further trusted certificates.
  const basic = new pkijs.BasicConstraints(usage === 'tls' ? { cA: true } : {});
  const extensions = [
    extension(oid.basicConstraints, true, basic.toSchema()),
    extension(oid.keyUsage, true, keyUsage),
    extension(oid.extKeyUsage, false, new pkijs.ExtKeyUsage({ keyPurposes: [extendedKeyUsage[usage]] }).toSchema()),
  ];
  if (usage === 'sign' || hosts.length === 0) return extensions;
  const names = new pkijs.GeneralNames({ names: hosts.map(generalName) });
  return [...extensions, extension(oid.subjectAltName, false, names.toSchema())];
}

function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER(false) });
}

function generalName(host: string): pkijs.GeneralName {
  const octets = addressOctets(host);
  if (octets === undefined) return new pkijs.GeneralName({ type: 2, value: host });
  const valueHex = copyToArrayBuffer(Uint8Array.from(octets));
  return new pkijs.GeneralName({ type: 7, value: new asn1js.OctetString({ valueHex }) });
}

/** The bytes of an IP address, undefined for a name. No node:net: the report imports this and may reach no socket. */
function addressOctets(host: string): number[] | undefined {
  const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? host.split('.').map(Number) : [];
  if (ipv4.length === 4 && ipv4.every((octet) => octet < 256)) return ipv4;
  const looksLikeIpv6 = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(host);
  return looksLikeIpv6 && URL.canParse(`http://[${host}]`) ? ipv6Octets(host) : undefined;
}

function ipv6Octets(host: string): number[] {
  // The URL parser writes every IPv6 address in one form, without an embedded IPv4 part.
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

/** Node prints one attribute a line, control characters and separators escaped as in RFC 2253. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
