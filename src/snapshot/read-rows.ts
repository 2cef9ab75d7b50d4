import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { SnapshotError } from './errors.ts';
import type { Row } from './snapshot.ts';

/**
 * Files are read in pieces of this size: a piece and its rows stay in the processor's cache and die young. Larger
 * pieces are slower (docs/performance.md), and a partition may be larger than memory.
 */
const PIECE = 64 * 1024;

/**
 * The rows of a partition file, parsed one by one as they are asked for. With `names`, a row whose line begins with
 * another name is not parsed. Throws SnapshotError, with the file.
 */
export function* readRows(file: string, names?: ReadonlySet<string>): Iterable<Row> {
  for (const lines of linesOf(file))
    for (const line of lines)
      if (line !== '' && (names === undefined || canHaveName(line, names))) yield parseJson(file, line) as Row;
}

const BEFORE_ID = '{"id":"';
const BEFORE_NAME = '","name":"';

/**
 * Whether the row of a line can have one of these names (lower-cased). Collected rows are written with their id and name
 * first; a line of any other form, or with an escape in either, has to be parsed to know.
 */
export function canHaveName(line: string, names: ReadonlySet<string>): boolean {
  if (!line.startsWith(BEFORE_ID)) return true;
  const idEnd = line.indexOf('"', BEFORE_ID.length);
  if (!line.startsWith(BEFORE_NAME, idEnd)) return true;
  const start = idEnd + BEFORE_NAME.length;
  const end = line.indexOf('"', start);
  const backslash = line.indexOf('\\');
  if (end < 0 || (backslash >= 0 && backslash < end)) return true;
  return names.has(line.slice(start, end).toLowerCase());
}

/** SHA-256 of a file's bytes, in hex. */
export function sumOfFile(file: string): string {
  const hash = createHash('sha256');
  const bytes = Buffer.allocUnsafe(16 * PIECE);
  withFile(file, (fd) => {
    for (let got = readSync(fd, bytes); got > 0; got = readSync(fd, bytes)) hash.update(bytes.subarray(0, got));
  });
  return hash.digest('hex');
}

/** Throws SnapshotError, with the file, where the text is not JSON. */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError('bad-row', file, `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The lines of a file, a piece at a time; a line is never cut. */
function* linesOf(file: string): Iterable<readonly string[]> {
  const fd = openFile(file);
  try {
    let bytes: Buffer = Buffer.allocUnsafe(2 * PIECE);
    let kept = 0;
    for (;;) {
      if (bytes.length - kept < PIECE) bytes = grown(bytes, kept);
      const got = readSync(fd, bytes, kept, PIECE, null);
      const end = kept + got;
      // The last line of a file needs no newline.
      const cut = got === 0 ? end : bytes.subarray(0, end).lastIndexOf(NEWLINE) + 1;
      if (cut > 0) yield bytes.toString('utf8', 0, cut).split('\n');
      if (got === 0) return;
      bytes.copyWithin(0, cut, end);
      kept = end - cut;
    }
  } finally {
    closeSync(fd);
  }
}

const NEWLINE = 0x0a;

/** A line longer than the buffer: twice the room. */
function grown(bytes: Buffer, kept: number): Buffer {
  const larger = Buffer.allocUnsafe(2 * bytes.length);
  bytes.copy(larger, 0, 0, kept);
  return larger;
}

function withFile(file: string, work: (fd: number) => void): void {
  const fd = openFile(file);
  try {
    work(fd);
  } finally {
    closeSync(fd);
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw missingPart(file, error, 'a part of the snapshot is missing');
  }
}

export function missingPart(file: string, error: unknown, what: string): SnapshotError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
  return new SnapshotError('missing', file, `${what} (${code})`);
}
