import type { UnionOperator } from '../ast.ts';
import { type Binder, refuse } from '../binder.ts';
import { type Field, mergeUses } from '../field.ts';
import { didYouMean } from '../nearest.ts';
import { allFields, type OpenNames, type Relation } from '../relation.ts';
import type { Row } from '../run.ts';
import { absent } from '../value.ts';
import { slotField } from './columns.ts';

/** A table of a union and the name that `withsource` tells. */
interface Leg {
  readonly name: string;
  readonly relation: Relation;
}

/** A row of a union: which leg it comes from, and the row there. */
type Tagged = readonly [number, Row];

/**
 * union: the rows of all tables one after the other. Kind outer has the columns of all (missing ones null, strings ''),
 * inner those that all have. One name with two types becomes two columns, a_long and a_real (kql.md 45).
 */
export function union(b: Binder, operator: UnionOperator, input: Relation | undefined): Relation {
  const kind = operator.kind?.name ?? 'outer';
  if (kind !== 'outer' && kind !== 'inner') {
    refuse(
      b,
      'KQL010',
      `There is no union of kind '${kind}'.`,
      operator.kind ?? operator,
      didYouMean(kind, ['outer', 'inner']),
    );
  }
  const legs: Leg[] = operator.legs.map((leg, index) => {
    const name = leg.source.source === 'table' ? leg.source.name : `union_arg${index}`;
    return { name, relation: b.pipeline(leg) };
  });
  if (input !== undefined) legs.unshift({ name: 'union_arg_input', relation: input });
  const columns = kind === 'inner' ? commonColumns(legs) : outerColumns(legs);
  const source = operator.withSource === undefined ? [] : [sourceField(operator.withSource.name, legs)];
  return {
    fields: [...source, ...columns],
    open: legs.some((leg) => leg.relation.open !== undefined) ? openUnion(legs) : undefined,
    read: undefined,
    *rows(run) {
      for (const [index, leg] of legs.entries()) for (const row of leg.relation.rows(run)) yield [index, row];
    },
  };
}

function sourceField(name: string, legs: readonly Leg[]): Field {
  const names = legs.map((leg) => leg.name);
  return { ...slotField(name, 'string', 0, new Set()), read: (row) => names[(row as Tagged)[0]] ?? '' };
}

function outerColumns(legs: readonly Leg[]): Field[] {
  const found = new Map<string, Map<string, Field>>();
  for (const field of legs.flatMap((leg) => allFields(leg.relation))) {
    const types = found.get(field.name) ?? new Map<string, Field>();
    found.set(field.name, types.set(field.type, field));
  }
  return [...found].flatMap(([name, types]) => {
    const loose = types.has('open');
    const kinds = loose ? [...types.values()].slice(0, 1) : [...types.values()];
    return kinds.map((field) => {
      const type = loose ? 'open' : field.type;
      const shownName = kinds.length === 1 ? name : `${name}_${type}`;
      return mergedField(
        shownName,
        type,
        legs.map((leg) => fieldIn(leg.relation, name, type)),
      );
    });
  });
}

function fieldIn(relation: Relation, name: string, type: Field['type']): Field | undefined {
  const field = allFields(relation).find((candidate) => candidate.name === name) ?? relation.open?.field(name);
  return type === 'open' || field?.type === type || field?.type === 'open' ? field : undefined;
}

function commonColumns(legs: readonly Leg[]): Field[] {
  const [first, ...others] = legs;
  if (first === undefined) return [];
  return allFields(first.relation).flatMap((field) => {
    const same = others.map((leg) => fieldIn(leg.relation, field.name, field.type));
    return same.includes(undefined) ? [] : [mergedField(field.name, field.type, [field, ...same])];
  });
}

function mergedField(name: string, type: Field['type'], parts: readonly (Field | undefined)[]): Field {
  const missing = absent(type);
  const reads = parts.map((part) => part?.read);
  return {
    name,
    type,
    computed: parts.some((part) => part?.computed === true),
    path: parts.find((part) => part?.path !== undefined)?.path,
    uses: mergeUses(parts.filter((part) => part !== undefined)),
    read: (row, run) => {
      const [leg, inner] = row as Tagged;
      const read = reads[leg];
      return read === undefined ? missing : read(inner, run);
    },
  };
}

function openUnion(legs: readonly Leg[]): OpenNames {
  const named = new Map<string, Field>();
  const silent = (name: string) => {
    const parts = legs.map((leg) => fieldIn(leg.relation, name, 'open'));
    return mergedField(name, 'open', parts);
  };
  return {
    silent,
    field: (name) => {
      const field = named.get(name) ?? silent(name);
      named.set(name, field);
      return field;
    },
    named: () => [...named.values()],
    entries: (row, run) => {
      const [leg, inner] = row as Tagged;
      const relation = legs[leg]?.relation;
      const own = relation?.fields.map((part) => [part.name, part.read(inner, run)] as const) ?? [];
      return { ...((relation?.open?.entries(inner, run) as object | undefined) ?? {}), ...Object.fromEntries(own) };
    },
  };
}
