import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { placeholderByteRange, placeholderBytes } from '../../src/x509/pdf-signature.ts';

/** A one-page PDF with an empty signature dictionary, as the report writes it. */
export async function placeholderPdf(options: { time: Date; text?: string; title?: string }): Promise<Uint8Array> {
  const { time, text = 'Assessment', title = 'Assessment' } = options;
  const doc = new PDFDocument({ info: { Title: title, CreationDate: time, ModDate: time } });
  const bytes = buffer(doc.pipe(new PassThrough()));
  doc.text(text);
  const signature = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [...placeholderByteRange],
    Contents: Buffer.alloc(placeholderBytes),
    // pdfkit writes a String object as a PDF string, and a plain string as a PDF name.
    Name: Object('assay'),
    M: time,
  });
  doc.initForm();
  // pdfkit's typings leave out the catalogue, which holds the form.
  const form = (doc as unknown as { _root: { data: { AcroForm: { data: { SigFlags: number; Fields: unknown[] } } } } })
    ._root.data.AcroForm.data;
  form.SigFlags = 3;
  const widget = doc.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    Rect: [0, 0, 0, 0],
    F: 132,
    V: signature,
    T: Object('Signature1'),
    P: doc.page.dictionary,
  });
  doc.page.annotations.push(widget);
  form.Fields.push(widget);
  signature.end(undefined);
  widget.end(undefined);
  doc.end();
  return new Uint8Array(await bytes);
}
