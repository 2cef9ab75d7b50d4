import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Evidence, evidenceName } from '../../src/report/evidence.ts';
import { reportModel } from '../../src/report/model.ts';
import { renderPdf } from '../../src/report/pdf.ts';
import { largeInput } from '../report/support/estate.ts';
import { fonts } from '../report/support/fonts.ts';
import { reportFrom } from '../report/support/report.ts';
import { mustRun, requireTool } from './debian-tool.ts';

// Many pages: page numbers of the index are known only after the findings are drawn.
const given = largeInput(400);
let folder: string;
let pages: readonly string[];
beforeAll(async () => {
  requireTool('pdftotext', 'poppler-utils');
  folder = await mkdtemp(join(tmpdir(), 'assay-evidence-'));
  const source = {
    read: 'a/b',
    file: 'snapshot/tables/x.ndjson',
    lines: [7],
    requestIds: ['request-7'],
    outcome: 'ok',
  };
  const evidence = new Map(
    reportModel(given).findings.map(({ id }, index): [string, Evidence] => [
      id,
      { name: evidenceName(index + 1), row: index + 1, factsRow: 1, sources: [source] },
    ]),
  );
  await writeFile(join(folder, 'r.pdf'), await renderPdf(reportFrom(given, { evidence }), fonts));
  pages = mustRun(folder, 'pdftotext', '-layout', 'r.pdf', '-').stdout.split('\f').slice(0, -1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the evidence index of a PDF', () => {
  test('names for each finding the page on which it stands, and no page for one that was cut', () => {
    const index = pages.findIndex((page) => /^\s*Evidence index\s*$/m.test(page) && /Raw answer/.test(page));
    expect(index).toBeGreaterThan(5);
    const before = pages.slice(0, index);
    const rows = pages
      .slice(index)
      .flatMap((page) => [...page.matchAll(/^\s*(E-\d{4})\s+(\d+|–)\s+findings\.csv row (\d+)/gm)]);
    expect(rows.length).toBeGreaterThan(100);
    let shown = 0;
    for (const [, name = '', page = '', row] of rows) {
      expect(evidenceName(Number(row))).toBe(name);
      const standing = before.flatMap((each, at) => (each.includes(name) ? [String(at + 1)] : []));
      expect([name, standing.length === 0 ? ['–'] : standing]).toEqual([name, [page]]);
      if (page !== '–') shown += 1;
    }
    expect(shown).toBeGreaterThan(50);
  });
});
