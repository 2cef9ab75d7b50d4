import { graphTableOf } from '../snapshot/tables.ts';
import { AzureError } from './errors.ts';
import { type ChildReader, childReaders } from './readers.ts';

/** What a set of policies needs: Resource Graph types by table, child readers, parents included. */
export interface ReadSet {
  /** Table to lower-case types, both in code-unit order. */
  readonly graph: ReadonlyMap<string, readonly string[]>;
  readonly children: readonly ChildReader[];
}

/** One thing a policy reads, by table and type. */
export interface Wanted {
  readonly table: string;
  readonly type: string;
}

/**
 * From what policies want to what is asked for: a scan reads no more than it judges. A child type brings its parent's
 * type along. Throws AzureError where a policy wants a child that no reader declares.
 */
export function readSet(wanted: readonly Wanted[]): ReadSet {
  const children = new Map<string, ChildReader>();
  const graph = new Map<string, Set<string>>();
  const ask = (table: string, type: string): void => {
    graph.set(table, (graph.get(table) ?? new Set()).add(type));
  };
  // Which subscriptions Resource Graph shows is asked always: see withoutHidden in collect.ts.
  ask('resourcecontainers', 'microsoft.resources/subscriptions');
  for (const { table, type } of wanted) {
    if (table !== 'childresources') {
      ask(table, type);
      continue;
    }
    const reader = childReaders.find((one) => one.type === type);
    if (reader === undefined)
      throw new AzureError(
        'no-reader',
        `a policy reads ${type}, for which there is no reader. Known: ${childReaders.map((one) => one.type).join(', ')}`,
      );
    children.set(type, reader);
    ask(graphTableOf(reader.parent), reader.parent);
  }
  return {
    graph: new Map([...graph].sort(byKey).map(([table, types]) => [table, [...types].sort()])),
    children: [...children].sort(byKey).map(([, reader]) => reader),
  };
}

/** The query that fills a table's rows: whole rows, every type at once, in an order that paging can keep. */
export function graphQueryText(table: string, types: readonly string[]): string {
  return `${table}\n| where type in~ (${types.map((type) => `'${type}'`).join(', ')})\n| order by id asc`;
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
