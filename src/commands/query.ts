import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { withWorkload } from '../evaluate/evaluate.ts';
import { queryOptions } from '../evaluate/prepare.ts';
import { loadWorkload } from '../inputs/load.ts';
import { type CompiledQuery, compile, formatKqlError, KqlError } from '../kql/engine.ts';
import { openSnapshot } from '../snapshot/read.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { tableSchemas } from '../snapshot/tables.ts';
import { EXIT } from './exit.ts';
import { printLines } from './print.ts';
import { explainLines, explanation } from './query-explain.ts';
import { printAnswer, type QueryFormat } from './query-output.ts';
import { UsageError } from './usage-error.ts';

export interface QueryOptions {
  readonly file?: string;
  readonly config?: string;
  readonly now?: string;
  readonly format?: QueryFormat;
  readonly explain?: boolean;
  readonly json?: boolean;
  readonly tables?: boolean;
}

/** Runs KQL on the rows of a bundle or a snapshot, by the engine and at the clock that policies are judged by. */
export async function query(folder: string, text: string | undefined, options: QueryOptions): Promise<number> {
  const snapshot = await openRows(folder, options.config);
  if (options.tables === true) {
    printLines(tableLines(snapshot));
    return EXIT.clean;
  }
  const compiled = compiledOrTold(await textOf(text, options.file));
  const format = options.format ?? (options.json === true ? 'json' : 'table');
  if (options.explain === true) {
    const explained = explanation(compiled);
    printLines(format === 'json' ? [JSON.stringify(explained, null, 2)] : explainLines(explained));
    return EXIT.clean;
  }
  try {
    printAnswer(compiled.columns, compiled.run(snapshot, { now: options.now ?? snapshot.header.asOf }), format);
  } catch (error) {
    throw told(error, compiled.text);
  }
  return EXIT.clean;
}

/** The rows of a folder, with the declaration that a bundle brings or `--config` names as the table `workload`. */
async function openRows(folder: string, config: string | undefined): Promise<Snapshot> {
  const inBundle = join(folder, 'snapshot');
  const isBundle = existsSync(join(inBundle, 'snapshot.json'));
  if (!isBundle && !existsSync(join(folder, 'snapshot.json')))
    throw new UsageError(`${folder} is neither a bundle nor a snapshot. Make one with: assay scan, or assay collect`);
  const snapshot = openSnapshot(isBundle ? inBundle : folder);
  const sealed = join(folder, 'inputs', 'assay.yaml');
  const declared = config ?? (existsSync(sealed) ? sealed : undefined);
  if (declared === undefined) return snapshot;
  return withWorkload(snapshot, (await loadWorkload(declared)).value);
}

/** The argument, a file, or standard input: exactly one of them. */
async function textOf(text: string | undefined, file: string | undefined): Promise<string> {
  if (text !== undefined && file !== undefined)
    throw new UsageError('the query is given twice: as an argument and by --file. Give one of them');
  if (text !== undefined && text !== '-') return text;
  if (file !== undefined)
    return readFile(file, 'utf8').catch(() => {
      throw new UsageError(`the query file ${file} cannot be read`);
    });
  if (process.stdin.isTTY)
    throw new UsageError('no query is given. Write it as the last argument, name a --file, or pipe it in');
  return readStdin();
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function compiledOrTold(text: string): CompiledQuery {
  try {
    return compile(text, queryOptions);
  } catch (error) {
    throw told(error, text);
  }
}

/** A mistake in the query is shown at its place. */
const told = (error: unknown, text: string): unknown =>
  error instanceof KqlError ? new UsageError(`the query cannot be run\n${formatKqlError(error, text)}`) : error;

/** What there is to ask: each table with its rows and, where it is partitioned, its types. */
function tableLines({ header }: Snapshot): readonly string[] {
  const width = Math.max(...Object.keys(tableSchemas).map((name) => name.length));
  return header.tables.flatMap(({ name, rows, complete, partitions }) => [
    `${name.padEnd(width)}  ${rows} rows${complete ? '' : ', incomplete'}`,
    ...partitions.filter(({ type }) => type !== '').map((part) => `  ${String(part.rows).padStart(6)}  ${part.type}`),
  ]);
}
