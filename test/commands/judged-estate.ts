import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectEstate } from '../../src/commands/collect-estate.ts';
import { type Outcome, outcomeOf } from '../../src/commands/exit.ts';
import type { Judgement } from '../../src/commands/judge.ts';
import { readInputs } from '../../src/commands/read-inputs.ts';
import { judgeFolder } from '../../src/commands/scan.ts';
import type { Finding } from '../../src/evaluate/finding.ts';

const silent = { stage: () => {}, note: () => {}, done: () => {} };

export const estatePath = (name: string): string => `fixtures/estates/${name}`;

export interface Judged {
  readonly judgement: Judgement;
  readonly outcome: Outcome;
  /** `policy label` to `status` or `unknown (reason)`. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** Collects an estate through the SDK clients and the emulator, and judges it: the product's own path, in this process. */
export async function judgedEstate(name: string, faults: readonly string[] = [], now?: string): Promise<Judged> {
  const estate = estatePath(name);
  const inputs = await readInputs({ base: estate });
  const home = await mkdtemp(join(tmpdir(), 'assay-test-'));
  try {
    const folder = join(home, 'snapshot');
    await collectEstate({ estate, fault: faults }, inputs, folder, silent);
    const judgement = await judgeFolder(folder, inputs, { policies: null, now, signer: null });
    return { judgement, outcome: outcomeOf(judgement, 'low', false), verdicts: verdictsOf(judgement) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function verdictsOf({ assessment }: Judgement): Readonly<Record<string, string>> {
  const entries = assessment.findings.map(({ finding }): readonly [string, string] => [
    `${finding.policy} ${labelOf(finding)}`,
    finding.status === 'unknown' ? `unknown (${finding.reason})` : finding.status,
  ]);
  const verdicts = Object.fromEntries(entries);
  // Two resources under one label would hide one of them.
  if (Object.keys(verdicts).length !== entries.length) throw new Error(`labels collide: ${duplicates(entries)}`);
  return verdicts;
}

/** A resource's name, below the names that it is part of: `kv-engram-prod/engram-cmk`. */
function labelOf({ resource, name, sub }: Finding): string {
  if (resource.startsWith('workload/')) return resource;
  const [, below] = /\/providers\/[^/]+\/(?!.*\/providers\/)(.+)$/i.exec(resource) ?? [];
  const names = (below ?? '').split('/').filter((_, index) => index % 2 === 1);
  return (names.length > 1 ? names.join('/') : name) + (sub === undefined ? '' : `#${sub}`);
}

const duplicates = (entries: readonly (readonly [string, string])[]): string =>
  entries
    .map(([key]) => key)
    .filter((key, index, all) => all.indexOf(key) !== index)
    .join(', ');

/** Keys whose value differs between two sets of verdicts, with both values. */
export function changes(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(
    keys
      .filter((key) => before[key] !== after[key])
      .map((key) => [key, `${before[key] ?? 'none'} -> ${after[key] ?? 'none'}`]),
  );
}
