import { ARRAY_FUNCTIONS } from './array.ts';
import { CONVERT_FUNCTIONS } from './convert.ts';
import { DATETIME_FUNCTIONS } from './datetime.ts';
import { DYNAMIC_FUNCTIONS } from './dynamic.ts';
import { ENCODING_FUNCTIONS } from './encoding.ts';
import { EXTRACT_FUNCTIONS } from './extract.ts';
import { IP_FUNCTIONS } from './ip.ts';
import { IPV6_FUNCTIONS } from './ipv6.ts';
import { MATH_FUNCTIONS } from './math.ts';
import type { ScalarFunction } from './signature.ts';
import { STRING_FUNCTIONS } from './string.ts';
import { URL_FUNCTIONS } from './url.ts';

/** The functions by family, under the name of the family in the documentation. */
export const FUNCTION_FAMILIES: Readonly<Record<string, Readonly<Record<string, ScalarFunction>>>> = {
  'Conversion and tests': CONVERT_FUNCTIONS,
  Strings: STRING_FUNCTIONS,
  'Parts of text': EXTRACT_FUNCTIONS,
  'Encodings and digests': ENCODING_FUNCTIONS,
  URLs: URL_FUNCTIONS,
  'Dates and times': DATETIME_FUNCTIONS,
  Mathematics: MATH_FUNCTIONS,
  'Arrays and bags': DYNAMIC_FUNCTIONS,
  'Making and cutting arrays': ARRAY_FUNCTIONS,
  'IPv4 addresses': IP_FUNCTIONS,
  'IPv6 addresses': IPV6_FUNCTIONS,
};

/** Every scalar function by name. A new one is one line in the table of its family. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = Object.assign(
  {},
  ...Object.values(FUNCTION_FAMILIES),
);
