import type { TSchema } from '@sinclair/typebox';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { EmulatorError, type EmulatorErrorCode } from './errors.ts';

/** The steps from a file's root to a value: `['resource', 'id']`. */
export type ValuePath = readonly (string | number)[];

/** One parsed file of an estate, able to say where in the text a value stands. */
export interface SourceFile {
  /** Relative to the estate's folder, with forward slashes. */
  readonly file: string;
  readonly value: unknown;
  /** An error that points at the value at `path`, or at the nearest value above it. */
  error(path: ValuePath, sentence: string, code?: EmulatorErrorCode): EmulatorError;
}

/**
 * Parses YAML.
 * @throws EmulatorError `estate-invalid` with line and column when the text is no YAML, repeats a key, or expands
 * aliases beyond measure.
 */
export function parseYamlFile(file: string, text: string): SourceFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new EmulatorError('estate-invalid', `This is not valid YAML: ${broken.message}`, {
      place: { file, ...linePlace(lines, broken.pos[0]) },
    });
  }
  return { file, value: toPlainValue(file, () => document.toJS()), error: errorsOf(file, text) };
}

/**
 * Parses JSON.
 * @throws EmulatorError `estate-invalid`, with line and column where they can be told.
 */
export function parseJsonFile(file: string, text: string): SourceFile {
  try {
    return { file, value: JSON.parse(text), error: errorsOf(file, text) };
  } catch (cause) {
    const reason = reasonOf(cause);
    const place = { file, ...lineAndColumn(text, firstHopeless(text)) };
    throw new EmulatorError('estate-invalid', `This is not valid JSON: ${reason}.`, { place, cause });
  }
}

/**
 * Checks a value of a file against a schema.
 * @throws EmulatorError `estate-invalid` for the first key or value that does not fit.
 */
export function checkShape(source: SourceFile, schema: TSchema, at: ValuePath = []): void {
  const validate = validatorOf(schema);
  const value = at.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), source.value);
  if (validate(value)) return;
  const [error] = validate.errors ?? [];
  if (error === undefined) throw source.error(at, 'This value does not have the expected shape.');
  throw source.error([...at, ...stepsTo(error)], sentenceFor(error));
}

const validators = new WeakMap<TSchema, ValidateFunction>();

function validatorOf(schema: TSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const validate = new Ajv2020({ strict: false, verbose: true }).compile(schema);
  validators.set(schema, validate);
  return validate;
}

/**
 * The offset of the character that makes a text hopeless as JSON. Not every version of V8 says where that is, but each
 * tells a text that merely ends too early from one that no ending can mend; so the first bad character is searched by
 * halves.
 */
function firstHopeless(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (canContinue(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function canContinue(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    return /end of JSON|Unterminated/.test(reason) || reason.includes(`position ${prefix.length}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toPlainValue(file: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    // The yaml package refuses documents whose aliases would expand without bound.
    throw new EmulatorError('estate-invalid', 'This YAML expands too many aliases.', { place: { file }, cause });
  }
}

// Parsed a second time only when there is an error to place: JSON is YAML, and JSON.parse is ten times faster.
function errorsOf(file: string, text: string): SourceFile['error'] {
  return (path, sentence, code = 'estate-invalid') => {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range != null) {
        return new EmulatorError(code, sentence, { place: { file, ...linePlace(lines, node.range[0]) } });
      }
    }
    return new EmulatorError(code, sentence, { place: { file } });
  };
}

function linePlace(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function stepsTo(error: ErrorObject): (string | number)[] {
  const steps = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return error.keyword === 'additionalProperties' ? [...steps, String(error.params.additionalProperty)] : steps;
}

function sentenceFor(error: ErrorObject): string {
  const what = error.instancePath === '' ? 'The top level' : `'${error.instancePath.slice(1).replaceAll('/', '.')}'`;
  const hint = error.parentSchema?.description === undefined ? '' : ` It is ${String(error.parentSchema.description)}.`;
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys(Object(error.parentSchema?.properties)).join(', ');
      return `'${String(error.params.additionalProperty)}' is not a known key here. Known keys: ${known}.`;
    }
    case 'required':
      return `${what} lacks '${String(error.params.missingProperty)}'.`;
    case 'const':
      return `${what} must be '${String(error.params.allowedValue)}'.`;
    default:
      return `${what} ${error.message ?? 'does not fit'}.${hint}`;
  }
}
