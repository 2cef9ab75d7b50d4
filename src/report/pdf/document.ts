import PDFDocument from 'pdfkit';
import { ReportError } from '../errors.ts';
import type { Report } from '../report.ts';
import { ephemeralNotice, unsignedNotice } from '../sentences.ts';
import { moment, visible } from '../visible.ts';
import { type Faces, openFaces, type ReportFonts } from './fonts.ts';
import { ink, type Page, pageOfSize, tones } from './palette.ts';
import { drawLine, elide, measure, type TextStyle } from './text.ts';

/** The page being written: `y` is where the next thing goes, `parent` the structure element it belongs to. */
export interface Sheet {
  readonly pdf: PDFKit.PDFDocument;
  readonly faces: Faces;
  readonly page: Page;
  y: number;
  parent: PDFKit.PDFStructureElement;
  readonly entries: ContentsEntry[];
  /** Finding id to the page that shows it, zero-based, as far as the report is drawn. */
  readonly anchors: Map<string, { readonly page: number; readonly destination: string }>;
}

export interface ContentsEntry {
  readonly title: string;
  readonly level: 1 | 2;
  /** Zero-based. */
  readonly page: number;
  readonly destination: string;
}

/**
 * An empty document without a page. Both dates are `asOf`, and the file id follows from the information given here, so
 * the same model makes the same bytes. A font is handed over at once: pdfkit would open its Helvetica otherwise.
 */
export function openSheet({ model, profile }: Report, fonts: ReportFonts): Sheet {
  const page = pageOfSize(profile.page);
  const at = new Date(model.asOf);
  const maker = `${model.tool.name} ${model.tool.version}`;
  const pdf = openDocument(fonts.regular, {
    size: [page.width, page.height],
    margins: { top: 0, bottom: 0, left: 0, right: 0 },
    bufferPages: true,
    autoFirstPage: false,
    fontLayoutCache: false,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    info: {
      Title: visible(`${profile.metadata.title}: ${model.workload?.title ?? 'no workload declared'}`),
      Subject: `As of ${moment(model.asOf)}`,
      Creator: maker,
      Producer: maker,
      CreationDate: at,
      ModDate: at,
    },
  });
  const faces = openFaces(pdf, fonts);
  const parent = pdf.struct('Document');
  pdf.addStructure(parent);
  return { pdf, faces, page, y: page.top, parent, entries: [], anchors: new Map() };
}

export function newPage(sheet: Sheet): void {
  sheet.pdf.addPage();
  sheet.y = sheet.page.top;
}

/** Points left on the page. */
export function room(sheet: Sheet): number {
  return sheet.page.height - sheet.page.bottom - sheet.y;
}

/** Begins a new page unless `height` points are left on this one. */
export function ensure(sheet: Sheet, height: number): void {
  if (room(sheet) < height) newPage(sheet);
}

/** `scope` is missing in pdfkit's typings. */
export interface ElementOptions {
  readonly alt?: string;
  readonly scope?: 'Column';
}

/** Draws inside a structure element of its own, so that readers' software knows what the marks on the page are. */
export function tagged(sheet: Sheet, tag: string, draw: () => void, options: ElementOptions = {}): void {
  const content = sheet.pdf.markStructureContent(tag);
  draw();
  sheet.pdf.endMarkedContent();
  const element = sheet.pdf.struct(tag, options);
  element.add(content);
  sheet.parent.add(element);
  element.end();
}

/** Structure elements opened inside `draw` become children of a new one. */
export function nested(sheet: Sheet, tag: string, draw: () => void): void {
  const outer = sheet.parent;
  sheet.parent = sheet.pdf.struct(tag);
  outer.add(sheet.parent);
  draw();
  sheet.parent.end();
  sheet.parent = outer;
}

/** Decoration: rules, panels, running heads. Reading software skips it. */
export function artifact(sheet: Sheet, draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
  sheet.pdf.markContent('Artifact', { type });
  draw();
  sheet.pdf.endMarkedContent();
}

const running: TextStyle = { face: 'regular', size: 7.5, colour: ink.muted };

/** Running heads and `page n of m`, once all pages are there. A cover has none. */
export function drawRunningHeads(sheet: Sheet, report: Report): void {
  const { count } = sheet.pdf.bufferedPageRange();
  const first = report.profile.sections[0]?.section === 'cover' ? 1 : 0;
  for (let index = first; index < count; index += 1) {
    sheet.pdf.switchToPage(index);
    artifact(sheet, () => drawRunningHead(sheet, report, `Page ${index + 1} of ${count}`), 'Pagination');
  }
}

function drawRunningHead(sheet: Sheet, { model, profile, signature }: Report, number: string): void {
  const { pdf, faces, page } = sheet;
  const name = `${profile.metadata.title} · ${model.workload?.title ?? 'no workload declared'}`;
  const asOf = `as of ${moment(model.asOf)}`;
  const right = page.width - page.right;
  const head = 40;
  const foot = page.height - 44;
  const space = page.column - measure(asOf, running, faces) - 24;
  drawLine(pdf, elide(name, running, space, faces), { x: page.left, y: head }, running, faces);
  drawLine(pdf, asOf, { x: right - measure(asOf, running, faces), y: head }, running, faces);
  rule(sheet, head + 15);
  rule(sheet, foot);
  drawLine(pdf, `${model.tool.name} ${model.tool.version}`, { x: page.left, y: foot + 6 }, running, faces);
  drawLine(pdf, number, { x: right - measure(number, running, faces), y: foot + 6 }, running, faces);
  const warning = signature === null ? unsignedNotice : model.signing === 'ephemeral' ? ephemeralNotice : '';
  const style = { ...running, colour: signature === null ? ink.muted : tones.bad.text };
  drawLine(pdf, warning, { x: (page.width - measure(warning, style, faces)) / 2, y: foot + 6 }, style, faces);
}

export function rule(sheet: Sheet, y: number, colour: string = ink.line): void {
  sheet.pdf
    .lineWidth(0.5)
    .strokeColor(colour)
    .moveTo(sheet.page.left, y)
    .lineTo(sheet.page.width - sheet.page.right, y)
    .stroke();
}

/** Ends the document and gathers its bytes. */
export async function closeSheet(sheet: Sheet): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  sheet.parent.end();
  sheet.pdf.end();
  for await (const part of sheet.pdf) parts.push(Buffer.from(part));
  return new Uint8Array(Buffer.concat(parts));
}

function openDocument(font: Uint8Array, options: PDFKit.PDFDocumentOptions): PDFKit.PDFDocument {
  try {
    // The typings know font names only; pdfkit takes the bytes as well.
    return new PDFDocument({ ...options, font: Buffer.from(font) as unknown as string });
  } catch (cause) {
    throw new ReportError(
      'REPORT_FONT',
      'The "regular" font could not be opened. Hand over the bytes of a TrueType (.ttf) file.',
      { cause },
    );
  }
}
