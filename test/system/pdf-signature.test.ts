import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oid } from '../../src/x509/oid.ts';
import { signPdf } from '../../src/x509/pdf-signature.ts';
import { pemSigner } from '../../src/x509/signer.ts';
import { issue } from '../x509/issue.ts';
import { placeholderPdf } from '../x509/placeholder-pdf.ts';
import { mustRun, requireTool, run } from './debian-tool.ts';

const notBefore = new Date(Date.now() - 60_000);
const time = new Date();
let folder: string;

beforeAll(async () => {
  requireTool('pdfsig', 'poppler-utils');
  requireTool('qpdf', 'qpdf');
  requireTool('certutil', 'libnss3-tools');
  folder = await mkdtemp(join(tmpdir(), 'assay-pdf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const from = notBefore.toISOString();
const root = issue({ name: 'Report Root', ca: true, keyUsage: 0x06, from });
const kinds = { 'P-256': 'p256', 'RSA-2048': 'rsa2048' } as const;

describe.each(['P-256', 'RSA-2048'] as const)('a PDF signed with a %s key', (kind) => {
  const name = `${kind}.pdf`;

  beforeAll(async () => {
    const purposes = [oid.emailProtection];
    const pair = issue({ name: 'Report Signer', issuer: root, keys: kinds[kind], keyUsage: 0xc0, purposes, from });
    const signer = await pemSigner({ keyPem: pair.keyPem, certPem: pair.certPem + root.certPem });
    await writeFile(join(folder, name), await signPdf(await placeholderPdf({ time }), signer));
  });

  test('is valid for pdfsig, over the whole document, as a PAdES signature', () => {
    const { stdout } = run(folder, 'pdfsig', name);
    expect(stdout).toContain('Signature #1');
    expect(stdout).not.toContain('Signature #2');
    expect(stdout).toContain('Signature Validation: Signature is Valid.');
    expect(stdout).toContain('Total document signed');
    expect(stdout).toContain('Signature Type: ETSI.CAdES.detached');
    expect(stdout).toContain('Signer Certificate Common Name: Report Signer');
    expect(stdout).toContain('Signing Hash Algorithm: SHA-256');
  });

  test('is trusted by pdfsig once the reader trusts the authority', async () => {
    const store = `sql:nss-${kind}`;
    mustRun(folder, 'mkdir', `nss-${kind}`);
    await writeFile(join(folder, `${kind}.pem`), root.certPem);
    mustRun(folder, 'certutil', '-N', '-d', store, '--empty-password');
    mustRun(folder, 'certutil', '-A', '-d', store, '-n', 'anchor', '-t', 'CT,C,C', '-i', `${kind}.pem`);
    const { stdout } = run(folder, 'pdfsig', '-nssdir', `nss-${kind}`, name);
    expect(stdout).toContain('Certificate Validation: Certificate is Trusted.');
  });

  test('has no flaw that qpdf finds', () => {
    expect(mustRun(folder, 'qpdf', '--check', name).stdout).toContain('No syntax or stream encoding errors found');
  });

  test('is no longer valid for pdfsig with one byte changed', async () => {
    const bytes = await readFile(join(folder, name));
    const at = bytes.indexOf('/Name (assay)') + '/Name ('.length;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(join(folder, `changed-${name}`), bytes);
    const { stdout } = run(folder, 'pdfsig', `changed-${name}`);
    expect(stdout).toContain('Signature Validation: Digest Mismatch.');
  });
});
