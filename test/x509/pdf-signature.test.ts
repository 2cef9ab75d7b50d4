import { describe, expect, test } from 'vitest';
import { clearSignature, placeholderBytes, signedContent, signPdf, verifyPdf } from '../../src/x509/pdf-signature.ts';
import { pemSigner, type Signer } from '../../src/x509/signer.ts';
import { issue } from './issue.ts';
import { placeholderPdf } from './placeholder-pdf.ts';

const time = new Date('2026-06-01T12:00:00Z');
const one = issue({ name: 'Report Signer' });
const signer = await pemSigner(one);
const unsigned = await placeholderPdf({ time });
const signed = await signPdf(unsigned, signer);
const codes = (pdf: Uint8Array): string[] => verifyPdf(pdf).problems.map(({ code }) => code);

describe('a signed PDF', () => {
  test('is as long as before, intact over the whole file, and dated', () => {
    expect(signed.length).toBe(unsigned.length);
    expect(verifyPdf(signed)).toMatchObject({
      ok: true,
      trusted: false,
      coversWholeFile: true,
      signingTime: '2026-06-01T12:00:00.000Z',
      signer: { subject: 'CN=Report Signer' },
    });
  });

  test('is trusted by its anchor and by no other', () => {
    expect(verifyPdf(signed, { trust: [one.certPem] }).trusted).toBe(true);
    expect(verifyPdf(signed, { trust: [issue({ name: 'x' }).certPem] })).toMatchObject({
      ok: false,
      problems: [{ code: 'signer-not-trusted' }],
    });
  });

  test('is judged at its own time, or at the one that is asked for', () => {
    const late = verifyPdf(signed, { at: new Date('2040-01-01T00:00:00Z') });
    expect(late.problems.map(({ code }) => code)).toEqual(['certificate-not-valid-at']);
  });

  test('covers everything but the value of the signature', () => {
    const content = signedContent(signed);
    expect(content.length).toBe(signed.length - 2 * placeholderBytes - 2);
    expect(Buffer.from(content).includes('/ByteRange [0 ')).toBe(true);
  });

  test('gives back the file as it was before signing', () => {
    expect(clearSignature(signed)).toEqual(unsigned);
    expect(() => clearSignature(unsigned)).toThrow(expect.objectContaining({ code: 'pdf-without-placeholder' }));
  });

  test('leaves the unsigned bytes alone', () => {
    expect(unsigned).not.toEqual(signed);
    expect(Buffer.from(unsigned).includes('[0 9999999999 9999999999 9999999999]')).toBe(true);
  });

  test('is the same bytes each time with an RSA key', async () => {
    const rsa = await pemSigner(issue({ name: 'RSA', keys: 'rsa2048' }));
    expect(await signPdf(unsigned, rsa)).toEqual(await signPdf(await placeholderPdf({ time }), rsa));
  });

  test('does not verify with any byte of its signature dictionary changed', { timeout: 240_000 }, () => {
    const file = Buffer.from(signed);
    const start = file.indexOf('/Type /Sig');
    const contents = file.indexOf('/Contents <');
    const end = file.indexOf('endobj', contents);
    const padding = contents + 4000; // the CMS is shorter than 2,000 bytes
    const near = (at: number): boolean => at < padding || at > end - 60 || at % 97 === 0;
    const survivors = range(start, end).filter((at) => near(at) && verifyPdf(flipped(signed, at)).ok);
    expect(survivors).toEqual([]);
  });

  test('does not verify with a byte changed elsewhere', () => {
    const survivors = range(0, signed.length).filter((at) => at % 211 === 0 && verifyPdf(flipped(signed, at)).ok);
    expect(survivors).toEqual([]);
  });
});

