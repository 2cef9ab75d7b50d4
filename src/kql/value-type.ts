/** The scalar types of KQL. */
export type KqlType =
  | 'bool'
  | 'int'
  | 'long'
  | 'real'
  | 'decimal'
  | 'string'
  | 'datetime'
  | 'timespan'
  | 'guid'
  | 'dynamic';

/**
 * The types the binder works with. `open` is the type of a column of a table without a schema: each value's own type
 * decides, so no type error can be proven; towards the outside it is called dynamic.
 */
export type ValueType = KqlType | 'open';

export interface Column {
  readonly name: string;
  readonly type: KqlType;
}

/** Type names as they may be written in a query, with the type meant. */
export const TYPE_NAMES: ReadonlyMap<string, KqlType> = new Map<string, KqlType>([
  ['bool', 'bool'],
  ['boolean', 'bool'],
  ['int', 'int'],
  ['int32', 'int'],
  ['long', 'long'],
  ['int64', 'long'],
  ['real', 'real'],
  ['double', 'real'],
  ['decimal', 'decimal'],
  ['string', 'string'],
  ['datetime', 'datetime'],
  ['date', 'datetime'],
  ['timespan', 'timespan'],
  ['time', 'timespan'],
  ['guid', 'guid'],
  ['uuid', 'guid'],
  ['uniqueid', 'guid'],
  ['dynamic', 'dynamic'],
]);

const NUMERIC_ORDER: readonly KqlType[] = ['int', 'long', 'real', 'decimal'];

export function isNumeric(type: ValueType): boolean {
  return type === 'long' || type === 'int' || type === 'real' || type === 'decimal';
}

export function isInteger(type: ValueType): boolean {
  return type === 'long' || type === 'int';
}

/** Dynamic, or a column whose type nobody declared: the value decides when the query runs. */
export function isLoose(type: ValueType): boolean {
  return type === 'dynamic' || type === 'open';
}

/** The wider of two numeric types (int < long < real < decimal). */
export function widerNumeric(left: ValueType, right: ValueType): KqlType {
  return NUMERIC_ORDER.findLast((type) => type === left || type === right) ?? 'real';
}

/** The one type that all values can have (numbers widen, dynamic takes everything); undefined when there is none. */
export function commonType(types: readonly ValueType[]): ValueType | undefined {
  return types.reduce<ValueType | undefined>((common, type, index) => {
    if (index === 0 || common === type) return type;
    if (common === undefined) return undefined;
    if (isLoose(common) || isLoose(type)) return common === 'open' || type === 'open' ? 'open' : 'dynamic';
    return isNumeric(common) && isNumeric(type) ? widerNumeric(common, type) : undefined;
  }, undefined);
}

/** The type of iff() and case(): that of the values that are not dynamic when they have one, else dynamic. */
export function commonOrDynamic(types: readonly ValueType[]): ValueType {
  if (types.includes('open')) return 'open';
  const typed = types.filter((type) => type !== 'dynamic');
  return (typed.length === 0 ? undefined : commonType(typed)) ?? 'dynamic';
}

/** The type as it is told to the outside. */
export function publicType(type: ValueType): KqlType {
  return type === 'open' ? 'dynamic' : type;
}
