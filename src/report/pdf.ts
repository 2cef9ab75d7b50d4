import { drawContents } from './pdf/contents.ts';
import { closeSheet, drawRunningHeads, openSheet } from './pdf/document.ts';
import { drawBlocks } from './pdf/draw.ts';
import type { ReportFonts } from './pdf/fonts.ts';
import { checkSignaturePlace, placeSignature } from './pdf/signature.ts';
import type { Report } from './report.ts';
import { blocksOf } from './sections/table.ts';

/**
 * A report as a PDF: tagged, with bookmarks and linked contents, only embedded fonts, no clock. The same report and
 * fonts give the same bytes with the same zlib.
 * @throws ReportError `REPORT_FONT` or `REPORT_SIGNATURE_TIME`.
 */
export async function renderPdf(report: Report, fonts: ReportFonts): Promise<Uint8Array> {
  checkSignaturePlace(report.signature);
  const sheet = openSheet(report, fonts);
  const places = blocksOf(report).map((blocks, index) => {
    const place = drawBlocks(sheet, blocks, report);
    // The field belongs to a page, and the first section is on one whatever the profile says.
    if (index === 0 && report.signature !== null) placeSignature(sheet.pdf, report.signature);
    return place;
  });
  for (const place of places) if (place !== null) drawContents(sheet, place);
  drawRunningHeads(sheet, report);
  return closeSheet(sheet);
}
