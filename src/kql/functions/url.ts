import { bagOf, type Value } from '../value.ts';
import { fn, type ScalarFunction } from './signature.ts';

const parts = fn('string', 'dynamic', parseUrl);
const query = fn('string', 'dynamic', (value: string) => ({ 'Query Parameters': queryOf(value.replace(/^\?/, '')) }));

/** URLs and paths of files, taken apart under the names that Kusto gives the parts. */
export const URL_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  parse_url: parts,
  parseurl: parts,
  parse_urlquery: query,
  parseurlquery: query,
  url_encode: fn('string', 'string', (value: string) => urlEncode(value).replaceAll('%20', '+')),
  url_encode_component: fn('string', 'string', urlEncode),
  url_decode: fn('string', 'string', urlDecode),
};

const AUTHORITY = String.raw`(?:([^/?#@]*)@)?([^/?#:]*|\[[^\]]*\])(?::(\d*))?`;
const URL_PARTS = new RegExp(
  String.raw`^(?:([a-z][a-z0-9+.-]*):)?(?://${AUTHORITY})?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`,
  'i',
);

/** The parts of a URL under the names Kusto gives them; text without a scheme gives empty parts around a path. */
function parseUrl(value: string): Value {
  const match = URL_PARTS.exec(value);
  if (match === null) return null;
  const [user = '', password = ''] = (match[2] ?? '').split(':');
  return {
    Scheme: match[1] ?? '',
    Host: match[3] ?? '',
    Port: match[4] ?? '',
    Path: match[5] ?? '',
    Username: user,
    Password: password,
    'Query Parameters': queryOf(match[6] ?? ''),
    Fragment: match[7] ?? '',
  };
}

/** As .NET writes it: lower-case hexadecimal, and more signs encoded than JavaScript does. */
function urlEncode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/['~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function urlDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

function queryOf(source: string): Value {
  const pairs = source.split('&').filter((part) => part !== '');
  return bagOf(
    pairs.map((part) => [urlDecode(part.split('=')[0] ?? ''), urlDecode(part.split('=').slice(1).join('='))]),
  );
}
