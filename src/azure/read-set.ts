import { graphTableOf } from '../snapshot/tables.ts';
import { AzureError } from './errors.ts';
import { type ChildReader, childReaders, readerOf, SUBSCRIPTION } from './readers.ts';

/** A child type and one of the types that it is read below. */
export interface ChildRead {
  readonly reader: ChildReader;
  readonly parent: string;
}

/** What a set of policies needs: Resource Graph types by table, child readers, parents included. */
export interface ReadSet {
  /** Table to lower-case types, both in code-unit order. */
  readonly graph: ReadonlyMap<string, readonly string[]>;
  /** In waves: what a wave is read below is in Resource Graph or in an earlier wave. */
  readonly children: readonly (readonly ChildRead[])[];
}

/** One thing a policy reads, by table and type. */
export interface Wanted {
  readonly table: string;
  readonly type: string;
  /** The policy's subject: of several types that a child could be read below, those are asked that belong to it. */
  readonly subject?: string;
}

/**
 * From what policies want to what is asked for: a scan reads no more than it judges. A child type brings its parent's
 * type along, and that one's, up to Resource Graph. Throws AzureError where a policy wants a child that no reader
 * declares.
 */
export function readSet(wanted: readonly Wanted[]): ReadSet {
  const children = new Map<string, ChildRead>();
  const graph = new Map<string, Set<string>>();
  const ask = (table: string, type: string): void => {
    graph.set(table, (graph.get(table) ?? new Set()).add(type));
  };
  const askChild = (reader: ChildReader, subject: string | undefined): void => {
    for (const parent of parentsFor(reader, subject)) {
      children.set(`${reader.type} ${parent}`, { reader, parent });
      const above = readerOf(parent);
      if (above !== undefined) askChild(above, subject);
      else if (parent !== SUBSCRIPTION) ask(graphTableOf(parent), parent);
    }
  };
  // Which subscriptions Resource Graph shows is asked always: see withoutHidden in graph-tables.ts.
  ask('resourcecontainers', SUBSCRIPTION);
  for (const { table, type, subject } of wanted) {
    if (table === 'childresources') askChild(knownReader(type), subject);
    else ask(table, type);
  }
  const reads = [...children].sort(byKey).map(([, read]) => read);
  return {
    graph: new Map([...graph].sort(byKey).map(([table, types]) => [table, [...types].sort()])),
    children: wavesOf(reads),
  };
}

function knownReader(type: string): ChildReader {
  const reader = readerOf(type);
  if (reader !== undefined) return reader;
  const known = childReaders.map((one) => one.type).join(', ');
  throw new AzureError('no-reader', `a policy reads ${type}, for which there is no reader. Known: ${known}`);
}

/** Of several parents those on the subject's own line, above it or below; all of them where none is. */
function parentsFor({ parents }: ChildReader, subject: string | undefined): readonly string[] {
  if (subject === undefined) return parents;
  const own = parents.filter((parent) => `${parent}/`.startsWith(`${subject}/`) || subject.startsWith(`${parent}/`));
  return own.length > 0 ? own : parents;
}

function wavesOf(reads: readonly ChildRead[]): readonly (readonly ChildRead[])[] {
  const depths = reads.map(({ parent }) => depthOf(parent));
  return [...new Set(depths)].sort((a, b) => a - b).map((depth) => reads.filter((_, i) => depths[i] === depth));
}

/** How many readers stand above what is read below `parent`. */
function depthOf(parent: string): number {
  const reader = readerOf(parent);
  return reader === undefined ? 0 : 1 + Math.max(...reader.parents.map(depthOf));
}

/** The query that fills a table's rows: whole rows, every type at once, in an order that paging can keep. */
export function graphQueryText(table: string, types: readonly string[]): string {
  return `${table}\n| where type in~ (${types.map((type) => `'${type}'`).join(', ')})\n| order by id asc`;
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
