import { byCodeUnit } from './canonical-json.ts';
import { EvidenceError } from './errors.ts';

/** The manifest and the files that stand beside it: they cannot be listed in it. */
export const manifestName = 'SHA256SUMS';
export const signatureName = 'SHA256SUMS.p7s';
export const timestampName = 'SHA256SUMS.tsr';
export const outsideManifest: ReadonlySet<string> = new Set([manifestName, signatureName, timestampName]);

export interface SumsEntry {
  /** Relative, with forward slashes, ASCII. */
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * The text of SHA256SUMS as `sha256sum -c` reads it, sorted by path in code-unit order.
 * @throws EvidenceError `bad-path`, `duplicate-path` (also when two paths differ in case alone), or `sums-malformed`
 * for a digest that is none.
 */
export function sha256Sums(files: readonly SumsEntry[]): string {
  const sorted = files.toSorted((a, b) => byCodeUnit(a.path, b.path));
  const taken = new PathSet();
  for (const { path, sha256 } of sorted) {
    taken.add(path);
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new EvidenceError('sums-malformed', `The SHA-256 of '${path}' is not 64 hexadecimal digits.`);
    }
  }
  return sorted.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');
}

/**
 * Reads SHA256SUMS, and nothing looser than `sha256Sums` writes, so that one list of files has one text.
 * @throws EvidenceError `sums-malformed` with the line.
 */
export function parseSums(text: string): SumsEntry[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed(lines.length + 1, 'the last line does not end with a line feed');
  const taken = new PathSet();
  let previous = '';
  return lines.map((line, index) => {
    const [, sha256 = '', path = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (path === '') throw malformed(index + 1, 'a line is 64 hexadecimal digits, two blanks and a path');
    try {
      taken.add(path);
    } catch (error) {
      throw malformed(index + 1, error instanceof Error ? error.message : 'bad path');
    }
    if (byCodeUnit(previous, path) > 0) throw malformed(index + 1, `'${path}' must stand before '${previous}'`);
    previous = path;
    return { path, sha256 };
  });
}

/** The paths of one bundle: each well-formed, none twice, none a folder of another, on any file system. */
export class PathSet {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** @throws EvidenceError `bad-path` or `duplicate-path`. */
  add(path: string): void {
    const problem = pathProblem(path);
    if (problem !== undefined) {
      throw new EvidenceError('bad-path', `${JSON.stringify(path)} cannot be a path in a bundle: ${problem}.`);
    }
    // Windows and macOS would write both into one file.
    const folded = path.toLowerCase();
    const folders = foldersOf(folded);
    const clash = this.#files.has(folded) || this.#folders.has(folded) || folders.some((f) => this.#files.has(f));
    if (clash) {
      throw new EvidenceError(
        'duplicate-path',
        `The path '${path}' is given twice, differs from another in case alone, or is both a file and a folder.`,
      );
    }
    this.#files.add(folded);
    for (const folder of folders) this.#folders.add(folder);
  }
}

function foldersOf(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

/** What each rule keeps out stands beside it; the first that matches is the message. */
const pathRules: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'it is empty'],
  [/[^\x20-\x7e]/, 'only printable ASCII characters are admitted'], // a line feed would forge a line of the manifest
  [/\\/, 'folders are separated by /'], // sha256sum escapes a backslash and Windows splits at it
  [/[:*?"<>|]/, 'none of : * ? " < > | is admitted'], // drive letters, and names that Windows cannot write
  [/^\//, 'it must be relative'],
  [/(^|\/)\.{1,2}(\/|$)/, 'it must not contain . or .. as a segment'],
  [/\/\/|\/$/, 'a segment must not be empty'],
  [/[ .](\/|$)/, 'a segment must not end with a blank or a dot'], // Windows drops both
  [/^ |\/ /, 'a segment must not begin with a blank'],
];

function pathProblem(path: string): string | undefined {
  if (path.length > 1024) return 'it is longer than 1,024 characters';
  if (outsideManifest.has(path)) return 'the name belongs to the manifest and its signatures';
  return pathRules.find(([pattern]) => pattern.test(path))?.[1];
}

function malformed(line: number, why: string): EvidenceError {
  return new EvidenceError('sums-malformed', `${manifestName}:${line} ${why}.`);
}
