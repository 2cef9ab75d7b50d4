import type { Intake, Sink } from './operators/intake.ts';
import { type Output, outputRows, within } from './output.ts';
import type { Plan } from './plan.ts';
import { allFields, driverOf } from './relation.ts';
import type { ReadDraft } from './scan.ts';
import type { TableRow } from './table.ts';

/** The read whose rows a query goes through one by one. */
export interface DrivingRead {
  /** Its place in `reads`. */
  readonly read: number;
  /** For each column of the result: the column of the read that it passes on unchanged, or null. */
  readonly passes: readonly (string | null)[];
}

export function drivingRead({ relation, reads }: Plan): DrivingRead | null {
  const read = driverOf(relation)?.read;
  if (read === undefined) return null;
  const passes = allFields(relation).map(({ path }) =>
    path?.note === read.note && read.columns.has(path.text) ? path.text : null,
  );
  return { read: reads.indexOf(read), passes };
}

/**
 * A run in pieces. First every feed is given all rows of its read, a feed after those that it needs; then `rowsOf` gives
 * the result piece by piece. A feed that is left out is no mistake: the query then reads those rows itself.
 */
export interface Session {
  readonly feeds: readonly Feed[];
  /**
   * The rows of the result that come of these rows of the driving read, as `run` gives them; an order holds within the
   * piece only. Throws what `run` throws, and TypeError where there is no driving read.
   */
  rowsOf(rows: Iterable<TableRow>): Iterable<readonly unknown[]>;
}

/** A read whose rows the query needs before it can begin: the right of a join, what is summarized. */
export interface Feed {
  /** Its place in `reads`. */
  readonly read: number;
  /** Lower-cased values of the column `name` outside which no row can matter; null when the query proves nothing. */
  readonly names: ReadonlySet<string> | null;
  readonly needs: readonly Feed[];
  add(rows: Iterable<TableRow>): void;
  /** All rows were given. */
  end(): void;
}

export function startSession(plan: Plan, out: Output): Session {
  const driver = driverOf(plan.relation);
  return {
    feeds: feedsOf(plan, out),
    rowsOf: (rows) => {
      if (driver === undefined)
        throw new TypeError('The rows of this query must be known together: run it as a whole.');
      out.run.piece = { read: driver.read, rows };
      return outputRows(plan, out);
    },
  };
}

function feedsOf({ intakes, reads }: Plan, out: Output): readonly Feed[] {
  const feeds = new Map<Intake, Feed>();
  for (const intake of intakes) {
    const driver = driverOf(intake.input);
    // What is sorted must be read as a whole. What an intake needs was bound before it.
    if (driver === undefined || driver.sorted) continue;
    const needs = intake.needs.map((one) => feeds.get(one)).filter((feed) => feed !== undefined);
    feeds.set(intake, feedOf(intake, { out, read: driver.read, number: reads.indexOf(driver.read), needs }));
  }
  return [...feeds.values()];
}

interface FeedSource {
  readonly out: Output;
  readonly read: ReadDraft;
  readonly number: number;
  readonly needs: readonly Feed[];
}

function feedOf(intake: Intake, { out: { text, run }, read, number, needs }: FeedSource): Feed {
  let sink: Sink<unknown> | undefined;
  return {
    read: number,
    names: read.names ?? null,
    needs,
    add: (rows) => {
      sink ??= intake.start();
      const { add } = sink;
      within(text, () => {
        run.piece = { read, rows };
        for (const row of intake.input.rows(run)) add(row, run);
        run.piece = undefined;
      });
    },
    end: () => {
      run.once.set(intake, (sink ?? intake.start()).result());
      sink = undefined;
    },
  };
}
