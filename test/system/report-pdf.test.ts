import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportInput } from '../../src/report/model.ts';
import { renderPdf } from '../../src/report/pdf.ts';
import { signPdf } from '../../src/x509/pdf-signature.ts';
import { ephemeralSigner } from '../../src/x509/signer.ts';
import { emptyInput, hostileInput, input, largeInput, statesInput, withFindings } from '../report/support/estate.ts';
import { fonts } from '../report/support/fonts.ts';
import { reportFrom, shippedProfile } from '../report/support/report.ts';
import { mustRun, requireTool } from './debian-tool.ts';

const cases: Readonly<Record<string, ReportInput>> = {
  sample: input,
  ephemeral: { ...input, signing: 'ephemeral' },
  empty: emptyInput,
  hostile: hostileInput,
  large: largeInput(3000),
  states: statesInput,
  single: withFindings(largeInput(1).assessment.findings),
};
const at = new Date('2026-11-12T03:00:00Z');
let folder: string;

beforeAll(async () => {
  requireTool('pdftotext', 'poppler-utils');
  requireTool('qpdf', 'qpdf');
  folder = await mkdtemp(join(tmpdir(), 'assay-report-'));
  for (const [name, given] of Object.entries(cases)) {
    const signature = { at, name: 'assay ephemeral key (UNTRUSTED)' };
    const bytes = await renderPdf(reportFrom(given, name === 'empty' ? {} : { signature }), fonts);
    await writeFile(join(folder, `${name}.pdf`), bytes);
  }
  const gap = reportFrom(input, { profile: shippedProfile('gap') });
  await writeFile(join(folder, 'gap.pdf'), await renderPdf(gap, fonts));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const text = (name: string, ...options: readonly string[]): string =>
  mustRun(folder, 'pdftotext', ...options, `${name}.pdf`, '-').stdout.replace(/\s+/g, ' ');
const pageTexts = (name: string): readonly string[] =>
  mustRun(folder, 'pdftotext', '-layout', `${name}.pdf`, '-').stdout.split('\f').slice(0, -1);

interface Word {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The words of each page with their boxes, in points from the top left corner. */
async function wordsOf(name: string): Promise<readonly (readonly Word[])[]> {
  mustRun(folder, 'pdftotext', '-bbox', `${name}.pdf`, `${name}.html`);
  const html = await readFile(join(folder, `${name}.html`), 'utf8');
  const pattern = /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/g;
  return html
    .split('<page ')
    .slice(1)
    .map((page) =>
      [...page.matchAll(pattern)].map(([, left, top, right, bottom, text = '']) => ({
        text,
        left: Number(left),
        top: Number(top),
        right: Number(right),
        bottom: Number(bottom),
      })),
    );
}

/** Pairs of words printed over each other: a cell that runs into its neighbour, a line that runs into the next. */
function overlaps(words: readonly Word[]): readonly string[] {
  return words.flatMap((one, index) =>
    words
      .slice(index + 1)
      .filter((other) => {
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        return across > 1 && down > 0.5 * Math.min(one.bottom - one.top, other.bottom - other.top);
      })
      .map((other) => `${one.text} over ${other.text}`),
  );
}

describe.each(Object.keys(cases))('the %s report', (name) => {
  test('is a sound PDF', () => {
    expect(mustRun(folder, 'qpdf', '--check', `${name}.pdf`).stdout).toContain('No syntax or stream encoding errors');
  });

  test('keeps every word inside the margins and off every other word', async () => {
    const pages = await wordsOf(name);
    expect(pages.flat().length).toBeGreaterThan(300);
    const outside = pages
      .flat()
      .filter((word) => word.left < 47 || word.right > 549 || word.top < 20 || word.bottom > 820);
    expect(outside).toEqual([]);
    expect(pages.flatMap(overlaps)).toEqual([]);
  });

  test('numbers its pages and its contents rightly', () => {
    const all = pageTexts(name);
    for (const [index, page] of all.entries()) {
      if (index > 0) expect(page).toContain(`Page ${index + 1} of ${all.length}`);
    }
    const entries = [...(all[1] ?? '').matchAll(/^\s*(\S.*?)\s{2,}(\d+)$/gm)];
    expect(entries.length).toBeGreaterThan(10);
    for (const [, title = '', number] of entries) expect(all[Number(number) - 1]).toContain(title.slice(0, 60));
  });
});

describe('what the report says', () => {
  test('the cover gives the numbers, the gaps and what the signature proves', () => {
    const cover = text('sample', '-l', '1');
    for (const words of [
      '1/5',
      'items met (+1 with waivers)',
      'items not met',
      'The evidence is incomplete',
      '1 requested scope could not be read.',
      'What the signature proves',
      'has not changed since the holder of the private key signed it',
      'nightly-reader',
      'assay 0.1.0',
    ]) {
      expect(cover).toContain(words);
    }
  });

  test('an ephemeral key is called untrusted on every page', () => {
    for (const page of pageTexts('ephemeral')) expect(page).toContain('Signed with an ephemeral key: untrusted');
    expect(text('sample')).not.toContain('ephemeral key: untrusted');
  });

  test('a report without a signature says so', () => {
    expect(text('empty', '-l', '1')).toContain('This file carries no signature of its own.');
  });

  test('every section is there', () => {
    const all = text('sample');
    for (const words of [
      'met 1 / 5 applicable (1 more with waivers), 1 not met, 1 unknown, 1 attestation needed',
      '/keyUri: expected text that begins with "https://", found null',
      'needs Microsoft.KeyVault/vaults/keys/read',
      'W-2026-014 until 2027-01-31',
      'Conflict: A statement says yes while pg-cmk-enabled fails.',
      'a maintenance window and the key',
      `SHA-256 ${'ab'.repeat(32)}`,
      "| where type == 'microsoft.keyvault/vaults/keys' and absent == false",
      'sha256sum -c SHA256SUMS',
      'It is never counted as a pass.',
    ]) {
      expect(all).toContain(words);
    }
  });

  test('an empty estate never looks clean', () => {
    const all = text('empty');
    expect(all).toContain('No resource was judged');
    expect(all).toContain('met 0 / 0 applicable');
    expect(all).toContain('No workload is declared');
  });

  test('the gap report has the commands of a step, and what it needs from the customer', () => {
    const all = text('gap');
    expect(all).toContain('a maintenance window and the key');
    expect(all).toContain("az postgres flexible-server show --resource-group 'rg-data'");
  });

  test('a long list says how much of it is shown, and a table repeats its head on each page', () => {
    const all = pageTexts('large');
    expect(all.join('\n')).toMatch(/20 of 100 shown, the rest in findings\.csv/);
    expect(all.join('\n')).toMatch(/400 of 1,200 shown, the rest in plan\.csv/);
    const listing = all.filter((page) => /^\s+account\d+ /m.test(page) || page.includes('storageAccounts/account'));
    expect(listing.length).toBeGreaterThan(15);
    const headless = listing.filter((page) => !/Expected and found|What would settle it|Approval +Script/.test(page));
    expect(headless).toEqual([]);
  });

  test('hidden characters are shown, and a character without a glyph leaves its number', () => {
    const all = text('hostile');
    for (const words of [
      '<U+000A>',
      '<U+202E>gnp',
      '<U+0007>',
      '4E2D',
      '6587',
      '1FAE8',
      '😀',
      'שלום עולם',
      '<b>a</b>',
    ]) {
      expect(all).toContain(words);
    }
  });

  test('every font is embedded', () => {
    const lines = mustRun(folder, 'pdffonts', 'hostile.pdf').stdout.trim().split('\n').slice(2);
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toMatch(/CID TrueType\s+Identity-H\s+yes yes yes/);
  });

  test('the placeholder takes a signature that pdfsig accepts', async () => {
    const signer = await ephemeralSigner({ notBefore: new Date('2026-11-12T00:00:00Z'), days: 30 });
    const bytes = await renderPdf(reportFrom(input, { signature: { at, name: 'assay' } }), fonts);
    await writeFile(join(folder, 'signed.pdf'), await signPdf(bytes, signer));
    const said = mustRun(folder, 'pdfsig', 'signed.pdf').stdout;
    expect(said).toContain('Signature is Valid');
    expect(said).toContain('Total document signed');
  });
});
