import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import { type Change, notApplicable } from './patch.ts';

/** Rows of the base that some change may touch, found in one reading of each table and type. */
export interface RowFinder {
  find(change: Change): readonly Row[];
}

/** A snapshot with changes laid over it: the base is never written to. */
export interface Patched {
  readonly snapshot: Snapshot;
  /** Makes the changes of one step, all of them or none, and returns the lower-cased ids of the rows it touched. */
  apply(changes: readonly Change[]): ReadonlySet<string>;
}

/**
 * Reads each table and type that the changes name once, and keeps the rows whose id or parent one of them names: the
 * cost grows with the estate and with the steps, never with their product.
 */
export function rowFinder(base: Snapshot, changes: readonly Change[]): RowFinder {
  const wanted = new Map<string, Set<string>>();
  for (const change of changes) {
    const ids = wanted.get(partKey(change)) ?? new Set<string>();
    for (const id of idsNamed(change)) ids.add(id);
    wanted.set(partKey(change), ids);
  }
  const found = new Map<string, ReadonlyMap<string, readonly Row[]>>();
  const partOf = (change: Change): ReadonlyMap<string, readonly Row[]> => {
    const key = partKey(change);
    const known = found.get(key) ?? readPart(base, change, wanted.get(key) ?? new Set());
    found.set(key, known);
    return known;
  };
  return {
    find: (change) => {
      const part = partOf(change);
      return [...new Set([...idsNamed(change)].flatMap((id) => part.get(id) ?? []))];
    },
  };
}

/** Lays changes over a snapshot, step by step; a later step sees what an earlier one made. */
export function patchedSnapshot(base: Snapshot, finder: RowFinder): Patched {
  const layers = new Map<string, Layer>();
  return {
    snapshot: { ...base, rows: (table, types) => rowsUnder(base, layers.get(table.toLowerCase()), table, types) },
    apply: (changes) => {
      const undo: (() => void)[] = [];
      try {
        return new Set(changes.flatMap((change) => make(change, { layer: layerOf(change, layers), finder, undo })));
      } catch (error) {
        for (const back of undo.reverse()) back();
        throw error;
      }
    },
  };
}

/** What stands in one table in place of the base. */
interface Layer {
  /** By type and id: the row as it is now, or null where it is gone. */
  readonly rows: Map<string, Row | null>;
  /** Keys of the rows that changes wrote, by their ids and their parents', so that no step searches those of others. */
  readonly written: Map<string, Set<string>>;
}

interface Work {
  readonly layer: Layer;
  readonly finder: RowFinder;
  readonly undo: (() => void)[];
}

function layerOf({ table }: Change, layers: Map<string, Layer>): Layer {
  const layer = layers.get(table) ?? { rows: new Map(), written: new Map() };
  layers.set(table, layer);
  return layer;
}

function write(key: string, row: Row | null, { layer: { rows, written }, undo }: Work): void {
  const before = rows.get(key);
  undo.push(() => (before === undefined ? rows.delete(key) : rows.set(key, before)));
  rows.set(key, row);
  for (const id of [text(row?.id), text(row?.parentId)]) {
    if (id === '') continue;
    const keys = written.get(id) ?? new Set();
    written.set(id, keys.add(key));
  }
}

const partKey = ({ table, type }: Change): string => `${table} ${type.toLowerCase()}`;

const text = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

const rowKey = (row: Row): string => `${text(row.type)} ${text(row.id)}`;

/** Ids by which a change can find rows: its own and its parent's; the parent of a new row may have a marker row. */
function idsNamed({ where, upsert }: Change): ReadonlySet<string> {
  const named = where.flatMap(([path, values]) => (path === 'id' || path === 'parentId' ? [...values] : []));
  return new Set([...named, text(upsert?.parentId)].filter((id) => id !== ''));
}

