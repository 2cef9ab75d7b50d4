import { accessSync, constants, existsSync, rmSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile as write } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { UsageError } from './usage-error.ts';

/**
 * Where to write: a named folder must not exist, a default one gets the next free number. Nothing is ever mixed. A place
 * that cannot be written is refused here, before the long read.
 */
export function outputFolder(named: string | undefined, stem: string): string {
  const folder = freeFolder(named, stem);
  refuseUnwritable(folder);
  return folder;
}

function freeFolder(named: string | undefined, stem: string): string {
  if (named === '') throw new UsageError('--output names nothing. Name a folder that does not exist yet');
  if (named !== undefined) {
    if (existsSync(named)) throw new UsageError(`${named} exists already. Name a folder that does not, or remove it`);
    return named;
  }
  for (let n = 1; ; n++) {
    const folder = n === 1 ? stem : `${stem}-${n}`;
    if (!existsSync(folder)) return folder;
  }
}

function refuseUnwritable(folder: string): void {
  let above = dirname(resolve(folder));
  while (!existsSync(above) && above !== dirname(above)) above = dirname(above);
  if (!statSync(above).isDirectory()) throw new UsageError(`${folder} cannot be made: ${above} is not a folder`);
  try {
    accessSync(above, constants.W_OK);
  } catch {
    throw new UsageError(`${folder} cannot be made: nothing may be written in ${above}. Name another with --output`);
  }
}

/** Beside the target first, renamed at the end: a killed run leaves all of it or none. */
export async function writeFolder(
  out: string,
  files: readonly { readonly path: string; readonly bytes: Uint8Array | string }[],
): Promise<void> {
  await besideThenRename(out, async (partial) => {
    for (const { path, bytes } of files) {
      await mkdir(dirname(join(partial, path)), { recursive: true });
      await write(join(partial, path), bytes);
    }
    return partial;
  });
}

/** One file, in the same way. */
export async function writeFile(out: string, bytes: Uint8Array | string): Promise<void> {
  await besideThenRename(out, async (partial) => {
    const file = join(partial, basename(out));
    await write(file, bytes);
    return file;
  });
}

/** A file that a person will go on writing: never over one that is there. */
export async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  try {
    await write(file, text, { flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw exists ? new UsageError(`${file} exists already. Choose another id`) : error;
  }
}

async function besideThenRename(out: string, fill: (partial: string) => Promise<string>): Promise<void> {
  const target = resolve(out);
  await mkdir(dirname(target), { recursive: true });
  const partial = await mkdtemp(join(dirname(target), '.assay-partial-'));
  try {
    await rename(await fill(partial), target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Runs with a folder for what is on its way, and removes it whatever happens, a signal included: it holds evidence. */
export async function withTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-'));
  const stop = (signal: NodeJS.Signals): void => {
    rmSync(folder, { recursive: true, force: true });
    for (const name of SIGNALS) process.off(name, stop);
    // Again, now with nobody listening: the caller sees a process that the signal ended.
    process.kill(process.pid, signal);
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(folder);
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
    await rm(folder, { recursive: true, force: true });
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
