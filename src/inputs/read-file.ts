import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from './input-error.ts';

/** A file's text. Throws InputError where it is missing or cannot be read. */
export async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, what, error);
  }
}

/**
 * The YAML files below a folder, in code-unit order of their paths. A folder that is missing or holds none is an error:
 * a scan without policies or without the waivers it was told of would be a false pass.
 */
export async function yamlFilesIn(folder: string, what: string, mayBeEmpty = false): Promise<readonly string[]> {
  try {
    if ((await stat(folder)).isFile()) return [folder];
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort((a, b) => (a < b ? -1 : 1));
    if (files.length > 0 || mayBeEmpty) return files;
  } catch (error) {
    throw unreadable(folder, what, error);
  }
  throw new InputError([
    { code: 'empty-folder', file: folder, line: 0, column: 0, message: `holds no ${what} (*.yaml)` },
  ]);
}

function unreadable(file: string, what: string, error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  const message = missing ? `does not exist; ${what} expected there` : `cannot be read (${code})`;
  return new InputError([{ code: missing ? 'file-missing' : 'file-unreadable', file, line: 0, column: 0, message }]);
}
