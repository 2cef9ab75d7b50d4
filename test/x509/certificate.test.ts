import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { expect, describe as suite, test } from 'vitest';
import {
  createSelfSigned,
  describe,
  isSelfSigned,
  readCertificate,
  readCertificates,
} from '../../src/x509/certificate.ts';
import { issue } from './issue.ts';

const notBefore = new Date('2026-03-01T10:20:30.999Z');
const base = { commonName: 'test signer', notBefore, days: 30, usage: 'sign' } as const;

suite('a self-signed certificate', () => {
  test('says who, when and which key, and is described the same way', async () => {
    const { certPem } = await createSelfSigned(base);
    const x509 = new X509Certificate(certPem);
    expect(describe(certPem)).toEqual({
      subject: 'CN=test signer',
      issuer: 'CN=test signer',
      serial: x509.serialNumber,
      sha256: x509.fingerprint256,
      notBefore: '2026-03-01T10:20:30.000Z',
      notAfter: '2026-03-31T10:20:30.000Z',
      selfSigned: true,
    });
  });

  test('belongs to the key that comes with it, and to no other', async () => {
    const [one, two] = await Promise.all([createSelfSigned(base), createSelfSigned(base)]);
    expect(new X509Certificate(one.certPem).checkPrivateKey(createPrivateKey(one.keyPem))).toBe(true);
    expect(new X509Certificate(one.certPem).checkPrivateKey(createPrivateKey(two.keyPem))).toBe(false);
    expect(describe(one.certPem).serial).not.toBe(describe(two.certPem).serial);
  });

  test('for signing is no authority: its key cannot issue further certificates', async () => {
    const { certPem } = await createSelfSigned(base);
    expect(new X509Certificate(certPem).ca).toBe(false);
  });

  test('that ends after 2049 keeps its century', async () => {
    const { certPem } = await createSelfSigned({ ...base, days: 36_500 });
    expect(describe(certPem).notAfter).toBe('2126-02-05T10:20:30.000Z');
  });

  test('for tls names its hosts, IPv4 and IPv6 among them', async () => {
    const hosts = ['localhost', 'management.example', '127.0.0.1', '::1', 'fe80::1:2', '::ffff:10.0.0.1'];
    const x509 = new X509Certificate((await createSelfSigned({ ...base, usage: 'tls', hosts })).certPem);
    expect(x509.checkHost('localhost')).toBe('localhost');
    expect(x509.checkHost('management.example')).toBe('management.example');
    expect(x509.checkHost('other.example')).toBeUndefined();
    for (const ip of hosts.slice(2)) expect(x509.checkIP(ip), ip).toBe(ip);
    expect(x509.checkIP('::2')).toBeUndefined();
  });

  test.each([
    ['an empty name', { ...base, commonName: '' }],
    ['a name longer than X.509 admits', { ...base, commonName: 'x'.repeat(65) }],
    ['no time', { ...base, notBefore: new Date('never') }],
    ['no days', { ...base, days: 0 }],
    ['days that are no number', { ...base, days: Number.NaN }],
    ['a host with a blank', { ...base, usage: 'tls', hosts: ['local host'] } as const],
  ])('is refused for %s', async (_, options) => {
    await expect(createSelfSigned(options)).rejects.toMatchObject({ name: 'X509Error', code: 'bad-argument' });
  });

  test('for tls is its own authority for a TLS client, under its own host names only', async () => {
    const { certPem, keyPem } = await createSelfSigned({
      commonName: 'local test server',
      notBefore: new Date(Date.now() - 60_000),
      days: 1,
      hosts: ['localhost', '127.0.0.1'],
      usage: 'tls',
    });
    const server = createServer({ cert: certPem, key: keyPem }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const authorized = async (servername: string, ca?: string): Promise<string> => {
      const socket = connect({ port, host: '127.0.0.1', servername, ...(ca === undefined ? {} : { ca }) });
      const outcome = new Promise<string>((resolve) => {
        socket.on('secureConnect', () => resolve('authorized'));
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
      return outcome.finally(() => socket.destroy());
    };
    try {
      expect(await authorized('localhost', certPem)).toBe('authorized');
      expect(await authorized('other.example', certPem)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(await authorized('localhost')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    } finally {
      server.close();
    }
  });
});

suite('reading certificates', () => {
  test('a PEM text may hold several, with text between them', () => {
    const [a, b] = [issue({ name: 'a' }), issue({ name: 'b' })];
    const subjects = readCertificates(`subject=a\n${a.certPem}\nsubject=b\n${b.certPem}`).map((one) => one.subject);
    expect(subjects).toEqual(['CN=a', 'CN=b']);
  });

  test('a text without a certificate is refused', () => {
    expect(() => readCertificates('-----BEGIN PRIVATE KEY-----')).toThrow(
      expect.objectContaining({ code: 'certificate-missing' }),
    );
  });

  test.each([
    ['bytes that are no DER', Uint8Array.of(1, 2, 3)],
    ['no bytes', new Uint8Array()],
    ['a PEM text with wrong content', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('%s are refused', (_, input) => {
    expect(() => readCertificate(input)).toThrow(expect.objectContaining({ code: 'certificate-unreadable' }));
  });

  test('DER with a trailing byte is refused, though OpenSSL reads it', () => {
    const { raw } = new X509Certificate(issue({ name: 'a' }).certPem);
    const longer = Buffer.concat([raw, Buffer.of(0)]);
    expect(new X509Certificate(longer).subject).toBe('CN=a');
    expect(() => readCertificate(longer)).toThrow(expect.objectContaining({ code: 'certificate-unreadable' }));
  });

  test('a certificate issued by another is not self-signed, even under the same name', () => {
    const root = issue({ name: 'same', ca: true });
    const child = issue({ name: 'same', issuer: root });
    expect(isSelfSigned(readCertificate(root.certPem))).toBe(true);
    expect(isSelfSigned(readCertificate(child.certPem))).toBe(false);
  });

  test('a name cannot forge a line or a terminal escape in its description', () => {
    const { subject } = describe(issue({ name: 'x\nCN=admin\u001b[2J, O=y' }).certPem);
    expect(subject).toBe('CN=x\\0ACN=admin\\1B[2J\\, O=y');
  });
});