describe('a PDF that somebody worked on', () => {
  const text = Buffer.from(signed).toString('latin1');
  const gap = /\/ByteRange \[0 (\d+) (\d+) (\d+)\] +/.exec(text);
  const [whole = '', start = '', end = '', length = ''] = gap ?? [];
  const edit = (from: string, to: string): Uint8Array => {
    const edited = text.replace(from, to);
    expect(edited, `'${from.slice(0, 60)}' is not in the file`).not.toBe(text);
    return Buffer.from(edited, 'latin1');
  };
  const byteRange = (range: string): string => range.padEnd(whole.length);

  test.each<[string, Uint8Array, string]>([
    ['with an update appended', Buffer.concat([signed, Buffer.from('\n%%EOF\n')]), 'pdf-byte-range'],
    ['cut short', signed.slice(0, -1), 'pdf-byte-range'],
    [
      'with a range that begins later',
      edit(whole, byteRange(`/ByteRange [9 ${start} ${end} ${length}]`)),
      'pdf-byte-range',
    ],
    [
      'with a range that ends earlier',
      edit(whole, byteRange(`/ByteRange [0 ${start} ${end} ${Number(length) - 9}]`)),
      'pdf-byte-range',
    ],
    [
      'with a wider gap',
      edit(whole, byteRange(`/ByteRange [0 ${start} ${Number(end) + 9} ${Number(length) - 9}]`)),
      'pdf-byte-range',
    ],
    [
      'with a gap that begins earlier',
      edit(whole, byteRange(`/ByteRange [0 ${Number(start) - 9} ${end} ${length}]`)),
      'pdf-byte-range',
    ],
    ['with two gaps', edit(whole, byteRange(`/ByteRange [0 9 12 ${start} ${end} 9]`)), 'pdf-byte-range'],
    ['with a negative range', edit(whole, byteRange(`/ByteRange [0 -1 ${end} ${length}]`)), 'pdf-byte-range'],
    ['with a second signature', edit('%%EOF', '/ByteRange [0 1 2 3]\n%%EOF'), 'pdf-ambiguous'],
    ['without a signature', edit('/ByteRange', '/ByteRunge'), 'pdf-unsigned'],
    ['that holds no bytes', new Uint8Array(), 'pdf-unsigned'],
    ['with its signature in capitals', edit(hexOf(text), hexOf(text).toUpperCase()), 'pdf-contents'],
    ['with the end of its Contents overwritten', edit('0000>', '0000]'), 'pdf-byte-range'],
    ['with something hidden in the padding', edit('0000>', '0001>'), 'pdf-contents'],
    ['with its signature wiped', edit(hexOf(text), '0'.repeat(hexOf(text).length)), 'pdf-contents'],
    ['with another text', edit('/Name (assay)', '/Name (essay)'), 'content-changed'],
    ['with another time', edit('/M (D:20260601120000Z)', '/M (D:20260701120000Z)'), 'content-changed'],
  ])('%s is refused', (_, pdf, code) => {
    expect(codes(pdf)).toContain(code);
    expect(verifyPdf(pdf).ok).toBe(false);
  });

  test('with the genuine signature of another report is refused', async () => {
    const other = await signPdf(await placeholderPdf({ time, text: 'Another' }), signer);
    const stolen = hexOf(Buffer.from(other).toString('latin1'));
    expect(codes(edit(hexOf(text), stolen))).toContain('content-changed');
  });
});

describe('signing a PDF', () => {
  test.each<[string, () => Promise<Uint8Array>, string]>([
    ['without a placeholder', async () => Buffer.from('%PDF-1.7\n%%EOF\n'), 'pdf-without-placeholder'],
    ['that is signed already', async () => signed, 'pdf-without-placeholder'],
    [
      'with less room than promised',
      async () => Buffer.from(Buffer.from(unsigned).toString('latin1').replace('0000>', '00>'), 'latin1'),
      'pdf-without-placeholder',
    ],
    [
      'whose title looks like a signature',
      () => placeholderPdf({ time, title: '/ByteRange [0 1 2 3]' }),
      'pdf-ambiguous',
    ],
    [
      'dated before the certificate',
      () => placeholderPdf({ time: new Date('2025-06-01T12:00:00Z') }),
      'certificate-not-valid-at',
    ],
  ])('%s is refused', async (_, pdf, code) => {
    await expect(signPdf(await pdf(), signer)).rejects.toMatchObject({ code });
  });

  test('with more certificates than there is room for is refused', async () => {
    let issuer = issue({ name: 'authority 0', ca: true });
    const chain = [issuer];
    for (let depth = 1; depth < 80; depth += 1) {
      issuer = issue({ name: `authority ${depth}`, issuer, ca: true });
      chain.unshift(issuer);
    }
    const leaf = issue({ name: 'Deep', issuer });
    const deep: Signer = await pemSigner({
      keyPem: leaf.keyPem,
      certPem: [leaf, ...chain].map((c) => c.certPem).join(''),
    });
    await expect(signPdf(unsigned, deep)).rejects.toMatchObject({ code: 'signature-too-large' });
  });

  test('that holds no signature has no signed content', () => {
    expect(() => signedContent(unsigned)).toThrow(expect.objectContaining({ code: 'pdf-without-placeholder' }));
  });
});

function flipped(pdf: Uint8Array, at: number): Uint8Array {
  const copy = pdf.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
  return copy;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function hexOf(text: string): string {
  return /\/Contents <([0-9a-f]+)>/.exec(text)?.[1] ?? '';
}
