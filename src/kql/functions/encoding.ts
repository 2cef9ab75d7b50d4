import { createHash } from 'node:crypto';
import { text, toGuid, type Value } from '../value.ts';
import { fn, type ScalarFunction, sameName } from './signature.ts';

const encode = fn('string', 'string', (value: string) => toBase64(new TextEncoder().encode(value)));
const decode = fn('string', 'string', (value: string) => fromBase64(value));
const decodeGuid = fn('string', 'guid', (value: string) => toGuid(guidText(bytesOf(value))));

/** Base64, hexadecimal, digests and sizes. */
export const ENCODING_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  base64_encode_tostring: encode,
  base64_encodestring: encode,
  base64_decode_tostring: decode,
  base64_decodestring: decode,
  base64_encode_fromguid: fn('guid', 'string', (value: string) => toBase64(guidBytes(value))),
  base64_decode_toguid: decodeGuid,
  base64_decode_toarray: fn('string', 'dynamic', (value: string) => {
    const bytes = bytesOf(value);
    return bytes === null ? null : [...bytes];
  }),
  base64_encode_fromarray: fn('dynamic', 'string', (array: Value) => {
    const valid = Array.isArray(array) && array.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
    return valid ? toBase64(Uint8Array.from(array)) : '';
  }),
  tohex: fn('long long?', 'string', (value: number | bigint, width?: number) => toHex(value, width, 64), {
    ...sameName,
    runFor:
      ([type]) =>
      (value: number | bigint, width?: number) =>
        toHex(value, width, type === 'int' ? 32 : 64),
  }),
  hash_md5: digest('md5'),
  hash_sha1: digest('sha1'),
  hash_sha256: digest('sha256'),
  format_bytes: fn('number number!? string!?', 'string', formatBytes, sameName),
};

/** The digest of the value's text, in hexadecimal. */
function digest(algorithm: string): ScalarFunction {
  return fn('scalar', 'string', (value: Value) => createHash(algorithm).update(text(value), 'utf8').digest('hex'));
}

/** A negative number as its two's complement of that many bits. */
function toHex(value: number | bigint, width = 0, bits = 64): string {
  return BigInt.asUintN(bits, BigInt(value))
    .toString(16)
    .padStart(Math.min(Number(width), 16), '0');
}

const UNITS = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** 1536 is '1.5 KB'; a unit may be asked for. */
function formatBytes(value: number | bigint, precision: number | bigint = 0, unit = ''): string | null {
  const size = Number(value);
  const asked = UNITS.indexOf(unit);
  if (unit !== '' && asked < 0) return null;
  const natural = size === 0 ? 0 : Math.floor(Math.log2(Math.abs(size)) / 10);
  const at = asked >= 0 ? asked : Math.max(0, Math.min(UNITS.length - 1, natural));
  const places = Math.max(0, Math.min(15, Math.trunc(Number(precision))));
  return `${Number((size / 1024 ** at).toFixed(places))} ${UNITS[at]}`;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function bytesOf(value: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

/** '' when the text is not base64 or its bytes are not UTF-8. */
function fromBase64(value: string): string {
  const bytes = bytesOf(value);
  if (bytes === null) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

/** A guid's bytes as .NET lays them out: the first three groups with the lowest byte first. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidBytes(value: string): Uint8Array {
  const hex = value.replaceAll('-', '');
  return Uint8Array.from(GUID_ORDER, (at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

function guidText(bytes: Uint8Array | null): string {
  if (bytes?.length !== 16) return '';
  const places = GUID_ORDER.map((_, at) => GUID_ORDER.indexOf(at));
  return places.map((at) => (bytes[at] ?? 0).toString(16).padStart(2, '0')).join('');
}
