import { verify, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { describe, expect, test } from 'vitest';
import { oid } from '../../src/x509/oid.ts';
import { ephemeralCommonName, ephemeralSigner, pemSigner } from '../../src/x509/signer.ts';
import { extension, issue, twoLevels } from './issue.ts';

const bytes = new TextEncoder().encode('to be signed');

describe('a signer from PEM', () => {
  test.each(['p256', 'p384', 'rsa2048'] as const)(
    'signs with a %s key so that its certificate verifies',
    async (keys) => {
      const { certPem, keyPem } = issue({ name: 'signer', keys });
      const signer = await pemSigner({ certPem, keyPem });
      expect(signer.trusted).toBe(true);
      expect(verify('sha256', bytes, new X509Certificate(certPem).publicKey, await signer.sign(bytes))).toBe(true);
    },
  );

  test.each([
    ['PKCS#8, encrypted', 'pkcs8', 'p256'],
    ['SEC1, encrypted', 'sec1', 'p256'],
    ['PKCS#1, encrypted', 'pkcs1', 'rsa2048'],
  ] as const)('reads a key in %s with its passphrase, and names what is missing or wrong', async (_, type, keys) => {
    const { certPem, key } = issue({ name: 'signer', keys });
    const keyPem = key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'correct' }).toString();
    const signer = await pemSigner({ certPem, keyPem, passphrase: 'correct' });
    expect(verify('sha256', bytes, new X509Certificate(certPem).publicKey, await signer.sign(bytes))).toBe(true);
    await expect(pemSigner({ certPem, keyPem })).rejects.toMatchObject({ code: 'key-encrypted' });
    await expect(pemSigner({ certPem, keyPem, passphrase: 'wrong' })).rejects.toMatchObject({ code: 'key-unreadable' });
  });

  test('orders the issuers by who issued whom, whatever their order in the file', async () => {
    const { root, intermediate, leaf } = twoLevels();
    const certPem = leaf.certPem + root.certPem + intermediate.certPem;
    const { chain } = await pemSigner({ certPem, keyPem: leaf.keyPem });
    expect(chain.map((der) => new X509Certificate(der).subject)).toEqual([
      'CN=Test Signer',
      'CN=Test Intermediate',
      'CN=Test Root',
    ]);
  });

  test.each([
    [
      'another key',
      'key-mismatch',
      () => ({ certPem: issue({ name: 'a' }).certPem, keyPem: issue({ name: 'b' }).keyPem }),
    ],
    ['no certificate', 'certificate-missing', () => ({ certPem: '', keyPem: issue({ name: 'b' }).keyPem })],
    ['no key', 'key-unreadable', () => ({ certPem: issue({ name: 'a' }).certPem, keyPem: '' })],
    ['a short RSA key', 'key-unsupported', () => issue({ name: 'a', keys: 'rsa1024' })],
    ['a curve that nobody else reads', 'key-unsupported', () => issue({ name: 'a', keys: 'secp256k1' })],
    ['an Ed25519 key', 'key-unsupported', () => issue({ name: 'a', keys: 'ed25519' })],
    ['a web server certificate', 'certificate-not-for-signing', () => issue({ name: 'a', purposes: [oid.serverAuth] })],
    ['a key usage for authorities only', 'certificate-not-for-signing', () => issue({ name: 'a', keyUsage: 0x06 })],
    [
      'a critical extension that nobody here knows',
      'certificate-not-for-signing',
      () => issue({ name: 'a', further: [unknownCritical()] }),
    ],
    ['a certificate of somebody else beside', 'chain-broken', () => withStray()],
    ['the authority first', 'key-mismatch', () => authorityFirst()],
  ] as const)('%s is refused (%s)', async (_, code, options) => {
    await expect(pemSigner(options())).rejects.toMatchObject({ name: 'X509Error', code });
  });

  test.each([
    ['one second early', '2025-12-31T23:59:59Z', false],
    ['at the first second', '2026-01-01T00:00:00Z', true],
    ['at the last second', '2036-01-01T00:00:00Z', true],
    ['one second late', '2036-01-01T00:00:01Z', false],
  ])('%s of the certificate is decided by the period', async (_, at, admitted) => {
    const { certPem, keyPem } = issue({ name: 'signer' });
    const attempt = pemSigner({ certPem, keyPem, at: new Date(at) });
    if (admitted) await expect(attempt).resolves.toMatchObject({ trusted: true });
    else await expect(attempt).rejects.toMatchObject({ code: 'certificate-not-valid-at' });
  });

  test('no message holds a piece of the key', async () => {
    const { keyPem } = issue({ name: 'a' });
    const broken = keyPem.replace('MI', 'XX');
    const secret = keyPem.split('\n')[1] ?? '';
    const error: unknown = await pemSigner({ certPem: issue({ name: 'b' }).certPem, keyPem: broken }).catch((e) => e);
    expect(error).toMatchObject({ code: 'key-unreadable' });
    expect(String(error)).not.toContain(secret.slice(4, 20));
  });
});

describe('an ephemeral signer', () => {
  test('says in its very name that it is untrusted', async () => {
    const signer = await ephemeralSigner({ notBefore: new Date('2026-01-01T00:00:00Z'), days: 30 });
    expect(signer.trusted).toBe(false);
    expect(ephemeralCommonName).toContain('UNTRUSTED');
    expect(new X509Certificate(signer.chain[0] ?? Buffer.of()).subject).toBe(`CN=${ephemeralCommonName}`);
  });

  test('has a new key every time', async () => {
    const options = { notBefore: new Date('2026-01-01T00:00:00Z'), days: 30 };
    const [one, two] = await Promise.all([ephemeralSigner(options), ephemeralSigner(options)]);
    expect(one.chain[0]).not.toEqual(two.chain[0]);
  });
});

function unknownCritical() {
  return extension('1.3.6.1.4.1.99999.1', true, new asn1js.Null());
}

function withStray() {
  const { certPem, keyPem } = issue({ name: 'a' });
  return { certPem: certPem + issue({ name: 'stray' }).certPem, keyPem };
}

function authorityFirst() {
  const { root, intermediate, leaf } = twoLevels();
  return { certPem: root.certPem + intermediate.certPem + leaf.certPem, keyPem: leaf.keyPem };
}
