import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chainPem, verifyMd } from '../../src/evidence/verify-md.ts';
import { ephemeralSigner, pemSigner } from '../../src/x509/signer.ts';
import { issue, twoLevels } from '../x509/issue.ts';

const sealedAt = new Date('2026-06-01T12:00:00Z');

describe('VERIFY.md', () => {
  test('of an ephemeral key says that it is untrusted, and shows the fingerprint to compare', async () => {
    const signer = await ephemeralSigner({ notBefore: sealedAt, days: 30 });
    const text = verifyMd({ signer, sealedAt, pdf: true });
    expect(text).toContain('**The signing key is UNTRUSTED.**');
    expect(text).toContain(new X509Certificate(chainPem(signer)).fingerprint256);
    expect(text).toContain('-CAfile chain.pem');
    expect(text).not.toContain('trusted-ca.pem');
  });

  test('of a configured key sends the reader outside for the authority', async () => {
    const text = verifyMd({ signer: await pemSigner(issue({ name: 'Signer' })), sealedAt, pdf: true });
    expect(text).toContain('-CAfile ../trusted-ca.pem');
    expect(text).not.toContain('-CAfile chain.pem');
    expect(text).not.toContain('UNTRUSTED');
  });

  test('says what the commands do not show', async () => {
    const text = verifyMd({ signer: await pemSigner(issue({ name: 'Signer' })), sealedAt, pdf: false });
    for (const words of [
      'Whether the findings are right',
      'Whether the certificate was revoked',
      'When it was sealed',
      'Whether an earlier or later bundle was withheld',
    ]) {
      expect(text).toContain(words);
    }
    // results.json has no name of an earlier bundle yet, so nothing may claim it.
    expect(text).not.toContain('names the one before it');
  });

  test('of a bundle without a report has no commands for one', async () => {
    const signer = await pemSigner(issue({ name: 'Signer' }));
    expect(verifyMd({ signer, sealedAt, pdf: false })).not.toContain('report.pdf');
    expect(verifyMd({ signer, sealedAt, pdf: true })).toContain('f=report.pdf');
  });

  test('keeps a hostile name in a certificate from ending its quotation', async () => {
    const signer = await pemSigner(issue({ name: '`rm -rf` ![x](y)\n```bash' }));
    const lines = verifyMd({ signer, sealedAt, pdf: false }).split('\n');
    const [line = ''] = lines.filter((one) => one.startsWith('- Signed by'));
    expect(line.match(/`/g)).toHaveLength(2);
    expect(line.endsWith('`')).toBe(true);
  });
});

test('chain.pem holds the whole chain, the signer first', async () => {
  const { root, intermediate, leaf } = twoLevels();
  const signer = await pemSigner({ keyPem: leaf.keyPem, certPem: leaf.certPem + root.certPem + intermediate.certPem });
  expect(chainPem(signer)).toBe(leaf.certPem + intermediate.certPem + root.certPem);
});
