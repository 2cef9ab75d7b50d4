import { notVerified, signDetached, type Verification, type VerifyOptions, verifyDetached } from './cms.ts';
import { X509Error } from './errors.ts';
import { checkValidAt, leafOf, type Signer } from './signer.ts';

/** Bytes kept free for the CMS in the Contents of the signature dictionary; a signature is one to five thousand. */
export const placeholderBytes = 16_384;

/** What the renderer must write as ByteRange: ten digits each, so that every real range fits in the same place. */
export const placeholderByteRange = [0, 9_999_999_999, 9_999_999_999, 9_999_999_999] as const;

export interface PdfVerification extends Verification {
  /** True when the signature covers every byte of the file but its own value. */
  readonly coversWholeFile: boolean;
}

/**
 * Signs a PDF that already holds a signature dictionary with `placeholderByteRange` and `placeholderBytes` zero bytes
 * of Contents (PAdES B-B, ETSI EN 319 142-1: SubFilter ETSI.CAdES.detached, the time in M, no signingTime in the CMS).
 * @throws X509Error `pdf-without-placeholder`, `pdf-ambiguous`, `signature-too-large`, or what `signDetached` throws.
 */
export async function signPdf(pdf: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const signed = Buffer.from(pdf);
  const gap = findPlaceholder(signed);
  const time = claimedTime(signed);
  if (time !== undefined) checkValidAt(leafOf(signer), time);
  const range = `[0 ${gap.start} ${gap.end} ${signed.length - gap.end}]`;
  signed.write(range.padEnd(placeholderRangeText.length), gap.rangeAt, 'latin1');
  const cms = await signDetached(coveredBytes(signed, gap), signer);
  if (cms.length > placeholderBytes) {
    throw new X509Error(
      'signature-too-large',
      `The signature has ${cms.length} bytes, and ${placeholderBytes} are kept free. Use a shorter certificate chain.`,
    );
  }
  signed.write(contentsText(cms), gap.start, 'latin1');
  return new Uint8Array(signed);
}

/**
 * Verifies the one signature of a PDF. Certificates are judged at `at`, or else at the time M that the signer claims.
 * Stricter than viewers: one signature only, over the whole file, its value in the one form that `signPdf` writes.
 */
export function verifyPdf(pdf: Uint8Array, options: VerifyOptions = {}): PdfVerification {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const gap = findGap(file);
  if ('code' in gap) return { ...notVerified(gap.code, gap.message), coversWholeFile: false };
  const hex = file.toString('latin1', gap.start + 1, gap.end - 1);
  const cms = cmsOf(hex);
  if (cms === undefined) {
    const message = 'The Contents of the PDF signature are not one CMS in lower-case hexadecimal, padded with zeros.';
    return { ...notVerified('pdf-contents', message), coversWholeFile: true };
  }
  const time = claimedTime(file);
  const at = options.at ?? time;
  const result = verifyDetached(cms, coveredBytes(file, gap), { ...options, ...(at === undefined ? {} : { at }) });
  return { ...result, signingTime: result.signingTime ?? time?.toISOString() ?? null, coversWholeFile: true };
}

/**
 * The bytes that the signature of a PDF covers, as an auditor cuts them out with head and tail.
 * @throws X509Error `pdf-without-placeholder` when the file holds no well-formed signature.
 */
export function signedContent(pdf: Uint8Array): Uint8Array {
  const file = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const gap = findGap(file);
  if ('code' in gap) throw new X509Error('pdf-without-placeholder', gap.message);
  return coveredBytes(file, gap);
}

/**
 * The file as it was before `signPdf`: the same bytes with the placeholders put back, so that a rendering made again
 * can be compared with what was signed.
 * @throws X509Error `pdf-without-placeholder` when the file holds no well-formed signature.
 */
export function clearSignature(pdf: Uint8Array): Uint8Array {
  const file = Buffer.from(pdf);
  const gap = findGap(file);
  if ('code' in gap) throw new X509Error('pdf-without-placeholder', gap.message);
  file.write(placeholderRangeText, gap.rangeAt, 'latin1');
  file.write(contentsText(new Uint8Array()), gap.start, 'latin1');
  return new Uint8Array(file);
}

interface Gap {
  /** Where the array of the ByteRange begins. */
  readonly rangeAt: number;
  /** The Contents string with its angle brackets. */
  readonly start: number;
  readonly end: number;
}

const placeholderRangeText = `[${placeholderByteRange.join(' ')}]`;
const contentsLength = placeholderBytes * 2 + 2;
const byteRangeKey = '/ByteRange';
// pdfkit writes the keys of a dictionary in the order in which they were given, one a line.
const contentsKey = /^\s*\/Contents\s*$/;

