import { CONVERT_FUNCTIONS } from './convert.ts';
import { DATETIME_FUNCTIONS } from './datetime.ts';
import { DYNAMIC_FUNCTIONS } from './dynamic.ts';
import { IP_FUNCTIONS } from './ip.ts';
import { MATH_FUNCTIONS } from './math.ts';
import type { ScalarFunction } from './signature.ts';
import { STRING_FUNCTIONS } from './string.ts';

/** Every scalar function by name. A new one is one line in the table of its family. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ...CONVERT_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...DYNAMIC_FUNCTIONS,
  ...DATETIME_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...IP_FUNCTIONS,
};
