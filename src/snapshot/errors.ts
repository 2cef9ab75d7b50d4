/** What can be wrong with a snapshot on disk. */
export type SnapshotCode =
  | 'missing'
  | 'not-a-snapshot'
  | 'unsupported-format'
  | 'bytes-differ'
  | 'exists'
  | 'bad-row'
  | 'bad-type';

/** A snapshot that cannot be read or written; the message says which file and what to do. */
export class SnapshotError extends Error {
  readonly code: SnapshotCode;
  readonly file: string;

  constructor(code: SnapshotCode, file: string, message: string) {
    super(`${file}: ${message}`);
    this.name = 'SnapshotError';
    this.code = code;
    this.file = file;
  }
}
