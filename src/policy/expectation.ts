import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { addKeywords } from './keywords.ts';
import type { Mismatch } from './mismatch.ts';
import { sayValue } from './template.ts';

type Schema = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<string, unknown>>;

/** Judges a row; an empty list means that it is as expected. */
export type Expectation = (row: Row) => readonly Mismatch[];

/**
 * Compiles an expectation (or `applies.when`) with its parameters filled in.
 * Throws what ajv throws where the schema is not one, or leaves a type unwritten (strict mode).
 */
export function compileExpectation(schema: Schema, parameters: Readonly<Record<string, unknown>>): Expectation {
  const filled = fillParameters(schema, parameters) as Schema;
  compiler ??= newCompiler();
  try {
    const validate = compiler.compile(filled);
    return (row) => (validate(row) ? [] : mismatches(validate));
  } finally {
    // It would keep every schema that it has ever seen.
    compiler.removeSchema(filled);
  }
}

/** Making one costs more than compiling a schema with it. */
let compiler: Ajv | undefined;

function newCompiler(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    verbose: true,
    ownProperties: true,
  });
  addKeywords(ajv);
  return ajv;
}

/** Parameter names that a schema asks for with `$param`. */
export function parametersIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(parametersIn);
  if (typeof schema !== 'object' || schema === null) return [];
  const name = parameterName(schema);
  return name === null ? Object.values(schema).flatMap(parametersIn) : [name];
}

/**
 * The facts (columns) that a schema names at the level of the row, and whether it admits null for each.
 * A fact that is named and not known makes the finding unknown before the schema is asked.
 */
export function factsNamed(schema: unknown): ReadonlyMap<string, boolean> {
  const facts = new Map<string, boolean>();
  collectFacts(schema, facts);
  return facts;
}

const SAME_LEVEL = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'];

function collectFacts(schema: unknown, facts: Map<string, boolean>): void {
  if (!isObject(schema)) return;
  for (const name of Array.isArray(schema.required) ? schema.required : []) note(facts, String(name), false);
  for (const [name, part] of Object.entries(isObject(schema.properties) ? schema.properties : {}))
    note(facts, name, admitsNull(part));
  for (const key of SAME_LEVEL) for (const part of [schema[key]].flat()) collectFacts(part, facts);
}

const note = (facts: Map<string, boolean>, name: string, admits: boolean): void => {
  facts.set(name, admits || (facts.get(name) ?? false));
};

function admitsNull(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  if ([schema.type].flat().includes('null') || schema.const === null) return true;
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) return true;
  return ['anyOf', 'oneOf'].some((key) => [schema[key]].flat().some(admitsNull));
}

function fillParameters(schema: unknown, parameters: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => fillParameters(part, parameters));
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = parameterName(schema);
  if (name !== null) return parameters[name];
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, fillParameters(part, parameters)]));
}

function parameterName(schema: object): string | null {
  const entries = Object.entries(schema);
  const [key, value] = entries[0] ?? [];
  return entries.length === 1 && key === '$param' && typeof value === 'string' ? value : null;
}

// What a combinator says of the whole stands for what each of its branches says.
const COMBINATORS = new Set(['anyOf', 'oneOf', 'contains', 'not', 'if']);

function mismatches(validate: ValidateFunction): readonly Mismatch[] {
  const errors = validate.errors ?? [];
  const wholes = errors.filter((error) => COMBINATORS.has(error.keyword));
  const shown = errors.filter(
    (error) => !wholes.some((whole) => whole !== error && error.schemaPath.startsWith(`${whole.schemaPath}/`)),
  );
  const said = new Map<string, Mismatch>();
  for (const error of shown) {
    const one = { path: error.instancePath, expected: expected(error), actual: error.data };
    said.set(`${one.path} ${one.expected}`, one);
  }
  return [...said.values()];
}

const phrases: Readonly<Record<string, (schema: unknown) => string>> = {
  type: (schema) => `a value of type ${[schema].flat().join(' or ')}`,
  const: (schema) => sayValue(schema),
  enum: (schema) => `one of ${sayValue(schema)}`,
  enumCi: (schema) => `one of ${sayValue(schema)}`,
  minimum: (schema) => `at least ${sayValue(schema)}`,
  maximum: (schema) => `at most ${sayValue(schema)}`,
  exclusiveMinimum: (schema) => `more than ${sayValue(schema)}`,
  exclusiveMaximum: (schema) => `less than ${sayValue(schema)}`,
  minItems: (schema) => `at least ${sayValue(schema)} entries`,
  maxItems: (schema) => `at most ${sayValue(schema)} entries`,
  versionMin: (schema) => `version ${sayValue(schema)} or later`,
  versionMax: (schema) => `version ${sayValue(schema)} or earlier`,
  durationMax: (schema) => `at most ${sayValue(schema)}`,
  durationMin: (schema) => `at least ${sayValue(schema)}`,
  prefixOf: (schema) => `the beginning of ${sayValue(schema)}`,
  apartFrom: (schema) => `a prefix that shares nothing with ${sayValue(schema)}`,
  pattern: (schema) => `text like ${sayValue(schema)}`,
  contains: () => 'an entry that meets every condition',
  required: () => 'the property to be present',
  anyOf: () => 'one of the allowed forms',
};

function expected(error: ErrorObject): string {
  if (error.keyword === 'required') return `the property ${sayValue(error.params.missingProperty)}`;
  return phrases[error.keyword]?.(error.schema) ?? error.message ?? error.keyword;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