function readPart(base: Snapshot, { table, type }: Change, ids: ReadonlySet<string>): ReadonlyMap<string, Row[]> {
  const rows = new Map<string, Row[]>();
  for (const row of base.rows(table, [type])) {
    for (const id of new Set([text(row.id), text(row.parentId)])) {
      if (!ids.has(id)) continue;
      const known = rows.get(id);
      if (known === undefined) rows.set(id, [row]);
      else known.push(row);
    }
  }
  return rows;
}

function* rowsUnder(base: Snapshot, layer: Layer | undefined, table: string, types?: readonly string[]): Iterable<Row> {
  if (layer === undefined) return yield* base.rows(table, types);
  const wanted = types === undefined ? null : new Set(types.map((type) => type.toLowerCase()));
  const seen = new Set<string>();
  for (const row of base.rows(table, types)) {
    const key = rowKey(row);
    const now = layer.rows.get(key);
    if (now === undefined) yield row;
    else if (!seen.has(key) && now !== null) yield now;
    if (now !== undefined) seen.add(key);
  }
  for (const [key, row] of layer.rows)
    if (row !== null && !seen.has(key) && (wanted === null || wanted.has(text(row.type)))) yield row;
}

function make(change: Change, work: Work): readonly string[] {
  const standing = rowsNow(change, work);
  const found = standing.filter((row) => meets(row, change));
  const { upsert } = change;
  if (upsert !== null) {
    for (const gone of [...found, ...markersOf(standing, upsert)]) write(rowKey(gone), null, work);
    write(rowKey(upsert), upsert, work);
    return [...found, upsert].map(({ id }) => text(id));
  }
  if (found.length === 0) throw notApplicable(`no row of ${change.type} is there to be changed`);
  for (const row of found) write(rowKey(row), change.remove ? null : changed(row, change), work);
  return found.map((row) => text(row.id));
}

/** The rows that a change may find, as earlier changes left them. */
function rowsNow(change: Change, { layer, finder }: Work): readonly Row[] {
  const base = new Map(finder.find(change).map((row) => [rowKey(row), row]));
  const type = `${change.type.toLowerCase()} `;
  const written = [...idsNamed(change)]
    .flatMap((id) => [...(layer.written.get(id) ?? [])])
    .filter((key) => key.startsWith(type));
  return [...new Set([...base.keys(), ...written])].flatMap((key) => {
    const now = layer.rows.get(key);
    const row = now === undefined ? base.get(key) : now;
    return row === null || row === undefined ? [] : [row];
  });
}

/** A marker row says that nothing is there: no change finds it. */
function meets(row: Row, { where }: Change): boolean {
  if (row.absent === true) return false;
  return where.every(([path, values]) => {
    const value = valueAt(row, path.split('.'));
    return values.has((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toLowerCase());
  });
}

function markersOf(standing: readonly Row[], { parentId }: Row): readonly Row[] {
  return standing.filter(
    (row) => row.absent === true && text(row.parentId) === text(parentId) && text(parentId) !== '',
  );
}

function changed(row: Row, { set, append }: Change): Row {
  const written = set.reduce((now, [path, value]) => withValue(now, path.split('.'), () => value), row);
  return append.reduce((now, [path, element]) => withValue(now, path.split('.'), appended(path, element)), written);
}

const appended =
  (path: string, element: unknown) =>
  (list: unknown): unknown => {
    if (list === undefined || list === null) return [element];
    if (!Array.isArray(list)) throw notApplicable(`${path} is no list`);
    return [...list, element];
  };

/** A copy with one value changed; nothing but the objects on the way to it is copied. */
function withValue(row: Row, [name = '', ...rest]: readonly string[], change: (value: unknown) => unknown): Row {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (rest.length === 0) return { ...row, [name]: change(value) };
  if (value !== undefined && value !== null && !isObject(value)) throw notApplicable(`${name} is no object`);
  return { ...row, [name]: withValue(value ?? {}, rest, change) };
}

function valueAt(row: Row, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    row,
  );
}

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
