import type { ColumnPattern, OperatorOf } from '../ast.ts';
import { type Binder, refuse } from '../binder.ts';
import type { Field } from '../field.ts';
import { didYouMean } from '../nearest.ts';
import { allFields, fieldNamed, type OpenNames, type Relation } from '../relation.ts';
import { bindItem, fitsPattern, nameFields } from './columns.ts';

/** project: exactly these columns. Nothing is copied; the columns are readers over the same rows. */
export function project(b: Binder, operator: OperatorOf<'project'>, input: Relation): Relation {
  const items = operator.items.map((item) => bindItem(b, item, input));
  return { ...input, fields: nameFields(b, items), open: undefined };
}

/**
 * extend: a column of an existing name replaces it in its place, also when the expression suggests the name (tolong(s));
 * the new ones are not visible to each other.
 */
export function extend(b: Binder, operator: OperatorOf<'extend'>, input: Relation): Relation {
  const items = operator.items.map((item) => bindItem(b, item, input));
  const made = nameFields(b, items, new Set(input.fields.map((field) => field.name)));
  const byName = new Map(made.map((field) => [field.name, field]));
  const kept = input.fields.map((field) => byName.get(field.name) ?? field);
  const names = new Set(input.fields.map((field) => field.name));
  return { ...input, fields: [...kept, ...made.filter((field) => !names.has(field.name))] };
}

type Away = OperatorOf<'project-away' | 'project-keep'>;

export function projectAway(b: Binder, operator: Away, input: Relation): Relation {
  mustFit(b, operator, input);
  const gone = (name: string) => operator.patterns.some((pattern) => fitsPattern(pattern, name));
  const fields = input.fields.filter((field) => !gone(field.name));
  return { ...input, fields, open: input.open && without(input.open, gone) };
}

/** project-keep: the columns that fit, in the order of the table. */
export function projectKeep(b: Binder, operator: Away, input: Relation): Relation {
  mustFit(b, operator, input);
  const fields = allFields(input).filter((field) =>
    operator.patterns.some((pattern) => fitsPattern(pattern, field.name)),
  );
  return { ...input, fields, open: undefined };
}

function mustFit(b: Binder, { patterns }: Pick<Away, 'patterns'>, input: Relation): void {
  for (const pattern of patterns) {
    if (pattern.wildcard ? fitsAny(pattern, input) : fieldNamed(input, pattern.name) !== undefined) continue;
    const hint = didYouMean(
      pattern.name,
      allFields(input).map((field) => field.name),
    );
    refuse(b, 'KQL005', `There is no column '${pattern.name}' here.`, pattern, hint);
  }
}

/** Of a table without a schema nobody knows which names a pattern will meet. */
function fitsAny(pattern: ColumnPattern, input: Relation): boolean {
  return input.open !== undefined || input.fields.some((field) => fitsPattern(pattern, field.name));
}

export function projectRename(b: Binder, operator: OperatorOf<'project-rename'>, input: Relation): Relation {
  const renamed = new Map<string, string>();
  for (const { name, value } of operator.items) {
    if (name === undefined || value.node !== 'name') {
      return refuse(b, 'KQL002', 'project-rename takes new = old, both names of columns.', value);
    }
    mustFit(b, { patterns: [{ ...value, wildcard: false }] }, input);
    renamed.set(value.name, name.name);
    const taken = input.fields.some((field) => field.name === name.name) && !renamed.has(name.name);
    const twice = [...renamed.values()].filter((given) => given === name.name).length > 1;
    if (taken || twice || name.name === value.name)
      refuse(b, 'KQL011', `There is a column '${name.name}' already.`, name);
  }
  const named = [...renamed.keys()].filter((old) => !input.fields.some((field) => field.name === old));
  const fields = [
    ...input.fields,
    ...named.map((old) => fieldNamed(input, old)).filter((field) => field !== undefined),
  ];
  const open = input.open && without(input.open, (name) => renamed.has(name));
  return { ...input, open, fields: fields.map((field) => ({ ...field, name: renamed.get(field.name) ?? field.name })) };
}

/** project-reorder: the columns that fit come first, those of one pattern in their order or sorted by name. */
export function projectReorder(b: Binder, operator: OperatorOf<'project-reorder'>, input: Relation): Relation {
  mustFit(b, operator, input);
  const first: Field[] = [];
  for (const pattern of operator.patterns) {
    const fitting = input.fields.filter((field) => fitsPattern(pattern, field.name) && !first.includes(field));
    const sorted = pattern.order === undefined ? fitting : [...fitting].sort((x, y) => (x.name < y.name ? -1 : 1));
    first.push(...(pattern.order === 'desc' ? sorted.reverse() : sorted));
  }
  return { ...input, fields: [...first, ...input.fields.filter((field) => !first.includes(field))] };
}

function without(open: OpenNames, gone: (name: string) => boolean): OpenNames {
  const absent = (name: string): Field => ({ ...open.silent(name), read: () => null, path: undefined });
  return {
    field: (name) => (gone(name) ? absent(name) : open.field(name)),
    silent: (name) => (gone(name) ? absent(name) : open.silent(name)),
    named: () => open.named().filter((field) => !gone(field.name)),
    entries: (row, run) =>
      Object.fromEntries(Object.entries(open.entries(row, run) as object).filter(([name]) => !gone(name))),
  };
}
