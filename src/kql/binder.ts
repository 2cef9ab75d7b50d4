import type { Pipeline } from './ast.ts';
import type { Bound } from './bound.ts';
import { KqlError, type KqlErrorCode, type Span } from './errors.ts';
import type { Lineage } from './lineage.ts';
import type { Intake } from './operators/intake.ts';
import type { Relation } from './relation.ts';
import type { ValueType } from './value-type.ts';

/** What binding one query shares: its text, its names, and what it learns on the way. */
export interface Binder {
  readonly text: string;
  readonly lineage: Lineage;
  readonly lets: ReadonlyMap<string, LetValue>;
  readonly findings: Finding[];
  /** The inputs of which an operator needs every row, in the order in which they were bound. */
  readonly intakes: Intake[];
  readonly hasTable: (name: string) => boolean;
  /** Binds a tabular expression; `input` replaces an implicit source (mv-apply). */
  readonly pipeline: (pipeline: Pipeline) => Relation;
  /** A number for one more remembered value per row. */
  readonly slot: () => number;
}

export type LetValue =
  | { readonly value: Bound; readonly pipeline: undefined }
  | { readonly value: undefined; readonly pipeline: () => Relation };

/** A place the linter warns of, which only the binder can see because it knows the types. */
export interface Finding {
  readonly trap: 'dynamic-inequality' | 'default-join';
  readonly span: Span;
  readonly shown: string;
}

/** Which columns an expression may name. */
export interface Scope {
  readonly relation: Relation;
  /** Both inputs while the condition of a join is bound: `$left`, `$right`. */
  readonly sides?: { readonly left: Relation; readonly right: Relation };
}

/** A relation of no columns, for expressions that must not name any. */
export const NO_COLUMNS: Relation = { fields: [], open: undefined, rows: () => [], read: undefined };

export function refuse(b: Binder, code: KqlErrorCode, message: string, place: Span, hint?: string): never {
  const span = { start: place.start, end: place.end };
  throw new KqlError(code, message, { text: b.text, span, hint });
}

/** The text of a place in the query, for messages. */
export function shown(b: Binder, span: Span): string {
  const source = b.text.slice(span.start, span.end).replace(/\s+/g, ' ');
  return source.length > 60 ? `${source.slice(0, 57)}…` : source;
}

export function sayType(type: ValueType): string {
  return type === 'open' ? 'dynamic' : type;
}
