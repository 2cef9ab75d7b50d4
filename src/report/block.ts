import type { Step } from '../remediate/step.ts';

/** What a thing means; a renderer gives it a colour, and the word always stands beside it. */
export type Tone = 'good' | 'bad' | 'open' | 'eased' | 'held' | 'quiet';

/** A piece of a cell: text in one of the table's styles, a status word, or where the report shows a finding. */
export type Piece =
  | { readonly text: string; readonly as?: 'plain' | 'strong' | 'faint' | 'id' }
  | { readonly status: string }
  | { readonly pageOf: string };
export type Cell = string | number | readonly Piece[];

export interface TableColumn {
  readonly title: string;
  readonly share: number;
  readonly align: 'left' | 'right';
}

export interface TableSpec {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** What to say when there is no row. */
  readonly none?: string;
  /** How long the whole list is, where the rows are its beginning. */
  readonly all?: number;
  /** The file of the bundle that has all rows, and all of each cell. */
  readonly rest?: string;
  /** For each row the finding that it shows, so that `pageOf` finds it. */
  readonly anchors?: readonly string[];
  /** A sheet of names and values: no head is drawn. */
  readonly headless?: boolean;
}

export interface Bar {
  readonly label: string;
  readonly parts: readonly { readonly word: string; readonly tone: Tone; readonly value: number }[];
}

export interface Tile {
  readonly value: string;
  readonly of?: string;
  readonly word: string;
  readonly tone: Tone;
}

/** A list of one page: each row one line, as many as fit; `all` says how long it is. */
export interface FittedList {
  readonly title: string;
  readonly note: string | null;
  readonly rows: readonly { readonly word: string; readonly text: string; readonly detail: string }[];
  readonly all: number;
  readonly rest: string;
}

export interface Headline {
  readonly title: string;
  readonly lines: readonly string[];
  readonly tiles: readonly Tile[];
  readonly warnings: readonly string[];
  readonly lists: readonly FittedList[];
}

/** What a section says, before anyone decides what it looks like: the PDF draws it, Markdown writes it. */
export type Block =
  | { readonly kind: 'cover' }
  | { readonly kind: 'contents' }
  | { readonly kind: 'headline'; readonly headline: Headline }
  | { readonly kind: 'section'; readonly title: string }
  /** `keep` points below a head stay on its page, so that no head stands alone. */
  | { readonly kind: 'part'; readonly title: string; readonly keep: number }
  | { readonly kind: 'label'; readonly text: string; readonly keep: number }
  | { readonly kind: 'paragraph'; readonly text: string; readonly as: ParagraphStyle }
  | { readonly kind: 'bullets'; readonly texts: readonly string[] }
  | { readonly kind: 'notice'; readonly tone: Tone; readonly title: string; readonly texts: readonly string[] }
  | { readonly kind: 'pairs'; readonly entries: readonly Pair[] }
  | { readonly kind: 'table'; readonly table: TableSpec }
  | { readonly kind: 'capped'; readonly shown: number; readonly all: number; readonly file: string }
  | { readonly kind: 'code'; readonly text: string; readonly limit: number; readonly rest: string }
  | { readonly kind: 'bars'; readonly bars: readonly Bar[] }
  | { readonly kind: 'step'; readonly step: Step; readonly lines: number }
  /** Lines that a person fills in by hand. */
  | { readonly kind: 'form'; readonly lines: readonly string[] };

export type ParagraphStyle = 'body' | 'small' | 'lead' | 'mono';
export type Pair = readonly [string, string | readonly string[]];
export type Blocks = readonly Block[];

export const section = (title: string): Block => ({ kind: 'section', title });
export const part = (title: string, keep = 110): Block => ({ kind: 'part', title, keep });
export const label = (text: string, keep = 90): Block => ({ kind: 'label', text, keep });
export const paragraph = (text: string, as: ParagraphStyle = 'body'): Block => ({ kind: 'paragraph', text, as });
export const bullets = (texts: readonly string[]): Block => ({ kind: 'bullets', texts });
export const pairs = (entries: readonly Pair[]): Block => ({ kind: 'pairs', entries });
export const table = (spec: TableSpec): Block => ({ kind: 'table', table: spec });
export const notice = (tone: Tone, title: string, texts: readonly string[]): Block => ({
  kind: 'notice',
  tone,
  title,
  texts,
});
export const code = (text: string, limit: number, rest: string): Block => ({ kind: 'code', text, limit, rest });

/** `x of y shown, the rest in <file>`, where a list had to end; nothing where it did not. */
export const capped = (shown: number, all: number, file: string): Blocks =>
  shown < all ? [{ kind: 'capped', shown, all, file }] : [];

/** A column: its share of the page's width; the shares of a table are scaled to one. */
export const col = (title: string, share: number, align: 'left' | 'right' = 'left'): TableColumn => ({
  title,
  share,
  align,
});
