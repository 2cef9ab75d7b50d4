import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

/** Where to write: a named folder must not exist, a default one gets the next free number. Nothing is ever mixed. */
export function outputFolder(named: string | undefined, stem: string): string {
  if (named !== undefined) {
    if (existsSync(named)) throw new UsageError(`${named} exists already. Name a folder that does not, or remove it`);
    return named;
  }
  for (let n = 1; ; n++) {
    const folder = n === 1 ? stem : `${stem}-${n}`;
    if (!existsSync(folder)) return folder;
  }
}

/** Runs with a folder for what is on its way, and removes it whatever happens. */
export async function withTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