function findPlaceholder(file: Buffer): Gap {
  const at = onlyByteRange(file);
  if ('code' in at) {
    throw new X509Error(at.code === 'pdf-ambiguous' ? 'pdf-ambiguous' : 'pdf-without-placeholder', at.message);
  }
  const rangeAt = file.indexOf('[', at.key, 'latin1');
  const afterRange = rangeAt + placeholderRangeText.length;
  const start = file.indexOf('<', afterRange, 'latin1');
  const end = start + contentsLength;
  const isFree =
    file.toString('latin1', rangeAt, afterRange) === placeholderRangeText &&
    contentsKey.test(file.toString('latin1', afterRange, start)) &&
    file.toString('latin1', start, end) === contentsText(new Uint8Array());
  if (!isFree) {
    throw new X509Error(
      'pdf-without-placeholder',
      [
        `The signature dictionary must hold /ByteRange ${placeholderRangeText},`,
        `followed by /Contents with ${placeholderBytes} zero bytes.`,
      ].join(' '),
    );
  }
  return { rangeAt, start, end };
}

type GapProblem = { readonly code: 'pdf-unsigned' | 'pdf-ambiguous' | 'pdf-byte-range'; readonly message: string };

function findGap(file: Buffer): Gap | GapProblem {
  const at = onlyByteRange(file);
  if ('code' in at) return at;
  const text = file.toString('latin1', at.key, at.key + 100);
  const match = /^\/ByteRange (\[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\] *)\s*\/Contents\s*</.exec(text);
  if (match === null) return badRange('it is not [0 a b c] followed by Contents');
  const [whole, array = '', first, second, length] = match;
  const gap = { rangeAt: at.key + byteRangeKey.length + 1, start: Number(first), end: Number(second) };
  // The array is padded to the width of the placeholder: anything else was not written by us.
  if (array.length !== placeholderRangeText.length) return badRange('its width is not that of the placeholder');
  if (gap.start !== at.key + whole.length - 1) return badRange('the gap does not begin at Contents');
  if (gap.end !== gap.start + contentsLength) return badRange('the gap is not as long as Contents');
  // The bracket lies in the gap, so no signature covers it.
  if (file[gap.end - 1] !== '>'.charCodeAt(0)) return badRange('the gap does not end with Contents');
  if (gap.end + Number(length) !== file.length) return badRange('it does not end where the file ends');
  return gap;
}

const badRange = (why: string): GapProblem => ({
  code: 'pdf-byte-range',
  message: `The ByteRange of the PDF signature does not cover the whole file but the signature: ${why}.`,
});

/** A second ByteRange could be the one that another reader believes, or an auditor's grep finds first. */
function onlyByteRange(file: Buffer): { readonly key: number } | GapProblem {
  const key = file.indexOf(byteRangeKey, 0, 'latin1');
  if (key < 0) return { code: 'pdf-unsigned', message: 'The PDF holds no signature.' };
  if (file.indexOf(byteRangeKey, key + 1, 'latin1') < 0) return { key };
  return {
    code: 'pdf-ambiguous',
    message: 'The PDF holds more than one /ByteRange; exactly one signature is accepted.',
  };
}

function coveredBytes(file: Buffer, gap: Gap): Uint8Array {
  return Buffer.concat([file.subarray(0, gap.start), file.subarray(gap.end)]);
}

function contentsText(cms: Uint8Array): string {
  return `<${Buffer.from(cms)
    .toString('hex')
    .padEnd(placeholderBytes * 2, '0')}>`;
}

/** The CMS in the padded hexadecimal of Contents; its own DER header says where it ends. */
function cmsOf(hex: string): Uint8Array | undefined {
  const bytes = Buffer.from(hex, 'hex');
  // 30 82 LL LL: a SEQUENCE of 256 to 65,535 bytes, which every signature is.
  if (bytes.length !== placeholderBytes || bytes.readUInt16BE(0) !== 0x3082) return undefined;
  const cms = new Uint8Array(bytes.subarray(0, 4 + bytes.readUInt16BE(2)));
  return contentsText(cms) === `<${hex}>` ? cms : undefined;
}

/** M of the signature dictionary, which follows Contents: (D:20260101000000Z), in UTC as pdfkit writes every date. */
function claimedTime(file: Buffer): Date | undefined {
  const end = file.indexOf('>', file.indexOf(byteRangeKey, 0, 'latin1'), 'latin1');
  const dictionary = file.toString('latin1', end, file.indexOf('endobj', end, 'latin1'));
  const match = /\/M \(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z\)/.exec(dictionary);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
