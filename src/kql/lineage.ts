import type { Span } from './errors.ts';

/** One property path as it stands in the query text, and what becomes of its value. */
export interface PathUse {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** The last plain segment, whose name can be exchanged in the text. */
  readonly segment: { readonly start: number; readonly end: number; readonly name: string };
  /** Whether it decides which rows there are: it reaches a where, a join key, mv-expand or a grouping. */
  readonly filters: boolean;
  /** The output columns that its value flows into. */
  readonly feeds: readonly string[];
}

/** A PathUse while the binder is at work. */
export interface PathDraft {
  readonly path: string;
  readonly span: Span;
  readonly segment: Span & { readonly name: string };
  filters: boolean;
  readonly feeds: Set<string>;
}

/** Collects the path occurrences of one query; one place in the text is one, however often it is bound. */
export interface Lineage {
  readonly draft: (path: string, span: Span, segment: Span & { readonly name: string }) => PathDraft;
  readonly finish: () => readonly PathUse[];
}

export function lineage(): Lineage {
  const drafts = new Map<string, PathDraft>();
  return {
    draft: (path, span, segment) => {
      const key = `${span.start}:${span.end}`;
      const known = drafts.get(key);
      if (known !== undefined) return known;
      const draft: PathDraft = { path, span, segment, filters: false, feeds: new Set() };
      drafts.set(key, draft);
      return draft;
    },
    finish: () =>
      [...drafts.values()]
        .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
        .map(({ path, span, segment, filters, feeds }) => ({
          path,
          start: span.start,
          end: span.end,
          segment: { start: segment.start, end: segment.end, name: segment.name },
          filters,
          feeds: [...feeds],
        })),
  };
}

/** Marks that these paths decide which rows there are. */
export function markFilters(uses: Iterable<PathDraft>): void {
  for (const draft of uses) draft.filters = true;
}
