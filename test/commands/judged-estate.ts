import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectEstate } from '../../src/commands/collect-estate.ts';
import { type Outcome, outcomeOf } from '../../src/commands/exit.ts';
import type { Judgement } from '../../src/commands/judge.ts';
import { readInputs } from '../../src/commands/read-inputs.ts';
import { judgeFolder } from '../../src/commands/scan.ts';

const silent = { stage: () => {}, note: () => {}, done: () => {} };

export const estatePath = (name: string): string => `fixtures/estates/${name}`;

export interface Judged {
  readonly judgement: Judgement;
  readonly outcome: Outcome;
  /** `policy resource-name` to `status` or `unknown (reason)`; a child goes by `parent/child`, an environment by its id. */
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

const CHILD = /\/providers\/[^/]+\/[^/]+\/([^/]+)((?:\/[^/]+\/[^/]+)+)$/;

/** Keys of several vaults share a name. */
function nameOf({ resource, name }: { readonly resource: string; readonly name: string }): string {
  if (resource.startsWith('workload/')) return resource;
  const [, parent, below = ''] = CHILD.exec(resource) ?? [];
  const names = below.split('/').filter((_, i) => i > 0 && i % 2 === 0);
  return parent === undefined ? name : [parent, ...names].join('/');
}

function verdictsOf({ assessment }: Judgement): Readonly<Record<string, string>> {
  return Object.fromEntries(
    assessment.findings.map(({ finding }) => [
      `${finding.policy} ${nameOf(finding)}`,
      finding.status === 'unknown' ? `unknown (${finding.reason})` : finding.status,
    ]),
  );
}

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
