import { beforeAll, describe, expect, test } from 'vitest';
import type { ReportInput } from '../../src/report/model.ts';
import { renderPdf } from '../../src/report/pdf.ts';
import { placeholderByteRange, placeholderBytes } from '../../src/x509/pdf-signature.ts';
import { emptyInput, hostileInput, input, largeInput } from './support/estate.ts';
import { fonts } from './support/fonts.ts';
import { reportFrom } from './support/report.ts';

const signature = { at: new Date('2026-11-12T03:00:00Z'), name: 'assay ephemeral key (UNTRUSTED)' };
const render = async (given: ReportInput, signed = true): Promise<string> =>
  Buffer.from(await renderPdf(reportFrom(given, signed ? { signature } : {}), fonts)).toString('latin1');
const pages = (pdf: string): number => pdf.match(/\/Type \/Page\n/g)?.length ?? 0;

const cases: readonly (readonly [string, ReportInput, number, number])[] = [
  ['the sample', input, 10, 16],
  ['an empty estate', emptyInput, 6, 12],
  ['hostile names', hostileInput, 10, 18],
  ['three thousand findings', largeInput(3000), 40, 80],
];

describe.each(cases)('the PDF of %s', (_name, given, least, most) => {
  let pdf: string;
  let again: string;
  beforeAll(async () => {
    pdf = await render(given);
    again = await render(given);
  });

  test('is the same, byte for byte, in two runs', () => {
    expect(pdf === again).toBe(true);
  });

  test('embeds its fonts and names no standard font', () => {
    expect(pdf).not.toContain('Helvetica');
    const named = pdf.match(/\/Subtype \/Type0/g)?.length ?? 0;
    expect(named).toBeGreaterThanOrEqual(3);
    expect(pdf.match(/\/FontFile2 /g)).toHaveLength(named);
    expect(pdf).not.toMatch(/\/Subtype \/Type1\b/);
  });

  test('has the pages it should', () => {
    expect(pages(pdf)).toBeGreaterThanOrEqual(least);
    expect(pages(pdf)).toBeLessThanOrEqual(most);
  });
});

describe('the PDF', () => {
  test('is tagged, has bookmarks, a language and linked contents', async () => {
    const pdf = await render(input);
    for (const part of [
      '/StructTreeRoot',
      '/Outlines',
      '/Lang (en)',
      '/S /GoTo',
      '/S /TH',
      '/S /Figure',
      '/Marked true',
    ]) {
      expect(pdf).toContain(part);
    }
  });

  test('carries the time of judging and not the time of rendering', async () => {
    const pdf = await render(input);
    expect(pdf).toContain('(D:20261112020000Z)');
    expect(pdf).not.toContain(
      `(D:${new Date().getUTCFullYear()}${String(new Date().getUTCMonth() + 1).padStart(2, '0')}${String(new Date().getUTCDate()).padStart(2, '0')}`,
    );
  });

  test('leaves room for a signature only when it is told by whom and when', async () => {
    const signed = await render(input);
    expect(signed).toContain(`/ByteRange [${placeholderByteRange.join(' ')}]`);
    expect(signed).toContain(`/Contents <${'00'.repeat(placeholderBytes)}>`);
    expect(signed).toContain('/M (D:20261112030000Z)');
    expect(signed).toContain('/SubFilter /ETSI.CAdES.detached');
    expect(signed).toContain('/SigFlags 3');
    expect(await render(input, false)).not.toContain('/ByteRange');
  });

  test('caps long lists: four times the findings hardly make it longer', async () => {
    const [some, many] = await Promise.all([render(largeInput(1500)), render(largeInput(6000))]);
    expect(pages(many)).toBeLessThan(pages(some) * 1.5);
  });

  test('refuses a time of signing that is none', async () => {
    const report = reportFrom(input, { signature: { at: new Date('x'), name: 'n' } });
    await expect(renderPdf(report, fonts)).rejects.toThrow(/time of signing is no time/);
  });

  test.each(['regular', 'bold', 'mono', 'fallback'])('refuses a %s font that is none', async (name) => {
    const broken = { ...fonts, [name]: new Uint8Array(8) };
    await expect(renderPdf(reportFrom(input), broken)).rejects.toThrow(`"${name}" font could not be opened`);
  });
});
