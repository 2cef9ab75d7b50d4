import type { ReportModel } from './model.ts';
import { glossarySection, methodSection, populationSection, queriesSection } from './pdf/appendix.ts';
import { contentsPage, drawContents } from './pdf/contents.ts';
import { controlsSection, waiversSection } from './pdf/controls.ts';
import { cover } from './pdf/cover.ts';
import { closeSheet, drawRunningHeads, openSheet } from './pdf/document.ts';
import { failingSection, unknownSection } from './pdf/findings.ts';
import type { ReportFonts } from './pdf/fonts.ts';
import { scopeSection, summary } from './pdf/overview.ts';
import { planSection } from './pdf/plan.ts';
import { placeSignature, type SignaturePlace } from './pdf/signature.ts';

export interface PdfOptions {
  readonly fonts: ReportFonts;
  /** Leaves room for a signature of the whole file; without it the cover says that the file carries none. */
  readonly signature?: SignaturePlace;
}

/**
 * The report as a PDF: A4, tagged, with bookmarks and linked contents, only embedded fonts, no clock. The same model,
 * fonts and signature place give the same bytes with the same zlib.
 * @throws ReportError `REPORT_FONT` or `REPORT_SIGNATURE_TIME`.
 */
export async function renderPdf(model: ReportModel, options: PdfOptions): Promise<Uint8Array> {
  const sheet = openSheet(model, options.fonts);
  cover(sheet, model, options.signature !== undefined);
  if (options.signature !== undefined) placeSignature(sheet.pdf, options.signature);
  const contents = contentsPage(sheet);
  summary(sheet, model);
  scopeSection(sheet, model);
  controlsSection(sheet, model);
  failingSection(sheet, model);
  unknownSection(sheet, model);
  waiversSection(sheet, model);
  planSection(sheet, model);
  populationSection(sheet, model);
  queriesSection(sheet, model);
  methodSection(sheet, model);
  glossarySection(sheet);
  drawContents(sheet, contents);
  drawRunningHeads(sheet, model);
  return closeSheet(sheet);
}
