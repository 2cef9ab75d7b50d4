import type { Finding } from '../evaluate/finding.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { sayValue } from '../policy/template.ts';
import { PlanError } from './errors.ts';
import type { Filled, Lookup } from './shell-template.ts';
import { piecesOf } from './template-pieces.ts';

/** Placeholders that every policy may use: they follow from the ARM id where the row has no column of that name. */
export const builtInPlaceholders = ['id', 'name', 'resourceGroup', 'subscriptionId'] as const;
type BuiltIn = (typeof builtInPlaceholders)[number];

export type ValueLookup = (name: string) => { readonly value: unknown } | { readonly gap: string };

/**
 * Values for the placeholders of one finding: `{param.x}` from its parameters, `{column}` from its facts, then what
 * follows from the ARM id. A value that is null or missing is a gap, shown as `<value unknown: column>`.
 * Throws PlanError `unknown-placeholder` for a name that is no column of the row and no parameter of the policy. A
 * finding without a row (nothing came back for the resource) cannot tell its columns: there each is a gap.
 */
export function valuesOf(finding: Finding, policy: Policy): ValueLookup {
  return (name) => {
    const value = name.startsWith('param.') ? parameter(name.slice(6), finding, policy) : fact(name, finding);
    if (value === undefined) throw unknownPlaceholder(name, finding, policy);
    return value === null ? { gap: `<value unknown: ${name}>` } : { value };
  };
}

/** As one argument of a command line: lists and objects as JSON. */
export function asArgument(values: ValueLookup): Lookup {
  return (name) => {
    const found = values(name);
    return 'gap' in found ? found : { value: plain(found.value) };
  };
}

/** Fills a sentence. Values stay on one line, their control characters visible; escaping markup is the renderer's. */
export function fillText(template: string, values: ValueLookup): Filled {
  return fill(template, values, (value) => sayValue(value, TEXT_LIMIT));
}

/**
 * Fills the content of a file. In a `.json` file a value inside a string is escaped for it, elsewhere it is written as
 * JSON, so that a value never becomes structure; in other files it is one visible line, as in a sentence.
 */
export function fillFile(name: string, content: string, values: ValueLookup): Filled {
  if (!name.toLowerCase().endsWith('.json')) return fillText(content, values);
  return fill(content, values, (value, before) =>
    inString(before) ? JSON.stringify(plain(value)).slice(1, -1) : JSON.stringify(value),
  );
}

/**
 * Fills a value of a patch at any depth. A text that is exactly one placeholder becomes the value itself, with its type;
 * in a longer text the value stands as it would in a command line. Names of members are never filled.
 */
export function fillValue(template: unknown, values: ValueLookup): { value: unknown; unresolved: readonly string[] } {
  if (typeof template === 'string') return fillOne(template, values);
  if (typeof template !== 'object' || template === null) return { value: template, unresolved: [] };
  const parts = Object.entries(template).map(([name, part]) => [name, fillValue(part, values)] as const);
  const unresolved = parts.flatMap(([, part]) => part.unresolved);
  if (Array.isArray(template)) return { value: parts.map(([, part]) => part.value), unresolved };
  return { value: Object.fromEntries(parts.map(([name, part]) => [name, part.value])), unresolved };
}

function fillOne(template: string, values: ValueLookup): { value: unknown; unresolved: readonly string[] } {
  const [only, rest] = piecesOf(template);
  if (only?.text !== '' || only.name === null || rest?.text !== '' || rest.name !== null) {
    const { text, unresolved } = fill(template, values, plain);
    return { value: text, unresolved };
  }
  const found = values(only.name);
  return 'gap' in found ? { value: null, unresolved: [only.name] } : { value: found.value, unresolved: [] };
}

const TEXT_LIMIT = 2_000;

function fill(template: string, values: ValueLookup, write: (value: unknown, before: string) => string): Filled {
  const unresolved: string[] = [];
  let text = '';
  for (const piece of piecesOf(template)) {
    text += piece.text;
    if (piece.name === null) break;
    const found = values(piece.name);
    if ('gap' in found) unresolved.push(piece.name);
    text += write('gap' in found ? found.gap : found.value, text);
  }
  return { text, unresolved };
}

/** Whether a JSON text stops inside a string: an odd number of quotes that no backslash takes away. */
function inString(json: string): boolean {
  return [...json.matchAll(/\\.|"/gs)].filter(([match]) => match === '"').length % 2 === 1;
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'));

/** `undefined`: no such parameter; null: it has no value here. */
function parameter(name: string, { parameters }: Finding, policy: Policy): unknown {
  if (Object.hasOwn(parameters, name)) return parameters[name] ?? null;
  return Object.hasOwn(policy.parameters ?? {}, name) ? null : undefined;
}

function fact(name: string, finding: Finding): unknown {
  const value = Object.hasOwn(finding.facts, name) ? (finding.facts[name] ?? null) : undefined;
  if (value !== undefined && value !== null && value !== '') return value;
  if (isBuiltIn(name)) return derived[name](finding);
  return value === undefined && Object.keys(finding.facts).length > 0 ? undefined : null;
}

const isBuiltIn = (name: string): name is BuiltIn => builtInPlaceholders.some((builtIn) => builtIn === name);

const derived: Readonly<Record<BuiltIn, (finding: Finding) => string | null>> = {
  id: ({ resource }) => resource,
  name: ({ resource, name }) => (resource.startsWith('/') ? (resource.split('/').at(-1) ?? null) : name) || null,
  resourceGroup: ({ resource }) => segmentAfter('resourcegroups', resource),
  subscriptionId: ({ resource }) => segmentAfter('subscriptions', resource),
};

function segmentAfter(keyword: string, id: string): string | null {
  const segments = id.split('/');
  const at = segments.findIndex((segment) => segment.toLowerCase() === keyword);
  return at < 0 ? null : segments[at + 1] || null;
}

function unknownPlaceholder(name: string, finding: Finding, policy: Policy): PlanError {
  const columns = [...new Set([...Object.keys(finding.facts), ...builtInPlaceholders])];
  const parameters = Object.keys(policy.parameters ?? {}).map((parameter) => `param.${parameter}`);
  return new PlanError(
    'unknown-placeholder',
    `${policy.metadata.id}: {${name}} in the remediation is no column of the query and no parameter. ` +
      `Write one of ${sayValue([...columns, ...parameters].join(', '), 500)}.`,
  );
}
