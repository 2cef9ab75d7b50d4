import { queryOptions } from '../evaluate/prepare.ts';
import type { Operator } from '../kql/ast.ts';
import type { Column, CompiledQuery, TableRead } from '../kql/engine.ts';
import { type LintNote, lintQuery } from '../kql/lint.ts';
import { parse } from '../kql/parse.ts';
import { graphTables } from '../snapshot/tables.ts';

/** What a query does before it is run: its steps, what it reads, what it gives, and where else it would run. */
export interface Explanation {
  readonly operators: readonly string[];
  readonly reads: readonly TableRead[];
  readonly columns: readonly Column[];
  readonly pushDown: { readonly possible: boolean; readonly because: readonly string[] };
  readonly notes: readonly LintNote[];
}

export function explanation(compiled: CompiledQuery): Explanation {
  const notes = lintQuery(compiled.text, queryOptions);
  const foreign = compiled.tables.filter((table) => !graphTables.includes(table.toLowerCase()));
  const because = [
    ...foreign.map((table) => `Resource Graph has no table ${table}`),
    ...notes
      .filter(({ severity }) => severity === 'error')
      .map(({ message, line, column }) => `${line}:${column} ${message}`),
  ];
  return {
    operators: parse(compiled.text).pipeline.operators.map((operator) => oneLine(compiled.text, operator)),
    reads: compiled.reads,
    columns: compiled.columns,
    pushDown: { possible: because.length === 0, because },
    notes: notes.filter(({ severity }) => severity === 'warning'),
  };
}

const oneLine = (text: string, { start, end }: Operator): string => text.slice(start, end).replace(/\s+/g, ' ').trim();

export function explainLines({ operators, reads, columns, pushDown, notes }: Explanation): readonly string[] {
  return [
    'reads',
    ...reads.flatMap(({ table, types, paths }) => [
      `  ${table}  ${types === null ? 'every type' : types.join(', ')}`,
      ...paths.map((path) => `    ${path}`),
    ]),
    'steps',
    ...operators.map((operator, index) => `  ${index + 1}  ${operator}`),
    'gives',
    ...columns.map(({ name, type }) => `  ${name}: ${type}`),
    pushDown.possible
      ? 'runs in Resource Graph as it stands: it can be pasted into the portal and pushed down'
      : 'runs in assay alone',
    ...pushDown.because.map((reason) => `  ${reason}`),
    ...notes.map(
      ({ line, column, message, fix }) => `note ${line}:${column} ${message}${fix === undefined ? '' : ` ${fix}`}`,
    ),
  ];
}
