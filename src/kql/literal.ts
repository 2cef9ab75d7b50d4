import type { Literal } from './ast.ts';
import { type Datetime, parseDatetime, parseTimespan, type Timespan } from './datetime.ts';
import { readDynamic } from './dynamic-literal.ts';
import { KqlError } from './errors.ts';
import {
  absent,
  parseNumber,
  toBool,
  toDecimal,
  toGuid,
  toInt,
  toLong,
  toReal,
  typeNamed,
  type Value,
} from './value.ts';
import type { KqlType } from './value-type.ts';

/** The value and type of a literal. Throws KqlError KQL001 when what stands there is no such value. */
export function literalValue(literal: Literal, text: string): { readonly type: KqlType; readonly value: Value } {
  if (literal.form === 'string') return { type: 'string', value: literal.text };
  if (literal.form === 'number') return numberLiteral(literal);
  const type = literal.form === 'duration' ? 'timespan' : (typeNamed(literal.type) ?? 'dynamic');
  if (type === 'dynamic') return { type, value: dynamicLiteral(literal, text) };
  const inner = unquoted(literal.text.trim());
  if (inner === '' || inner.toLowerCase() === 'null') return { type, value: absent(type) };
  const value = READ[type](inner);
  if (value === null) {
    throw new KqlError('KQL001', `'${inner.slice(0, 60)}' is not a ${type}.`, {
      text,
      span: literal,
      hint: EXAMPLES[type],
    });
  }
  return { type, value };
}

const READ: Readonly<Record<Exclude<KqlType, 'dynamic'>, (text: string) => Value>> = {
  bool: toBool,
  int: toInt,
  long: toLong,
  real: toReal,
  decimal: toDecimal,
  string: (text) => text,
  datetime: (text): Datetime | null => parseDatetime(text),
  timespan: (text): Timespan | null => parseTimespan(text),
  guid: toGuid,
};

const EXAMPLES: Readonly<Partial<Record<KqlType, string>>> = {
  bool: 'To convert an expression write tobool(…).',
  int: 'To convert an expression write toint(…).',
  long: 'To convert an expression write tolong(…).',
  real: 'To convert an expression write toreal(…).',
  datetime: 'Write for example datetime(2024-01-31T12:00:00Z); to convert an expression write todatetime(…).',
  timespan: 'Write for example 90d, 1.5h, 30m or timespan(1.02:03:04).',
  guid: 'Write for example guid(74be27de-1e4e-49d9-b579-fe0b331d3642).',
};

function numberLiteral(literal: Literal): { type: KqlType; value: Value } {
  const whole = /^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(literal.text);
  return whole ? { type: 'long', value: parseNumber(literal.text) } : { type: 'real', value: Number(literal.text) };
}

function dynamicLiteral(literal: Literal, text: string): Value {
  const at = literal.end - 1 - literal.text.length;
  return readDynamic(literal.text, (offset, message) => {
    const start = at + offset;
    throw new KqlError('KQL001', message, { text, span: { start, end: Math.min(start + 1, literal.end) } });
  });
}

function unquoted(inner: string): string {
  return /^(?:"[^"]*"|'[^']*')$/.test(inner) ? inner.slice(1, -1) : inner;
}
