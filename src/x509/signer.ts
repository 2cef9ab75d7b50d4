import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { createSelfSigned, readCertificates } from './certificate.ts';
import { isValidAt, orderChain, signingProblem } from './chain.ts';
import { X509Error } from './errors.ts';
import { keyKind } from './key-kind.ts';

/**
 * Someone who can sign. Only `sign` needs the private key, so that the key may live in a remote vault: it is given the
 * DER bytes of the signed attributes, and a vault needs no more than their SHA-256.
 */
export interface Signer {
  /** Certificates in DER, the signer's own first, each issued by the next. */
  readonly chain: readonly Uint8Array[];
  /** False for a key made for this one run, which proves nothing about who signed. */
  readonly trusted: boolean;
  /** Signs bytes with SHA-256: RSA PKCS#1 v1.5, or ECDSA with the signature as DER SEQUENCE of r and s. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface EphemeralSignerOptions {
  readonly notBefore: Date;
  readonly days: number;
  /** Shown by every reader of the signature; must itself say that the key is untrusted. */
  readonly commonName?: string;
}

/** The name that every reader shows for a key of one run. */
export const ephemeralCommonName = 'assay ephemeral key (UNTRUSTED)';

/** A new P-256 key with a self-signed certificate; the key exists only in this process's memory. */
export async function ephemeralSigner(options: EphemeralSignerOptions): Promise<Signer> {
  const { notBefore, days, commonName = ephemeralCommonName } = options;
  const { certPem, keyPem } = await createSelfSigned({ commonName, notBefore, days, usage: 'sign' });
  return { ...(await pemSigner({ certPem, keyPem })), trusted: false };
}

export interface PemSignerOptions {
  /** PKCS#8, PKCS#1 or SEC1, encrypted or not. */
  readonly keyPem: string;
  /** The signer's certificate first, then its issuers in any order. */
  readonly certPem: string;
  readonly passphrase?: string;
  /** The time of signing: a certificate outside its period is refused now rather than by every reader later. */
  readonly at?: Date;
}

/**
 * A signer from PEM texts: RSA of 2048 bits or more, P-256 or P-384.
 * @throws X509Error with the code that names what is wrong with key, certificate or both.
 */
export async function pemSigner(options: PemSignerOptions): Promise<Signer> {
  const [leaf, ...issuers] = readCertificates(options.certPem);
  if (leaf === undefined) throw new X509Error('certificate-missing', 'There is no certificate.');
  const key = readKey(options);
  checkLeaf(leaf, key, options.at);
  const chain = linkedChain(leaf, issuers);
  return {
    chain: chain.map((certificate) => new Uint8Array(certificate.raw)),
    trusted: true,
    sign: async (bytes) => new Uint8Array(sign('sha256', bytes, key)),
  };
}

/** The signer's own certificate. */
export function leafOf(signer: Signer): X509Certificate {
  const [leaf] = signer.chain;
  if (leaf === undefined) throw new X509Error('certificate-missing', 'The signer brings no certificate.');
  return new X509Certificate(leaf);
}

function readKey({ keyPem, passphrase }: PemSignerOptions): KeyObject {
  const encrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(keyPem);
  if (encrypted && passphrase === undefined) {
    throw new X509Error('key-encrypted', 'The private key is encrypted and no passphrase was given.');
  }
  const key = privateKey(keyPem, encrypted ? passphrase : undefined);
  const kind = keyKind(key);
  if ('refused' in kind) {
    throw new X509Error('key-unsupported', `This is ${kind.refused}. Use RSA (2048 bits or more), P-256 or P-384.`);
  }
  return key;
}

function privateKey(keyPem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? { key: keyPem } : { key: keyPem, passphrase });
  } catch {
    // OpenSSL's own error is left out: for a wrong passphrase it speaks of padding, and nothing of it helps.
    const why = passphrase === undefined ? 'It is no private key in PEM form.' : 'The passphrase does not open it.';
    throw new X509Error('key-unreadable', `The private key could not be read. ${why}`);
  }
}

function linkedChain(leaf: X509Certificate, issuers: readonly X509Certificate[]): X509Certificate[] {
  const chain = orderChain(leaf, issuers);
  const stray = issuers.find((issuer) => !chain.some((link) => link.raw.equals(issuer.raw)));
  if (stray === undefined) return chain;
  throw new X509Error(
    'chain-broken',
    [
      `The certificate '${stray.subject}' does not belong to the chain of '${leaf.subject}'.`,
      "Give the signer's certificate first, then its issuers, and nothing else.",
    ].join(' '),
  );
}

function checkLeaf(leaf: X509Certificate, key: KeyObject, at: Date | undefined): void {
  if (!leaf.checkPrivateKey(key)) {
    throw new X509Error(
      'key-mismatch',
      [
        `The private key does not belong to the first certificate ('${leaf.subject}').`,
        "The signer's own certificate must come first.",
      ].join(' '),
    );
  }
  const problem = signingProblem(leaf);
  if (problem !== undefined) {
    throw new X509Error('certificate-not-for-signing', `The certificate '${leaf.subject}' cannot sign: ${problem}.`);
  }
  if (at !== undefined) checkValidAt(leaf, at);
}

/**
 * Refuses to sign outside the certificate's period: every reader would refuse the result.
 * @throws X509Error `certificate-not-valid-at`.
 */
export function checkValidAt(certificate: X509Certificate, at: Date): void {
  if (isValidAt(certificate, at)) return;
  const [from, to] = [certificate.validFrom, certificate.validTo].map((time) => new Date(time).toISOString());
  throw new X509Error(
    'certificate-not-valid-at',
    `The certificate '${certificate.subject}' is not valid at ${at.toISOString()}: it runs from ${from} to ${to}.`,
  );
}
