import type { Call } from '../ast.ts';
import { type Binder, refuse, sayType, shown } from '../binder.ts';
import type { Bound } from '../bound.ts';
import type { Uses } from '../field.ts';
import type { Relation } from '../relation.ts';
import type { Row, Run } from '../run.ts';
import type { Value } from '../value.ts';
import type { ValueType } from '../value-type.ts';

/** What an aggregation may name: the columns that come in, and the keys that `*` leaves out. */
export interface Input {
  readonly relation: Relation;
  readonly keys: ReadonlySet<string>;
}

/** An aggregation bound to columns: what it gives, and how it collects the rows of a group. */
export interface BoundAggregate {
  /** A column without a name is Column1, Column2 … */
  readonly columns: readonly { readonly name: string | undefined; readonly type: ValueType; readonly uses: Uses }[];
  readonly start: () => RowCollector;
}

export interface RowCollector {
  readonly add: (row: Row, run: Run) => void;
  readonly results: () => readonly Value[];
}

/** Refuses an argument of a type that the aggregation cannot work with. */
export function mustFit(b: Binder, call: Call, arg: Bound, accepts: ((type: ValueType) => boolean) | undefined): void {
  if (accepts === undefined || accepts(arg.type)) return;
  const what = shown(b, arg.span);
  const hint =
    arg.type === 'dynamic'
      ? `Write tolong(${what}), tostring(${what}) or the like.`
      : 'Convert it, for example with tolong(…).';
  refuse(b, 'KQL008', `${call.name}() does not take ${sayType(arg.type)} '${what}'.`, arg.span, hint);
}
