import type { Span } from './errors.ts';
import type { Field, SourcePath, Uses } from './field.ts';
import type { Run } from './run.ts';
import type { Value } from './value.ts';
import type { ValueType } from './value-type.ts';

/** An expression whose names are resolved and whose types are known: what the compiler turns into a closure. */
export type Bound = Facts & BoundNode;

export interface Facts {
  readonly type: ValueType;
  readonly uses: Uses;
  readonly span: Span;
  /** The name a column gets when it has this value and no name is given: `properties_tls`. */
  readonly label: string | undefined;
  /** Where the value stands in a table, when it is a plain path into it. */
  readonly path: SourcePath | undefined;
  /** Set on an equality or list test that is true only when the operand, ignoring case, is one of these values. */
  readonly proves?: { readonly operand: Bound; readonly values: readonly Value[] };
}

export type BoundNode =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'property'; readonly base: Bound; readonly name: string }
  | { readonly kind: 'element'; readonly base: Bound; readonly index: Bound }
  | { readonly kind: 'apply'; readonly rule: Rule; readonly args: readonly Bound[] }
  | { readonly kind: 'all' | 'any'; readonly terms: readonly Bound[] }
  | { readonly kind: 'choose'; readonly arms: readonly (readonly [Bound, Bound])[]; readonly otherwise: Bound }
  | { readonly kind: 'once'; readonly compute: (run: Run) => Value }
  | { readonly kind: 'test'; readonly operand: Bound; readonly list: readonly Bound[]; readonly make: MakeTest };

/** Makes the test of `in (…)` and the like out of the values of its list. */
export type MakeTest = (list: readonly Value[]) => (operand: Value) => boolean;

/** How a function or an operator computes. */
export interface Rule {
  readonly run: (...values: never[]) => Value;
  /** Whether `run` wants to see nulls; otherwise one null argument makes the result null. */
  readonly seesNull?: boolean;
  /** A faster form for a last argument that is known beforehand. */
  readonly prepare?: ((last: never) => (first: never) => Value) | undefined;
}
