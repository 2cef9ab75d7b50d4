import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import type { Consumer } from './passes.ts';
import { type Subject, tagsOf } from './subjects.ts';

/** The ids, as Azure wrote them, of what there is of a type that other things stand below. */
export type ParentIds = (type: string) => Iterable<string>;

/** Tables in which parents can stand, in the order in which they are told. */
const TABLES = ['resources', 'childresources'] as const;

/** Reads them from the snapshot. */
export function parentIds(snapshot: Snapshot): ParentIds {
  return function* (type) {
    for (const table of TABLES)
      for (const row of snapshot.rows(table, [type])) if (row.absent !== true) yield String(row.id ?? '');
  };
}

/** Parents gathered while their partitions pass by: once for all policies that judge what is below them. */
export interface Parents {
  readonly ids: ParentIds;
  /** Tags of the parents in Resource Graph, by lower-cased id. */
  readonly tags: ReadonlyMap<string, Subject['tags']>;
  /** What has to pass by before the parents of a type are known. */
  readonly consumers: (type: string) => readonly Consumer[];
}

export function gatherParents(): Parents {
  const tags = new Map<string, Subject['tags']>();
  const ids = new Map<string, string[]>();
  const consumers = new Map<string, readonly Consumer[]>();
  const consumer = (table: string, type: string): Consumer => {
    const list: string[] = [];
    ids.set(`${table} ${type}`, list);
    const take = (row: Row): void => {
      if (row.absent !== true) list.push(String(row.id ?? ''));
      if (table === 'resources') tags.set(typeof row.id === 'string' ? row.id.toLowerCase() : '', tagsOf(row));
    };
    return {
      table,
      type,
      names: null,
      needs: [],
      rows: (rows) => rows.forEach(take),
      end: () => undefined,
      fail: undefined,
    };
  };
  return {
    tags,
    ids: (type) => TABLES.flatMap((table) => ids.get(`${table} ${type}`) ?? []),
    consumers: (type) => {
      const known = consumers.get(type) ?? TABLES.map((table) => consumer(table, type));
      consumers.set(type, known);
      return known;
    },
  };
}
