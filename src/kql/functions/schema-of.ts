import { bagOf, isBag, type Value } from '../value.ts';

/** What the values at one place look like: simple types by name, and properties where there are bags or arrays. */
interface Shape {
  readonly types: Set<string>;
  readonly properties: Map<string, Shape>;
}

/** The name under which the elements of an array stand. */
const INDEXER = '`indexer`';
const MAX_DEPTH = 500;

/** Collects the smallest schema that admits all values. Source: Kusto, "buildschema()". */
export function collectSchema(): { add: (values: readonly Value[]) => void; result: () => Value } {
  const shape = newShape();
  return { add: ([value]) => admit(shape, value, 0), result: () => shown(shape) };
}

function newShape(): Shape {
  return { types: new Set(), properties: new Map() };
}

function admit(shape: Shape, value: Value, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError(`A dynamic value is nested deeper than ${MAX_DEPTH} levels.`);
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) for (const part of value) admit(inner(shape, INDEXER), part, depth + 1);
  else if (isBag(value)) for (const [key, part] of Object.entries(value)) admit(inner(shape, key), part, depth + 1);
  else shape.types.add(typeOf(value));
}

function inner(shape: Shape, key: string): Shape {
  const known = shape.properties.get(key) ?? newShape();
  shape.properties.set(key, known);
  return known;
}

function typeOf(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'long';
  return typeof value === 'number' ? 'double' : 'string';
}

/** One type as its name, several as a list; what was only ever null has no type. */
function shown({ types, properties }: Shape): Value {
  const bag = properties.size === 0 ? [] : [bagOf([...properties].map(([key, part]) => [key, shown(part)]))];
  const all: Value[] = [...types, ...bag];
  return all.length === 1 ? all[0] : all;
}
