import { stringify } from 'csv-stringify/sync';
import type { Column } from '../kql/engine.ts';
import { jsonText, plain } from '../report/plain.ts';
import { visible } from '../report/visible.ts';
import { printLines, printText } from './print.ts';

export const queryFormats = ['table', 'csv', 'json', 'ndjson'] as const;
export type QueryFormat = (typeof queryFormats)[number];

type Rows = Iterable<readonly unknown[]>;

/** Prints an answer to stdout. NDJSON goes out row by row; the others want the whole answer. */
export function printAnswer(columns: readonly Column[], rows: Rows, format: QueryFormat): void {
  printers[format](columns, rows);
}

const printers: Readonly<Record<QueryFormat, (columns: readonly Column[], rows: Rows) => void>> = {
  table: (columns, rows) => printLines(tableLines(columns, rows)),
  csv: (columns, rows) =>
    printText(
      stringify(
        Array.from(rows, (row) => row.map(cellText)),
        // What a spreadsheet would run as a formula is kept as text.
        { header: true, columns: columns.map(({ name }) => name), escape_formulas: true },
      ),
    ),
  json: (columns, rows) =>
    printText(
      `${JSON.stringify(
        Array.from(rows, (row) => objectOf(columns, row)),
        null,
        2,
      )}\n`,
    ),
  ndjson: (columns, rows) => {
    for (const row of rows) printText(`${JSON.stringify(objectOf(columns, row))}\n`);
  },
};

const objectOf = (columns: readonly Column[], row: readonly unknown[]): object =>
  Object.fromEntries(columns.map(({ name }, index) => [name, plain(row[index] ?? null)]));

/** null is an empty cell; a list or a bag is its JSON. */
const cellText = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'object' ? jsonText(value) : String(value);

const WIDEST = 60;

/** Cells are cut to a width that keeps the columns apart; `--format csv` and `json` cut nothing. */
function tableLines(columns: readonly Column[], rows: Rows): readonly string[] {
  const cells = Array.from(rows, (row) => row.map((value) => cut(visible(cellText(value)))));
  const names = columns.map(({ name }) => cut(visible(name)));
  const widths = names.map((name, index) => Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  const count = `${cells.length} ${cells.length === 1 ? 'row' : 'rows'}`;
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line), count];
}

const cut = (text: string): string => (text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text);
