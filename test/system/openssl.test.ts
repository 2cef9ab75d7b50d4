import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeBundle } from '../../src/evidence/bundle.ts';
import { checkBundle } from '../../src/evidence/verify.ts';
import { chainPem, verifyMd } from '../../src/evidence/verify-md.ts';
import { createSelfSigned, describe as describeCertificate } from '../../src/x509/certificate.ts';
import { signPdf } from '../../src/x509/pdf-signature.ts';
import { ephemeralSigner, pemSigner, type Signer } from '../../src/x509/signer.ts';
import { placeholderPdf } from '../x509/placeholder-pdf.ts';
import { mustRun, type Ran, requireTool, run } from './debian-tool.ts';

const start = new Date();
const sumsCheck = 'sha256sum --check';
const addedFiles = 'LC_ALL=C comm -13';
const manifestSignature = 'openssl cms -verify -inform DER -in SHA256SUMS.p7s';
const reportSignature = 'f=report.pdf';
let base: string;

beforeAll(async () => {
  requireTool('openssl', 'openssl');
  requireTool('sha256sum', 'coreutils');
  requireTool('comm', 'coreutils');
  requireTool('bash', 'bash');
  requireTool('xxd', 'xxd');
  base = await mkdtemp(join(tmpdir(), 'assay-openssl-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

interface Keys {
  readonly signer: Signer;
  /** What the auditor got from elsewhere; undefined for a key that nobody vouches for. */
  readonly trust?: string;
}

const keys: readonly (readonly [string, (folder: string) => Promise<Keys>])[] = [
  ['an ephemeral key', async () => ({ signer: await ephemeralSigner({ notBefore: start, days: 30 }) })],
  ['a self-signed P-256 key', (folder) => selfSigned(folder, ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'])],
  ['a self-signed RSA-3072 key', (folder) => selfSigned(folder, ['rsa:3072'])],
  ['a key below two authorities', (folder) => twoLevelChain(folder)],
  ['a certificate that has expired since', () => expired()],
];

describe.each(keys)('a bundle signed with %s', (_, makeKeys) => {
  let sealed: string;
  let folder: string;
  let text: string;

  beforeAll(async () => {
    const place = await mkdtemp(join(base, 'keys-'));
    const { signer, trust } = await makeKeys(place);
    sealed = join(place, 'bundle');
    await seal(sealed, signer);
    if (trust !== undefined) await writeFile(join(place, 'trusted-ca.pem'), trust);
    text = await readFile(join(sealed, 'VERIFY.md'), 'utf8');
  });
  beforeEach(async () => {
    const place = await mkdtemp(join(base, 'case-'));
    folder = join(place, 'bundle');
    await cp(join(sealed, '..'), place, { recursive: true });
  });

  test('passes every command of its VERIFY.md, and our own check', async () => {
    const ran = blocks(text).map((block) => ({ block, ...bash(folder, block) }));
    expect(ran.filter(({ status }) => status !== 0)).toEqual([]);
    expect(ran).toHaveLength(5);
    expect(say(folder, text, sumsCheck)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(say(folder, text, addedFiles).stdout).toBe('SHA256SUMS\nSHA256SUMS.p7s\n');
    expect(say(folder, text, manifestSignature).stderr).toContain('CAdES Verification successful');
    const report = say(folder, text, reportSignature);
    expect(report.stdout).toBe('the signature covers the whole file\n');
    expect(report.stderr).toContain('CAdES Verification successful');
    expect((await checkBundle(folder)).problems).toEqual([]);
  });

  test('shows the certificate whose fingerprint VERIFY.md names', () => {
    const [fingerprint = ''] = /([0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(text) ?? [];
    expect(fingerprint).toHaveLength(95);
    expect(say(folder, text, 'openssl pkcs7').stdout).toContain(`Fingerprint=${fingerprint}`);
  });

  test('fails the sums when one byte of a file changed, and names the file', async () => {
    await change(join(folder, 'findings.csv'));
    const { status, stdout } = say(folder, text, sumsCheck);
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'findings.csv: FAILED\n' });
  });

  test('fails the signature when one byte of the manifest changed', async () => {
    await change(join(folder, 'SHA256SUMS'));
    const { status, stderr } = say(folder, text, manifestSignature);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^CAdES Verification failure$/m);
  });

  test('fails the signature of the report when one byte of it changed', async () => {
    await change(join(folder, 'report.pdf'));
    const { status, stderr } = say(folder, text, reportSignature);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^CAdES Verification failure$/m);
  });

  test('lists a file that was added', async () => {
    await writeFile(join(folder, 'added file.csv'), '');
    expect(say(folder, text, addedFiles).stdout).toBe('SHA256SUMS\nSHA256SUMS.p7s\nadded file.csv\n');
  });

  test('fails under an authority that did not issue the certificate', async () => {
    const { certPem } = await createSelfSigned({ commonName: 'stranger', notBefore: start, days: 2, usage: 'sign' });
    await writeFile(join(folder, '..', 'stranger.pem'), certPem);
    const block = blockOf(text, manifestSignature).replace(/-CAfile \S+/, '-CAfile ../stranger.pem');
    expect(bash(folder, block).status).not.toBe(0);
  });
});

describe('a certificate of our own', () => {
  test('is accepted by openssl as its own anchor, for signing and for a server', async () => {
    const folder = await mkdtemp(join(base, 'own-'));
    for (const [usage, purpose] of [
      ['sign', 'smimesign'],
      ['tls', 'sslserver'],
    ] as const) {
      const pair = await createSelfSigned({
        commonName: usage,
        notBefore: start,
        days: 2,
        hosts: ['localhost'],
        usage,
      });
      await writeFile(join(folder, 'self.pem'), pair.certPem);
      await writeFile(join(folder, 'key.pem'), pair.keyPem);
      expect(mustRun(folder, 'openssl', 'verify', '-CAfile', 'self.pem', 'self.pem').stdout).toBe('self.pem: OK\n');
      mustRun(folder, 'openssl', 'verify', '-x509_strict', '-purpose', purpose, '-CAfile', 'self.pem', 'self.pem');
      mustRun(folder, 'openssl', 'pkey', '-in', 'key.pem', '-check', '-noout');
      const shown = mustRun(
        folder,
        'openssl',
        'x509',
        '-in',
        'self.pem',
        '-noout',
        '-fingerprint',
        '-sha256',
        '-serial',
      );
      const { sha256, serial } = describeCertificate(pair.certPem);
      expect(shown.stdout).toBe(`sha256 Fingerprint=${sha256}\nserial=${serial}\n`);
    }
  });

  test('signs so that openssl accepts it for its purpose, without being told to accept any', async () => {
    const folder = await mkdtemp(join(base, 'purpose-'));
    const signer = await ephemeralSigner({ notBefore: start, days: 2 });
    await writeBundle({ out: join(folder, 'b'), files: [{ path: 'a', bytes: 'a' }], signer, sealedAt: start });
    await writeFile(join(folder, 'ca.pem'), chainPem(signer));
    const names = ['-in', 'b/SHA256SUMS.p7s', '-content', 'b/SHA256SUMS', '-CAfile', 'ca.pem', '-out', 'out'];
    const { stderr } = mustRun(folder, 'openssl', 'cms', '-verify', '-inform', 'DER', '-binary', ...names);
    expect(stderr).toContain('CMS Verification successful');
  });
});

async function seal(out: string, signer: Signer): Promise<void> {
  const sealedAt = timeOfSealing(signer);
  const files = [
    { path: 'report.pdf', bytes: await signPdf(await placeholderPdf({ time: sealedAt }), signer) },
    { path: 'findings.csv', bytes: 'id;status\n1;pass\n' },
    { path: 'snapshot/tables/resources/a name.ndjson', bytes: '{}\n' },
    { path: 'chain.pem', bytes: chainPem(signer) },
    { path: 'VERIFY.md', bytes: verifyMd({ signer, sealedAt, pdf: true }) },
  ];
  await writeBundle({ out, files, signer, sealedAt });
}

/** Now, since openssl issues certificates from now on; or the last minute of a certificate that has expired. */
function timeOfSealing(signer: Signer): Date {
  const notAfter = new Date(describeCertificate(signer.chain[0] ?? new Uint8Array()).notAfter);
  return notAfter < start ? new Date(notAfter.getTime() - 60_000) : new Date();
}

async function selfSigned(folder: string, key: readonly string[]): Promise<Keys> {
  const subject = ['-subj', '/CN=Evidence Signer/O=Example', '-days', '30', '-nodes'];
  mustRun(folder, 'openssl', 'req', '-x509', '-newkey', ...key, ...subject, '-keyout', 'key.pem', '-out', 'cert.pem');
  const [keyPem, certPem] = await readBoth(folder, 'key.pem', 'cert.pem');
  return { signer: await pemSigner({ keyPem, certPem, at: new Date() }), trust: certPem };
}

/** A root, an intermediate and a signer, issued by openssl alone; the signer's key is encrypted. */
async function twoLevelChain(folder: string): Promise<Keys> {
  const issue = (name: string, issuer: string, extensions: string): void => {
    const request = ['-subj', `/CN=${name}`, '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`];
    mustRun(folder, 'openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', ...request);
    const by = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-days', '30'];
    const ext = `printf '${extensions}' > ${name}.ext`;
    mustRun(folder, 'bash', '-c', ext);
    mustRun(
      folder,
      'openssl',
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  const root = ['-subj', '/CN=root', '-days', '60', '-nodes', '-keyout', 'root.key', '-out', 'root.pem'];
  mustRun(folder, 'openssl', 'req', '-x509', '-newkey', 'rsa:2048', ...root);
  issue(
    'intermediate',
    'root',
    'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=critical,keyCertSign,cRLSign\\n',
  );
  issue(
    'leaf',
    'intermediate',
    'keyUsage=critical,digitalSignature,nonRepudiation\\nextendedKeyUsage=emailProtection\\n',
  );
  mustRun(folder, 'openssl', 'pkcs8', '-topk8', '-in', 'leaf.key', '-out', 'leaf.enc', '-passout', 'pass:secret');
  const [keyPem, leaf] = await readBoth(folder, 'leaf.enc', 'leaf.pem');
  const [intermediate, trust] = await readBoth(folder, 'intermediate.pem', 'root.pem');
  const certPem = leaf + intermediate + trust;
  return { signer: await pemSigner({ keyPem, certPem, passphrase: 'secret', at: new Date() }), trust };
}

async function expired(): Promise<Keys> {
  const notBefore = new Date('2024-01-01T00:00:00Z');
  const pair = await createSelfSigned({ commonName: 'Former Signer', notBefore, days: 30, usage: 'sign' });
  return { signer: await pemSigner(pair), trust: pair.certPem };
}

async function readBoth(folder: string, one: string, two: string): Promise<[string, string]> {
  return [await readFile(join(folder, one), 'utf8'), await readFile(join(folder, two), 'utf8')];
}

/** The commands between the fences of VERIFY.md, as a reader would copy them. */
function blocks(text: string): string[] {
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = '']) => block);
}

function blockOf(text: string, start: string): string {
  const block = blocks(text).find((one) => one.startsWith(start));
  if (block === undefined) throw new Error(`VERIFY.md has no block that starts with '${start}'`);
  return block;
}

const say = (folder: string, text: string, start: string): Ran => bash(folder, blockOf(text, start));

const bash = (folder: string, block: string): Ran => run(folder, 'bash', '-c', block);

/** Changes one bit in the middle of the first line or so, where no manifest digest stays the same. */
async function change(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
