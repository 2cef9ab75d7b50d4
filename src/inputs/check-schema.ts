import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formatsModule from 'ajv-formats';
import { InputError, type InputProblem } from './input-error.ts';
import { nearest } from './nearest.ts';
import type { YamlFile } from './yaml-file.ts';

// The package is CommonJS: under ESM its function stands on `default`.
const addFormats = formatsModule as unknown as (ajv: Ajv) => Ajv;

const compiled = new WeakMap<TSchema, ValidateFunction>();

/** The file's value, known to be of the schema's shape. Throws InputError with a place for everything that is not. */
export function checkSchema<T extends TSchema>(yaml: YamlFile, schema: T): Static<T> {
  const validate = compiled.get(schema) ?? makeValidator(schema);
  compiled.set(schema, validate);
  if (validate(yaml.value)) return yaml.value as Static<T>;
  const problems = simplest(validate.errors ?? []).map((error) => describe(error, yaml));
  throw new InputError(problems.sort((a, b) => a.line - b.line || a.column - b.column));
}

function makeValidator(schema: TSchema): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, ownProperties: true });
  addFormats(ajv);
  return ajv.compile(schema);
}

/** Of a choice, only the branch that fits best is worth telling: the one with the fewest complaints. */
function simplest(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === 'anyOf');
  const hidden = new Set<ErrorObject>();
  for (const choice of choices) {
    const branches = errors.filter((error) => error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`));
    for (const branch of branches) hidden.add(branch);
  }
  return errors.filter((error) => !hidden.has(error));
}

function describe(error: ErrorObject, yaml: YamlFile): InputProblem {
  const path = pathOf(error);
  const place = yaml.placeOf(path);
  const hint = hintFor(error);
  return {
    code: 'schema',
    file: yaml.file,
    ...place,
    message: `${path.length === 0 ? 'the file' : path.join('.')} ${sentence(error)}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function pathOf(error: ErrorObject): readonly (string | number)[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return error.keyword === 'additionalProperties' ? [...path, String(error.params.additionalProperty)] : path;
}

const sentences: Readonly<Record<string, (error: ErrorObject) => string>> = {
  required: (error) => `lacks ${String(error.params.missingProperty)}`,
  additionalProperties: () => 'is not a known key',
  type: (error) => `must be of type ${String(error.params.type)}, and is ${kindOf(error.data)}`,
  enum: (error) => `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`,
  const: (error) => `must be ${JSON.stringify(error.params.allowedValue)}`,
  pattern: (error) => `must look like ${String(error.params.pattern)}, and is ${JSON.stringify(error.data)}`,
  format: (error) =>
    `must be a ${formatNames[String(error.params.format)] ?? String(error.params.format)}, and is ${JSON.stringify(error.data)}`,
  minItems: (error) => `needs at least ${String(error.params.limit)} entries`,
  minLength: (error) => `needs at least ${String(error.params.limit)} characters`,
  minProperties: (error) => `needs at least ${String(error.params.limit)} entries`,
  minimum: (error) => `must be at least ${String(error.params.limit)}`,
  maximum: (error) => `must be at most ${String(error.params.limit)}`,
  anyOf: () => 'is none of the forms that are allowed here',
};

const formatNames: Readonly<Record<string, string>> = {
  date: 'day such as 2026-11-02',
  duration: 'duration such as P90D',
  email: 'mail address',
  uuid: 'UUID',
};

const sentence = (error: ErrorObject): string => sentences[error.keyword]?.(error) ?? error.message ?? error.keyword;

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value);

function hintFor(error: ErrorObject): string | undefined {
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
    const near = nearest(String(error.params.additionalProperty), known);
    return near === null ? `Known here: ${known.join(', ')}` : `Did you mean ${near}?`;
  }
  if (error.keyword !== 'anyOf' || !Array.isArray(error.schema)) return undefined;
  const forms = error.schema.map((one: { properties?: object }) => Object.keys(one.properties ?? {}).join(', '));
  return forms.some((form) => form !== '')
    ? `Write one of: ${forms.map((form) => `{ ${form} }`).join(' or ')}`
    : undefined;
}
