import type { ControlAssessment } from '../control/assessment.ts';
import type { Principal, SnapshotHeader } from '../snapshot/snapshot.ts';
import type { StatusCounts } from './counts.ts';
import { byText } from './order.ts';
import { type Unread, unreadOf } from './unread.ts';
import { counted, thousands } from './visible.ts';

export interface ReportScope {
  readonly cloud: string;
  readonly endpoint: string;
  readonly tenant: string | null;
  readonly principal: Principal | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly requested: readonly string[];
  readonly readable: readonly string[];
  readonly unreadable: readonly string[];
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly pages: number;
    readonly complete: boolean;
  }[];
  readonly types: readonly { readonly table: string; readonly type: string; readonly rows: number }[];
  readonly reads: number;
  /** Reads answered "there is nothing": a fact, not a gap. */
  readonly absent: number;
  readonly unread: readonly Unread[];
}

/** What was asked for, what answered, and what did not. */
export function scopeOf(header: SnapshotHeader): ReportScope {
  const readable = new Set(header.readableScopes.map((scope) => scope.toLowerCase()));
  const types = header.tables.flatMap((table) =>
    table.partitions.map(({ type, rows }) => ({ table: table.name, type, rows })),
  );
  return {
    cloud: header.cloud,
    endpoint: header.endpoint,
    tenant: header.tenant,
    principal: header.principal,
    startedAt: header.startedAt,
    endedAt: header.endedAt,
    requested: header.requestedScopes,
    readable: header.readableScopes,
    unreadable: header.requestedScopes.filter((scope) => !readable.has(scope.toLowerCase())),
    tables: header.tables
      .map(({ name, rows, pages, complete }) => ({ name, rows, pages, complete }))
      .sort((left, right) => byText(left.name, right.name)),
    types: types.sort((left, right) => byText(left.table, right.table) || byText(left.type, right.type)),
    reads: header.reads.length,
    absent: header.reads.filter((read) => read.outcome === 'absent').length,
    unread: unreadOf(header),
  };
}

/** Why the evidence is incomplete, one sentence each. */
export function gapsOf(scope: ReportScope, counts: StatusCounts): readonly string[] {
  const cut = scope.tables.filter((table) => !table.complete).map((table) => table.name);
  return [
    ...(scope.unreadable.length > 0
      ? [`${counted(scope.unreadable.length, 'requested scope')} could not be read.`]
      : []),
    ...(cut.length > 0 ? [`${counted(cut.length, 'table')} came back incomplete: ${cut.join(', ')}.`] : []),
    ...(scope.unread.length > 0 ? [`${counted(scope.unread.length, 'read')} gave no complete answer.`] : []),
    ...(counts.total === 0 ? ['No resource was judged.'] : []),
    ...undecided(counts),
  ];
}

function undecided({ unknown, accepted }: StatusCounts): readonly string[] {
  if (unknown === 0) return [];
  const laid = accepted === 0 ? '' : `; ${thousands(accepted)} of them accepted for a time`;
  return [`${counted(unknown, 'finding')} could not be decided${laid}.`];
}

/** What nothing here judged, one sentence each. */
export function notAssessedOf(
  declared: boolean,
  controls: readonly ControlAssessment[],
  scope: ReportScope,
): readonly string[] {
  const items = controls.flatMap((control) => control.items);
  const withoutPolicy = items.filter(
    (item) => item.policies.length > 0 && item.policies.every((policy) => !policy.inPack),
  );
  const statementOnly = items.filter((item) => item.policies.length === 0);
  const ids = (list: readonly { readonly id: string }[]): string => list.map((item) => item.id).join(', ');
  return [
    ...(!declared
      ? [
          'No workload is declared: every resource is judged by the strictest defaults, and what should exist but does not cannot be seen.',
        ]
      : []),
    ...scope.unreadable.map((unreadable) => `Nothing below ${unreadable} was read.`),
    ...(withoutPolicy.length > 0 ? [`No policy of this pack judges ${ids(withoutPolicy)}.`] : []),
    ...(statementOnly.length > 0
      ? [`Only a person's statement decides ${ids(statementOnly)}; no policy checks it.`]
      : []),
  ];
}
