import type { CatalogTable } from './catalog.ts';
import { type Field, NO_USES } from './field.ts';
import { type OpenNames, type Relation, rowByRow } from './relation.ts';
import { type Eval, poll, type Row, type Run } from './run.ts';
import { conversionTo, text, type Value } from './value.ts';
import type { ValueType } from './value-type.ts';

/** One reference to a table: what the query turns out to need of it. */
export interface ReadDraft {
  readonly table: string;
  /** The types that can matter; undefined while nothing is proven. */
  types: ReadonlySet<string> | undefined;
  /** The names that can matter; undefined while nothing is proven. */
  names: ReadonlySet<string> | undefined;
  readonly paths: Set<string>;
  /** Adds a path; by it a column knows which reference it stands in. */
  readonly note: (path: string) => void;
  /** The declared columns. */
  readonly columns: ReadonlySet<string>;
}

/** The rows of a table as they are, its columns read and converted only where an expression asks for them. */
export function tableRelation(table: CatalogTable): { relation: Relation; read: ReadDraft } {
  const paths = new Set<string>();
  const note = (path: string) => {
    paths.add(path);
  };
  const columns = new Set(table.columns?.map((column) => column.name));
  const read: ReadDraft = { table: table.name, types: undefined, names: undefined, paths, note, columns };
  const open = table.columns === undefined ? openNames(note) : undefined;
  const fields = (table.columns ?? []).map((column) => columnField(column.name, column.type, note));
  const narrowing = (column: 'type' | 'name', key: 'types' | 'names') => {
    const field = open?.silent(column) ?? fields.find((one) => one.name === column);
    const narrow = (values: ReadonlySet<string>) => {
      const known = read[key];
      read[key] = known === undefined ? values : new Set([...known].filter((value) => values.has(value)));
    };
    return field === undefined ? [] : [{ field, narrow }];
  };
  const relation: Relation = {
    fields,
    open,
    read: { columns: [...narrowing('type', 'types'), ...narrowing('name', 'names')] },
    rows: rowByRow({ read, needs: [], sorted: false }, (run) => sourceRows(read, run)),
  };
  return { relation, read };
}

function* sourceRows(read: ReadDraft, run: Run): Iterable<Row> {
  poll(run);
  const piece = run.piece?.read === read ? run.piece.rows : undefined;
  const rows = piece ?? run.table(read.table, read.types && [...read.types]);
  for (const row of rows) {
    poll(run);
    yield row;
  }
}

type Note = (path: string) => void;

function columnField(name: string, type: ValueType, note: Note): Field {
  return { name, type, read: reader(name, type), uses: NO_USES, path: { text: name, note }, computed: false };
}

/** A column of a table nobody described; asked twice it is the same field. */
function openNames(note: Note): OpenNames {
  const known = new Map<string, Field>();
  const named = new Set<string>();
  const silent = (name: string) => {
    const field = known.get(name) ?? columnField(name, 'open', note);
    known.set(name, field);
    return field;
  };
  return {
    silent,
    field: (name) => {
      named.add(name);
      return silent(name);
    },
    named: () => [...named].map(silent),
    entries: (row) => row,
  };
}

/** Reads an own property of a source row as its type; a value that is not of the type is null. */
function reader(name: string, type: ValueType): Eval {
  const convert = READERS[type] ?? conversionTo(type);
  return (row) => convert(ownValue(row, name));
}

const READERS: Readonly<Partial<Record<ValueType, (value: Value) => Value>>> = {
  string: (value) => (typeof value === 'string' ? value : text(value)),
  dynamic: (value) => value ?? null,
  open: (value) => value ?? null,
};

/** Rows are JSON from outside: only own properties count, never what an object inherits. */
function ownValue(row: Row, name: string): Value {
  return Object.hasOwn(row as object, name) ? (row as Readonly<Record<string, unknown>>)[name] : undefined;
}
