import type { ReadOutcome, SnapshotHeader } from '../snapshot/snapshot.ts';
import { byText } from './order.ts';

/** One read that gave no answer to judge by: an error, a denial, or an answer that was cut off. */
export interface Unread {
  readonly read: string;
  /** The parent or resource that was asked for, else the scope; empty where the record names neither. */
  readonly where: string;
  readonly outcome: Exclude<ReadOutcome, 'ok' | 'absent'>;
  readonly rows: number;
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly attempts: number | null;
  readonly permission: string | null;
  readonly at: string | null;
}

/**
 * Errors and reads of a snapshot in one list: a failed read usually stands in both, and would be counted twice.
 * An `absent` answer is a fact (the service said there is nothing), so it is not in this list.
 */
export function unreadOf(header: SnapshotHeader): readonly Unread[] {
  const found = new Map<string, Unread>();
  for (const read of header.reads) {
    if (read.outcome === 'ok' || read.outcome === 'absent') continue;
    const where = read.parentId ?? read.scope ?? '';
    const nothing = { status: null, code: null, message: null, attempts: null, permission: null };
    found.set(key(read.read, where), {
      read: read.read,
      where,
      outcome: read.outcome,
      rows: read.rows,
      at: read.at,
      ...nothing,
    });
  }
  for (const error of header.errors) {
    const where = error.resourceId ?? error.scope ?? '';
    const known = found.get(key(error.read, where));
    const denied = error.status === 401 || error.status === 403;
    found.set(key(error.read, where), {
      read: error.read,
      where,
      outcome: known?.outcome ?? (denied ? 'denied' : 'failed'),
      rows: known?.rows ?? 0,
      status: error.status,
      code: error.code,
      message: error.message,
      attempts: error.attempts,
      permission: error.permission ?? null,
      at: known?.at ?? null,
    });
  }
  return [...found.values()].sort((left, right) => byText(key(left.read, left.where), key(right.read, right.where)));
}

function key(read: string, where: string): string {
  return `${read.toLowerCase()}\n${where.toLowerCase()}`;
}
