import type { Binder } from '../binder.ts';
import { driverOf, type Relation } from '../relation.ts';
import type { Row, Run } from '../run.ts';

/** Takes in the rows of an operator that gives nothing before it has seen them all. */
export interface Sink<Result> {
  readonly add: (row: Row, run: Run) => void;
  readonly result: () => Result;
}

/** An input of which an operator needs every row, known to the plan so that a caller can bring the rows piece by piece. */
export interface Intake {
  readonly input: Relation;
  readonly start: () => Sink<unknown>;
  /** What must be complete before the rows of the input can be made. */
  readonly needs: readonly Intake[];
}

export interface Taken<Result> {
  readonly intake: Intake;
  /** What came of rows that the caller brought; undefined when it brought none. */
  readonly brought: (run: Run) => Result | undefined;
  /** What comes of all rows: of those brought, else of those that are read now. */
  readonly all: (run: Run) => Result;
}

/** Declares an input that is needed as a whole. */
export function takeIn<Result>(b: Binder, input: Relation, start: () => Sink<Result>): Taken<Result> {
  const intake: Intake = { input, start, needs: driverOf(input)?.needs ?? [] };
  b.intakes.push(intake);
  const brought = (run: Run) => run.once.get(intake) as Result | undefined;
  const read = (run: Run): Result => {
    const sink = start();
    for (const row of input.rows(run)) sink.add(row, run);
    return sink.result();
  };
  return { intake, brought, all: (run) => brought(run) ?? read(run) };
}
