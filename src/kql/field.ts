import type { PathDraft } from './lineage.ts';
import type { Eval } from './run.ts';
import type { ValueType } from './value-type.ts';

/** A column of a tabular expression inside the engine. */
export interface Field {
  readonly name: string;
  readonly type: ValueType;
  readonly read: Eval;
  /** Property paths of the text whose values flow into this column. */
  readonly uses: Uses;
  /** Where the value stands in a source table, when it is passed on unchanged: `properties.encryption`. */
  readonly path: SourcePath | undefined;
  /** Whether reading it computes something (and is worth remembering). */
  readonly computed: boolean;
}

export type Uses = ReadonlySet<PathDraft>;

export interface SourcePath {
  readonly text: string;
  /** Adds a path to what the reference of its table reads. */
  readonly note: (path: string) => void;
}

export const NO_USES: Uses = new Set();

export function mergeUses(parts: readonly { readonly uses: Uses }[]): Uses {
  const filled = parts.filter((part) => part.uses.size > 0);
  if (filled.length <= 1) return filled[0]?.uses ?? NO_USES;
  return new Set(filled.flatMap((part) => [...part.uses]));
}

/** The same column under another reader, for rows that hold the old row at some place. */
export function through(field: Field, read: (inner: Eval) => Eval): Field {
  return { ...field, read: read(field.read) };
}

/**
 * A reader that keeps the value of the last row it saw, in the run's memory at this number. An extend is inlined where
 * it is used; without this memory `extend a = a + a` forty times over would be computed 2^40 times.
 */
export function remember(read: Eval, number: number): Eval {
  return (row, run) => {
    if (run.memoRow[number] === row) return run.memoValue[number];
    const value = read(row, run);
    run.memoRow[number] = row;
    run.memoValue[number] = value;
    return value;
  };
}
