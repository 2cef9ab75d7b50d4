import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { onTestFinished, vi } from 'vitest';
import { collect } from '../../src/azure/collect.ts';
import { connect } from '../../src/azure/connection.ts';
import { readSet, type Wanted } from '../../src/azure/read-set.ts';
import { signInEnvironment } from '../../src/commands/estate-session.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import type { Estate } from '../../src/emulator/estate.ts';
import type { ReadError, ReadRecord, Row, Snapshot } from '../../src/snapshot/snapshot.ts';

export interface Asking {
  readonly estate: Estate;
  readonly wanted: readonly Wanted[];
  readonly faults?: readonly string[];
  /** What becomes of a body on its way to the collector; undefined leaves it. */
  readonly tamper?: (url: URL, body: unknown) => unknown;
}

/** What a collection through the real clients gave, and every address that it asked. */
export interface Gave {
  readonly snapshot: Snapshot;
  readonly asked: readonly URL[];
  /** Child rows, those that are there first, by id. */
  rows(type: string): readonly Row[];
  reads(type: string): readonly ReadRecord[];
  errors(type: string): readonly ReadError[];
}

/** Serves an estate and collects from it, as a scan would. */
export async function collected({ estate, wanted, faults = [], tamper }: Asking): Promise<Gave> {
  const emulator = await startEmulator({ estate, faults, quota: { queries: 10_000, seconds: 5 } });
  onTestFinished(() => emulator.close());
  for (const [name, value] of Object.entries(signInEnvironment(emulator))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const connection = connect({
    endpoint: emulator.url,
    authorityHost: emulator.url,
    ca: emulator.caPem,
    userAgent: 'assay/test',
  });
  const asked: URL[] = [];
  connection.clientOptions.additionalPolicies.push({ policy: watching(asked, tamper), position: 'perRetry' });
  const { header, tables } = await collect({
    connection,
    subscriptions: estate.subscriptions.map(({ id }) => id),
    readSet: readSet(wanted),
    reference: [],
    tool: { name: 'assay', version: 'test' },
    cloud: 'emulator',
    clock: () => new Date(),
    progress: () => {},
  });
  const rowsOf = (table: string): readonly Row[] => tables.find(({ name }) => name === table)?.rows ?? [];
  const ofType = (rows: readonly Row[], type: string) => rows.filter((row) => String(row.type).toLowerCase() === type);
  return {
    snapshot: {
      header: { ...header, tables: [] },
      rows: (table, types) =>
        types === undefined ? rowsOf(table) : types.flatMap((type) => ofType(rowsOf(table), type)),
    },
    asked,
    rows: (type) => ofType(rowsOf('childresources'), type).toSorted(byAbsenceThenId),
    reads: (type) => header.reads.filter(({ read }) => read === type),
    errors: (type) => header.errors.filter(({ read }) => read === type),
  };
}

const orderOf = (row: Row): string => `${row.absent} ${row.id}`;
const byAbsenceThenId = (a: Row, b: Row): number => (orderOf(a) < orderOf(b) ? -1 : 1);

function watching(asked: URL[], tamper: Asking['tamper']): PipelinePolicy {
  return {
    name: 'testWatch',
    sendRequest: async (request, next) => {
      const url = new URL(request.url);
      asked.push(url);
      const response = await next(request);
      const changed = tamper?.(url, JSON.parse(response.bodyAsText ?? 'null'));
      return changed === undefined ? response : { ...response, bodyAsText: JSON.stringify(changed) };
    },
  };
}
