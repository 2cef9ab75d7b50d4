/** The queries that the naive interpreter knows, as a tree; `text` writes one down in KQL. */

export type Type = 'string' | 'long' | 'bool' | 'dynamic';

export interface Column {
  readonly name: string;
  readonly type: Type;
}

export type Expr =
  | { readonly is: 'column'; readonly name: string }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'path'; readonly base: string; readonly steps: readonly (string | number)[] }
  | { readonly is: 'call'; readonly name: CallName; readonly args: readonly Expr[] }
  | { readonly is: 'operator'; readonly sign: Sign; readonly left: Expr; readonly right: Expr }
  | { readonly is: 'in'; readonly left: Expr; readonly list: readonly string[]; readonly ignoreCase: boolean };

export type CallName =
  | 'tostring'
  | 'tolower'
  | 'strcat'
  | 'strlen'
  | 'tolong'
  | 'isnull'
  | 'isempty'
  | 'not'
  | 'iff'
  | 'coalesce'
  | 'array_length';

export type Sign =
  | '+'
  | '-'
  | '*'
  | '=='
  | '!='
  | '=~'
  | '!~'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'and'
  | 'or';

export interface Named {
  readonly name: string;
  readonly type: Type;
  readonly value: Expr;
}

export interface Aggregation {
  readonly name: string;
  readonly type: Type;
  readonly by: 'count' | 'countif' | 'sum' | 'min' | 'max' | 'make_list' | 'make_set' | 'dcount';
  readonly value: Expr | undefined;
}

export type JoinKind =
  | 'innerunique'
  | 'inner'
  | 'leftouter'
  | 'rightouter'
  | 'fullouter'
  | 'leftsemi'
  | 'leftanti'
  | 'rightsemi'
  | 'rightanti';

export type Step =
  | { readonly step: 'where'; readonly test: Expr }
  | { readonly step: 'extend'; readonly items: readonly Named[] }
  | { readonly step: 'project'; readonly items: readonly Named[] }
  | { readonly step: 'project-away'; readonly names: readonly string[] }
  | { readonly step: 'distinct'; readonly names: readonly string[] }
  | { readonly step: 'summarize'; readonly items: readonly Aggregation[]; readonly by: readonly Named[] }
  | { readonly step: 'order'; readonly names: readonly string[]; readonly ascending: boolean }
  | { readonly step: 'top'; readonly rows: number; readonly name: string; readonly ascending: boolean }
  | { readonly step: 'take'; readonly rows: number }
  | { readonly step: 'count' }
  | { readonly step: 'mv-expand'; readonly name: string; readonly value: Expr }
  | {
      readonly step: 'join';
      readonly kind: JoinKind;
      readonly right: Query;
      readonly left: string;
      readonly on: string;
    }
  | { readonly step: 'union'; readonly other: Query };

export interface Query {
  readonly table: string;
  readonly steps: readonly Step[];
}

export function text({ table, steps }: Query): string {
  return [table, ...steps.map(stepText)].join(' | ');
}

function stepText(step: Step): string {
  switch (step.step) {
    case 'where':
      return `where ${exprText(step.test)}`;
    case 'extend':
      return `extend ${step.items.map(({ name, value }) => `${name} = ${exprText(value)}`).join(', ')}`;
    case 'project':
      return `project ${step.items.map(namedText).join(', ')}`;
    case 'project-away':
    case 'distinct':
      return `${step.step} ${step.names.join(', ')}`;
    case 'summarize': {
      const items = step.items.map(({ name, by, value }) => `${name} = ${by}(${value ? exprText(value) : ''})`);
      return `summarize ${items.join(', ')}${step.by.length > 0 ? ` by ${step.by.map(namedText).join(', ')}` : ''}`;
    }
    case 'order':
      return `order by ${step.names.map((name) => `${name} ${step.ascending ? 'asc' : 'desc'}`).join(', ')}`;
    case 'top':
      return `top ${step.rows} by ${step.name} ${step.ascending ? 'asc' : 'desc'}`;
    case 'take':
      return `take ${step.rows}`;
    case 'count':
      return 'count';
    case 'mv-expand':
      return `mv-expand ${step.name} = ${exprText(step.value)}`;
    case 'join':
      return `join kind=${step.kind} (${text(step.right)}) on $left.${step.left} == $right.${step.on}`;
    case 'union':
      return `union (${text(step.other)})`;
  }
}

function namedText({ name, value }: Named): string {
  return value.is === 'column' && value.name === name ? name : `${name} = ${exprText(value)}`;
}

function exprText(expr: Expr): string {
  switch (expr.is) {
    case 'column':
      return expr.name;
    case 'text':
      return quoted(expr.value);
    case 'number':
      return expr.value < 0 ? `(${expr.value})` : String(expr.value);
    case 'path':
      return expr.base + expr.steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
    case 'call':
      return `${expr.name}(${expr.args.map(exprText).join(', ')})`;
    case 'operator':
      return `(${exprText(expr.left)} ${expr.sign} ${exprText(expr.right)})`;
    case 'in':
      return `(${exprText(expr.left)} in${expr.ignoreCase ? '~' : ''} (${expr.list.map(quoted).join(', ')}))`;
  }
}

const quoted = (value: string): string => `'${value}'`;
