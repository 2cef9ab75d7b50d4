import type { Operator, OperatorOf } from '../ast.ts';
import type { Binder } from '../binder.ts';
import type { Relation } from '../relation.ts';
import { join } from './join.ts';
import { mvApply } from './mv-apply.ts';
import { mvExpand } from './mv-expand.ts';
import { order, top } from './order.ts';
import { parseText } from './parse.ts';
import { extend, project, projectAway, projectKeep, projectRename, projectReorder } from './project.ts';
import { count, distinct, take } from './rows.ts';
import { summarize } from './summarize.ts';
import { union } from './union.ts';
import { where } from './where.ts';

/** Applies operators one after the other to the columns before them. Throws KqlError. */
export function bindOperators(b: Binder, operators: readonly Operator[], input: Relation): Relation {
  return operators.reduce((relation, operator) => OPERATORS[operator.operator](b, operator as never, relation), input);
}

type Apply<Name extends Operator['operator']> = (b: Binder, operator: OperatorOf<Name>, input: Relation) => Relation;

/** Every tabular operator. A new one is a node in ast.ts, a reader in parse.ts, a file here and a line below. */
const OPERATORS: { readonly [Name in Operator['operator']]: Apply<Name> } = {
  where,
  project,
  extend,
  distinct,
  'project-away': projectAway,
  'project-keep': projectKeep,
  'project-rename': projectRename,
  'project-reorder': projectReorder,
  summarize,
  order,
  top,
  take,
  count,
  join,
  union,
  'mv-expand': (b, operator, input) =>
    operator.body === undefined ? mvExpand(b, operator, input) : mvApply(b, operator, { input, apply: bindOperators }),
  parse: parseText,
};
