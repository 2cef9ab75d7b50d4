import { placeholderByteRange, placeholderBytes } from '../../x509/pdf-signature.ts';
import { ReportError } from '../errors.ts';
import type { SignaturePlace } from '../report.ts';

/** The parts of pdfkit that a form field needs and its typings leave out. */
interface FormInternals {
  readonly _root: {
    readonly data: { readonly AcroForm: { readonly data: { SigFlags?: number; readonly Fields: unknown[] } } };
  };
  readonly page: { readonly dictionary: unknown; readonly annotations: unknown[] };
}

/**
 * Asked before anything is drawn: sections print the time of signing too.
 * @throws ReportError `REPORT_SIGNATURE_TIME` when `at` is no time.
 */
export function checkSignaturePlace(place: SignaturePlace | null): void {
  if (place !== null && Number.isNaN(place.at.getTime()))
    throw new ReportError('REPORT_SIGNATURE_TIME', 'The time of signing is no time. Hand over a valid Date.');
}

/**
 * An empty PAdES signature field on the current page (invisible: the words about it stand in the text): /Contents of
 * zeros and a /ByteRange of nines that whoever signs fills in. An embedded font must be set, since the form names it.
 */
export function placeSignature(pdf: PDFKit.PDFDocument, place: SignaturePlace): void {
  const signature = pdf.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [...placeholderByteRange],
    Contents: Buffer.alloc(placeholderBytes),
    Name: text(place.name),
    M: place.at,
  });
  pdf.initForm();
  const internals = pdf as unknown as FormInternals;
  const form = internals._root.data.AcroForm.data;
  form.SigFlags = 3;
  const widget = pdf.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    Rect: [0, 0, 0, 0],
    F: 132,
    V: signature,
    T: text('Signature1'),
    P: internals.page.dictionary,
  });
  internals.page.annotations.push(widget);
  form.Fields.push(widget);
  signature.end(undefined);
  widget.end(undefined);
}

/** pdfkit writes a primitive string as a PDF name and a String object as text. */
function text(value: string): object {
  return Object(value);
}
