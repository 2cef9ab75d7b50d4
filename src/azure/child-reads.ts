import pLimit from 'p-limit';
import { graphTableOf } from '../snapshot/tables.ts';
import type { CollectedTable } from '../snapshot/write.ts';
import { absentBelow, type ChildAnswer, readChild, unmadeBelow } from './children.ts';
import type { Gathered } from './graph-tables.ts';
import { type Parent, parentOf } from './parent.ts';
import type { ChildRead } from './read-set.ts';
import { type ChildJob, type ChildReader, type Clients, readerOf, SUBSCRIPTION } from './readers.ts';
import type { ScopeAnswer } from './scopes.ts';

/** What parents are found in. */
interface Found {
  readonly tables: readonly CollectedTable[];
  readonly scopes: readonly ScopeAnswer[];
}

interface Reading {
  readonly clients: Clients;
  readonly clock: () => string;
  readonly progress: (stage: string, done: number, total: number) => void;
  /** Reads at once: ARM throttles by subscription, sockets run out before that. */
  readonly concurrency: number;
}

/**
 * Reads every child type below its parents, wave by wave: the parents of a wave are in the tables, or were read in an
 * earlier one. What hangs below a failed read is recorded as not made, with that failure.
 */
export async function readChildren(
  waves: readonly (readonly ChildRead[])[],
  found: Found,
  { clients, clock, progress, concurrency }: Reading,
): Promise<Gathered> {
  const limit = pLimit(concurrency);
  const answers: ChildAnswer[] = [];
  let planned = 0;
  let done = 0;
  const settle = async (step: Step): Promise<ChildAnswer> => {
    if ('outcome' in step) return step;
    const answer = await readChild(step, clients, clock);
    progress('child resources', ++done, planned);
    return answer;
  };
  for (const wave of waves) {
    const steps = wave.flatMap((read) => stepsOf(read, found, answers, clock));
    planned += steps.filter((step) => !('outcome' in step)).length;
    answers.push(...(await Promise.all(steps.map((step) => limit(settle, step)))));
  }
  const errors = answers.flatMap((answer) => answer.errors);
  const rows = answers.flatMap((answer) => answer.rows);
  const complete = answers.every((answer) => answer.outcome === 'ok' || answer.outcome === 'absent');
  return {
    tables: [{ name: 'childresources', rows, pages: done, complete: complete && errors.length === 0, requestIds: [] }],
    reads: answers.flatMap((answer) => answer.records),
    errors,
  };
}

/** A read still to make, or the answer that follows without one. */
type Step = ChildJob | ChildAnswer;

function stepsOf(
  { reader, parent }: ChildRead,
  { tables, scopes }: Found,
  earlier: readonly ChildAnswer[],
  clock: () => string,
): readonly Step[] {
  if (parent === SUBSCRIPTION) return scopes.flatMap((scope) => stepOfScope(reader, scope, clock));
  if (readerOf(parent) !== undefined)
    return earlier
      .filter((answer) => answer.reader.type === parent)
      .flatMap((above) => stepsBelow(reader, above, clock));
  const rows = tables.find((one) => one.name === graphTableOf(parent))?.rows ?? [];
  return rows.filter((row) => String(row.type).toLowerCase() === parent).flatMap((row) => jobOf(reader, row.id));
}

function stepOfScope(reader: ChildReader, scope: ScopeAnswer, clock: () => string): readonly Step[] {
  const { record, error } = scope;
  return jobOf(reader, `/subscriptions/${scope.subscriptionId}`).map((job) =>
    error === null ? job : unmadeBelow(job, { outcome: record.outcome, errors: [error] }, clock()),
  );
}

/** Below a thing that is read by name and is not there, the same can be said by name; below a failed list it cannot. */
function stepsBelow(reader: ChildReader, above: ChildAnswer, clock: () => string): readonly Step[] {
  if (above.outcome === 'ok')
    return above.rows.filter((row) => row.absent !== true).flatMap((row) => jobOf(reader, row.id));
  const isNamed = above.reader.form === 'get';
  const id = isNamed ? `${above.parent.id}/${above.reader.absentName}` : above.parent.id;
  if (above.outcome === 'absent') return isNamed ? jobOf(reader, id).map((job) => absentBelow(job, clock())) : [];
  return jobOf(reader, id).map((job) => unmadeBelow(job, above, clock()));
}

function jobOf(reader: ChildReader, id: unknown): readonly ChildJob[] {
  const parent: Parent | null = parentOf(String(id));
  return parent === null ? [] : [{ reader, parent }];
}
