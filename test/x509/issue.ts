import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { copyToArrayBuffer, toPem } from '../../src/x509/certificate.ts';
import { oid } from '../../src/x509/oid.ts';

/** A certificate of a test's own making, with its key. */
export interface Issued {
  readonly name: string;
  readonly certPem: string;
  readonly keyPem: string;
  readonly key: KeyObject;
}

export interface IssueOptions {
  readonly name: string;
  /** Itself when absent. */
  readonly issuer?: Issued;
  readonly keys?: 'p256' | 'p384' | 'rsa2048' | 'rsa1024' | 'secp256k1' | 'ed25519';
  readonly from?: string;
  readonly to?: string;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** First byte of KeyUsage. */
  readonly keyUsage?: number;
  readonly purposes?: readonly string[];
  readonly further?: readonly pkijs.Extension[];
}

const make = {
  p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  secp256k1: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  rsa2048: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  rsa1024: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  ed25519: () => generateKeyPairSync('ed25519'),
} as const;

/** Issues any certificate, also one that no honest authority would: the code under test must refuse it. */
export function issue(options: IssueOptions): Issued {
  const { publicKey, privateKey } = make[options.keys ?? 'p256']();
  const signingKey = options.issuer?.key ?? privateKey;
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = algorithmOf(signingKey);
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: copyToArrayBuffer(Uint8Array.of(1, ...randomBytes(8))) }),
    signature: algorithm,
    signatureAlgorithm: algorithm,
    issuer: distinguishedName(options.issuer?.name ?? options.name),
    subject: distinguishedName(options.name),
    notBefore: new pkijs.Time({ type: 0, value: new Date(options.from ?? '2026-01-01T00:00:00Z') }),
    notAfter: new pkijs.Time({ type: 0, value: new Date(options.to ?? '2036-01-01T00:00:00Z') }),
    subjectPublicKeyInfo: pkijs.PublicKeyInfo.fromBER(copyToArrayBuffer(spki)),
    extensions: extensionsOf(options),
  });
  const tbs = new Uint8Array(certificate.encodeTBS().toBER(false));
  const digest = signingKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  certificate.tbsView = tbs;
  certificate.signatureValue = new asn1js.BitString({ valueHex: copyToArrayBuffer(sign(digest, tbs, signingKey)) });
  return {
    name: options.name,
    certPem: toPem(new Uint8Array(certificate.toSchema().toBER(false))),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    key: privateKey,
  };
}

/** A root, an intermediate below it and a signer's certificate below that. */
export function twoLevels(): { root: Issued; intermediate: Issued; leaf: Issued } {
  const root = issue({ name: 'Test Root', ca: true, keyUsage: 0x06 });
  const intermediate = issue({ name: 'Test Intermediate', issuer: root, ca: true, pathLength: 0, keyUsage: 0x06 });
  const leaf = issue({ name: 'Test Signer', issuer: intermediate, keyUsage: 0xc0, purposes: [oid.emailProtection] });
  return { root, intermediate, leaf };
}

function algorithmOf(key: KeyObject): pkijs.AlgorithmIdentifier {
  if (key.asymmetricKeyType === 'ed25519') return new pkijs.AlgorithmIdentifier({ algorithmId: oid.ed25519 });
  if (key.asymmetricKeyType === 'ec') return new pkijs.AlgorithmIdentifier({ algorithmId: oid.ecdsaWithSha256 });
  return new pkijs.AlgorithmIdentifier({ algorithmId: oid.rsaWithSha256, algorithmParams: new asn1js.Null() });
}

function distinguishedName(name: string): pkijs.RelativeDistinguishedNames {
  const value = new asn1js.Utf8String({ value: name });
  return new pkijs.RelativeDistinguishedNames({
    typesAndValues: [new pkijs.AttributeTypeAndValue({ type: oid.commonName, value })],
  });
}

function extensionsOf(options: IssueOptions): pkijs.Extension[] {
  const { ca = false, pathLength, keyUsage, purposes, further = [] } = options;
  const basic = new pkijs.BasicConstraints({
    cA: ca,
    ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
  });
  const list = [extension(oid.basicConstraints, true, basic.toSchema())];
  if (keyUsage !== undefined) {
    const bits = new asn1js.BitString({ valueHex: copyToArrayBuffer(Uint8Array.of(keyUsage)), unusedBits: 1 });
    list.push(extension(oid.keyUsage, true, bits));
  }
  if (purposes !== undefined) {
    list.push(extension(oid.extKeyUsage, false, new pkijs.ExtKeyUsage({ keyPurposes: [...purposes] }).toSchema()));
  }
  return [...list, ...further];
}

export function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER(false) });
}
