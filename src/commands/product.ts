import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import process from 'node:process';

/** The folder that the package lies in: from `dist/commands` as from `src/commands` two up. */
const root = resolve(import.meta.dirname, '..', '..');

/** A path inside the package: the policies and controls that come with it. Relative where that is shorter to read. */
export function productPath(...parts: string[]): string {
  const path = resolve(root, ...parts);
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** Name and version, as package.json states them. */
export function tool(): { readonly name: string; readonly version: string } {
  const { name, version } = JSON.parse(readFileSync(productPath('package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  return { name, version };
}
