import type { Ajv, FuncKeywordDefinition } from 'ajv';
import { durationInDays } from './duration.ts';

/** Adds assay's own keywords to an ajv instance. Each judges strings; a value of another type fails its `type`, not these. */
export function addKeywords(ajv: Ajv): void {
  for (const definition of keywords) ajv.addKeyword(definition);
}

export const keywordNames = [
  'enumCi',
  'durationMax',
  'durationMin',
  'versionMin',
  'versionMax',
  'prefixOf',
  'apartFrom',
] as const;

const keywords: readonly FuncKeywordDefinition[] = [
  // Azure drifts in the case of its enum values (Microsoft.Keyvault, Microsoft.KeyVault).
  keyword('enumCi', 'array', (allowed: readonly unknown[], value) =>
    allowed.some((one) => String(one).toLowerCase() === value.toLowerCase()),
  ),
  keyword('durationMax', 'string', (limit: string, value) => atMost(value, limit)),
  keyword('durationMin', 'string', (limit: string, value) => atLeast(value, limit)),
  keyword('versionMin', 'string', (limit: string, value) => compareVersions(value, limit, (order) => order >= 0)),
  keyword('versionMax', 'string', (limit: string, value) => compareVersions(value, limit, (order) => order <= 0)),
  // The value is the beginning of the text given: a lifecycle prefix covers the record prefix.
  keyword('prefixOf', 'string', (whole: string, value) => whole.startsWith(value)),
  // No name can begin with both: a rule for one prefix never touches what lies below the other.
  keyword('apartFrom', 'string', (other: string, value) => !value.startsWith(other) && !other.startsWith(value)),
];

function keyword<S>(
  name: (typeof keywordNames)[number],
  schemaType: string,
  holds: (schema: S, value: string) => boolean,
): FuncKeywordDefinition {
  return { keyword: name, type: 'string', schemaType: schemaType as 'string', errors: false, validate: holds };
}

function atMost(value: string, limit: string): boolean {
  const [days, most] = [durationInDays(value, 'longest'), durationInDays(limit, 'shortest')];
  // The same text is equal whatever a month counts.
  return days !== null && most !== null && (value === limit || days <= most);
}

function atLeast(value: string, limit: string): boolean {
  const [days, least] = [durationInDays(value, 'shortest'), durationInDays(limit, 'longest')];
  return days !== null && least !== null && (value === limit || days >= least);
}

/** Versions by their numbers alone: TLSv1.3, TLSV1.3 and TLS1_3 are the same; a text without a number is below all. */
function compareVersions(value: string, limit: string, holds: (order: number) => boolean): boolean {
  const [left, right] = [numbersIn(value), numbersIn(limit)];
  if (left.length === 0) return false;
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = (left[i] ?? 0) - (right[i] ?? 0);
    if (order !== 0) return holds(order);
  }
  return holds(0);
}

const numbersIn = (text: string): readonly number[] => [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
