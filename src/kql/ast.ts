import type { Span } from './errors.ts';

/** Every node carries its place in the text, and the depth of the tree below it (the parser bounds that depth). */
export interface Node extends Span {
  readonly depth: number;
}

export interface Ident extends Span {
  readonly name: string;
}

// ---- expressions

export type Expr =
  | Literal
  | NameRef
  | Star
  | Member
  | Element
  | Call
  | Unary
  | Binary
  | Logical
  | Membership
  | Between
  | SubQuery;

/** `typed` keeps the inner text of `datetime(…)` and the like; `duration` is `1d`. */
export interface Literal extends Node {
  readonly node: 'literal';
  readonly form: 'string' | 'number' | 'duration' | 'typed';
  readonly text: string;
  readonly type: string;
}
export interface NameRef extends Node {
  readonly node: 'name';
  readonly name: string;
}
export interface Star extends Node {
  readonly node: 'star';
}
/** `base.name` or `base['name']`; `label` is the place of the bare name, without quotes. */
export interface Member extends Node {
  readonly node: 'member';
  readonly base: Expr;
  readonly name: string;
  readonly label: Span;
}
/** `base[index]` where the index is not a string literal. */
export interface Element extends Node {
  readonly node: 'element';
  readonly base: Expr;
  readonly index: Expr;
}
export interface Call extends Node {
  readonly node: 'call';
  readonly name: string;
  readonly label: Span;
  readonly args: readonly Argument[];
}
export interface Argument {
  readonly value: Expr;
  /** Of `name = value`: the name, and the place of the sign. */
  readonly name?: Ident;
  readonly sign?: Span;
}
export interface Unary extends Node {
  readonly node: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expr;
}
export interface Binary extends Node {
  readonly node: 'binary';
  readonly operator: string;
  readonly sign: Span;
  readonly left: Expr;
  readonly right: Expr;
}
/** Chains of one connective are flat: a thousand `or` are one node, not a thousand levels. */
export interface Logical extends Node {
  readonly node: 'logical';
  readonly operator: 'and' | 'or';
  readonly terms: readonly Expr[];
}
/** `in`, `has_any`, `has_all` and their negations over a list or a tabular expression. */
export interface Membership extends Node {
  readonly node: 'membership';
  readonly operator: string;
  readonly sign: Span;
  readonly left: Expr;
  readonly list: readonly Expr[];
}
export interface Between extends Node {
  readonly node: 'between';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
}
/** A tabular expression in a scalar place: `in (T | project id)`, `toscalar(T | …)`. */
export interface SubQuery extends Node {
  readonly node: 'subquery';
  readonly pipeline: Pipeline;
}

// ---- tabular operators

export interface Pipeline extends Node {
  readonly source: Source;
  readonly operators: readonly Operator[];
}

export type Source =
  | (Node & { readonly source: 'table'; readonly name: string })
  | (Node & { readonly source: 'implicit' })
  | (Node & { readonly source: 'datatable'; readonly columns: readonly TypedName[]; readonly values: readonly Expr[] })
  | (Node & { readonly source: 'print'; readonly items: readonly Item[] })
  | (Node & {
      readonly source: 'range';
      readonly name: Ident;
      readonly from: Expr;
      readonly to: Expr;
      readonly step: Expr;
    })
  | (Node & { readonly source: 'union'; readonly union: UnionOperator })
  | (Node & { readonly source: 'pipeline'; readonly pipeline: Pipeline });

export interface TypedName extends Ident {
  readonly type: string;
  readonly typeSpan: Span;
}

/** `name = value`, `(a, b) = value` or just `value`. */
export interface Item extends Node {
  readonly name: Ident | undefined;
  readonly value: Expr;
}

export interface SortKey extends Node {
  readonly value: Expr;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** A column name that may hold `*`: `project-away tmp*`. */
export interface ColumnPattern extends Ident {
  readonly wildcard: boolean;
}

export interface ExpandItem extends Item {
  readonly type: TypedName | undefined;
}

export type ParsePiece =
  | (Span & { readonly piece: 'any' })
  | (Span & { readonly piece: 'text'; readonly text: string })
  | (Span & { readonly piece: 'column'; readonly name: string; readonly type: string });

export type Operator =
  | (Node & { readonly operator: 'where'; readonly predicate: Expr })
  | (Node & { readonly operator: 'project' | 'extend' | 'distinct'; readonly items: readonly Item[] })
  | (Node & { readonly operator: 'project-away' | 'project-keep'; readonly patterns: readonly ColumnPattern[] })
  | (Node & { readonly operator: 'project-rename'; readonly items: readonly Item[] })
  | (Node & {
      readonly operator: 'project-reorder';
      readonly patterns: readonly (ColumnPattern & { readonly order: 'asc' | 'desc' | undefined })[];
    })
  | SummarizeOperator
  | (Node & { readonly operator: 'order'; readonly keys: readonly SortKey[] })
  | (Node & { readonly operator: 'top'; readonly rows: Expr; readonly key: SortKey })
  | (Node & { readonly operator: 'take'; readonly rows: Expr })
  | (Node & { readonly operator: 'count'; readonly name: Ident | undefined })
  | JoinOperator
  | UnionOperator
  | ExpandOperator
  | (Node & {
      readonly operator: 'parse';
      readonly kind: 'simple' | 'regex' | 'relaxed';
      /** Flags of the regular expression, such as U for the shortest match; '' without. */
      readonly flags: string;
      readonly keep: boolean;
      readonly value: Expr;
      readonly pieces: readonly ParsePiece[];
    });

/** The node of one operator, also where several operators share a node. */
export type OperatorOf<Name extends Operator['operator'], Each = Operator> = Each extends {
  readonly operator: infer Own;
}
  ? Name extends Own
    ? Each
    : never
  : never;

export interface SummarizeOperator extends Node {
  readonly operator: 'summarize';
  readonly items: readonly Item[];
  readonly by: readonly Item[];
}
export interface JoinOperator extends Node {
  readonly operator: 'join';
  readonly lookup: boolean;
  readonly kind: Ident | undefined;
  readonly right: Pipeline;
  readonly on: readonly Expr[];
}
export interface UnionOperator extends Node {
  readonly operator: 'union';
  readonly kind: Ident | undefined;
  readonly withSource: Ident | undefined;
  readonly legs: readonly Pipeline[];
}
export interface ExpandOperator extends Node {
  readonly operator: 'mv-expand';
  /** The word as written: `mvexpand` is the legacy one. */
  readonly word: string;
  readonly asArray: boolean;
  readonly itemIndex: Ident | undefined;
  readonly items: readonly ExpandItem[];
  readonly limit: Expr | undefined;
  /** The body of mv-apply; undefined for mv-expand. */
  readonly body: readonly Operator[] | undefined;
}

// ---- statements

export type Let =
  | (Node & { readonly name: Ident; readonly value: Expr; readonly pipeline: undefined })
  | (Node & { readonly name: Ident; readonly value: undefined; readonly pipeline: Pipeline });

export interface Query {
  readonly text: string;
  readonly lets: readonly Let[];
  readonly pipeline: Pipeline;
}
