import { EXIT } from './exit.ts';

/** Errors that tell a person what to do; by name, so that telling them apart loads nothing. */
const USER_ERRORS = new Set([
  'UsageError',
  'InputError',
  'SnapshotError',
  'AzureError',
  'EmulatorError',
  'X509Error',
  'EvidenceError',
  'KqlError',
  'PlanError',
  'ControlError',
]);

export interface Told {
  readonly code: number;
  readonly text: string;
}

/** What to print for an error and which exit code it ends with. The stack is shown for bugs, on request. */
export function tellError(error: unknown, debug: boolean): Told {
  if (error instanceof Error && USER_ERRORS.has(error.name))
    return {
      code: EXIT.usage,
      text: debug ? (error.stack ?? error.message) : `error${codeOf(error)}: ${error.message}`,
    };
  const refused = refusedByDisk(error);
  if (refused !== null) return { code: EXIT.usage, text: debug ? (refused.error.stack ?? '') : refused.text };
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const told = debug ? (stack ?? message) : `${message}\n  run again with --debug and report what it prints`;
  return { code: EXIT.internal, text: `this is a bug in assay: ${told}` };
}

/** The machine's name of an error, for docs/errors.md; InputError names one for each of its problems instead. */
const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? ` [${error.code}]` : '');

/** What a file system says no to is for its owner to mend, wherever it was met. */
const DISK: Readonly<Record<string, string>> = {
  EACCES: 'permission is lacking',
  EPERM: 'permission is lacking',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
};

function refusedByDisk(error: unknown): { readonly error: Error; readonly text: string } | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null;
  const why = DISK[String(error.code)];
  const where = 'path' in error ? String(error.path) : 'writing a file';
  return why === undefined ? null : { error, text: `error: ${where}: ${why} (${error.code})` };
}
