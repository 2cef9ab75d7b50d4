import { type Binder, refuse, sayType, shown } from './binder.ts';
import type { Bound, BoundNode, Rule } from './bound.ts';
import { compileExpression } from './compile.ts';
import { Datetime } from './datetime.ts';
import type { Span } from './errors.ts';
import { mergeUses, NO_USES, type Uses } from './field.ts';
import type { Run } from './run.ts';
import { asDynamic, conversionTo, type Value } from './value.ts';
import type { ValueType } from './value-type.ts';

/** A bound expression without a name or a path of its own. */
export function made(node: BoundNode, type: ValueType, place: { start: number; end: number }, uses: Uses): Bound {
  const span = { start: place.start, end: place.end };
  return { ...node, type, uses, span, label: undefined, path: undefined };
}

export interface Result {
  readonly type: ValueType;
  readonly place: { readonly start: number; readonly end: number };
}

/** Applies a rule; when every argument is known the result is computed here, once. */
export function apply(b: Binder, rule: Rule, args: readonly Bound[], { type, place }: Result): Bound {
  const bound = made({ kind: 'apply', rule, args }, type, place, mergeUses(args));
  checkPattern(b, rule, args);
  if (!args.every((arg) => arg.kind === 'constant')) return bound;
  const value = guarded(b, place, () => compileExpression(bound)(undefined, NO_RUN));
  return made({ kind: 'constant', value }, type, place, NO_USES);
}

/** A regular expression that is a literal is compiled now, so that its error has a place in the text. */
function checkPattern(b: Binder, rule: Rule, args: readonly Bound[]): void {
  const last = args.at(-1);
  if (rule.prepare === undefined || last?.kind !== 'constant') return;
  guarded(b, last.span, () => (rule.prepare as unknown as (last: Value) => unknown)(last.value));
}

/** A value seen through a conversion, null as what the type has for it. */
export function converted(b: Binder, arg: Bound, convert: (value: Value) => Value, type: ValueType = arg.type): Bound {
  return apply(b, { run: convert, seesNull: true }, [arg], { type, place: arg.span });
}

/** Brings a value to the common type: numbers widen, a dynamic value is seen as what the others are. */
export function castTo(b: Binder, value: Bound, type: ValueType): Bound {
  if (value.type === type || type === 'open') return value;
  return converted(b, value, type === 'dynamic' ? asDynamic : conversionTo(type), type);
}

/** A condition of iff, case, countif …; a dynamic one would be true of 1 and of 'true' alike, so it must be asked for. */
export function mustBeCondition(b: Binder, condition: Bound): void {
  if (condition.type === 'bool' || condition.type === 'open') return;
  const what = shown(b, condition.span);
  const hint = condition.type === 'dynamic' ? `Write ${what} == true, or tobool(${what}).` : undefined;
  const message = `A condition is a bool; '${what}' is a ${sayType(condition.type)}.`;
  refuse(b, 'KQL008', message, condition.span, hint);
}

/** Computes something whose errors (a wrong regular expression, a value too large) belong to a place in the text. */
export function guarded<T>(b: Binder, place: Span, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(b, 'KQL012', error.message, place);
    if (error instanceof RangeError) return refuse(b, 'KQL017', error.message, place);
    throw error;
  }
}

/** Constants are computed without a run: nothing constant reads a row, a table or the clock. */
const NO_RUN: Run = {
  now: new Datetime(0n),
  table: () => [],
  signal: undefined,
  memoRow: [],
  memoValue: [],
  once: new Map(),
  piece: undefined,
  pieces: false,
  memory: { left: 0, limit: 0 },
};
