import type { Wanted } from '../azure/read-set.ts';
import { isChildSubject } from '../evaluate/reads.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { graphTableOf } from '../snapshot/tables.ts';
import type { AzureOptions } from './options.ts';
import { tool } from './product.ts';
import type { Progress } from './progress.ts';
import type { Inputs } from './read-inputs.ts';
import { openTarget, type Target } from './target.ts';

/** Reads the estate (Azure, or a fixture through the emulator) and writes the snapshot folder. */
export async function collectEstate(
  options: AzureOptions,
  inputs: Pick<Inputs, 'policies' | 'workload'>,
  folder: string,
  progress: Progress,
): Promise<void> {
  const target = await openTarget(options, inputs.workload);
  try {
    await collectTo(folder, target, inputs.policies, progress);
  } finally {
    await target.close();
  }
}

async function collectTo(
  folder: string,
  { connection, subscriptions, cloud }: Target,
  policies: readonly Policy[],
  progress: Progress,
): Promise<void> {
  const { connect } = await import('../azure/connection.ts');
  const { collect } = await import('../azure/collect.ts');
  const { readSet } = await import('../azure/read-set.ts');
  const { writeSnapshot } = await import('../snapshot/write.ts');
  const { referenceRows } = await import('../sizing/reference.ts');
  const collected = await collect({
    connection: connect(connection),
    subscriptions,
    readSet: readSet(policies.flatMap(wantedBy)),
    reference: referenceRows(),
    tool: tool(),
    cloud,
    clock: () => new Date(),
    progress: (stage, done, total) => progress.stage(stage, done, total),
  });
  await writeSnapshot(folder, collected);
}

/** Tables and types that a policy needs: its subject's own, and what it declares beside. */
function wantedBy(policy: Policy): readonly Wanted[] {
  const declared = (policy.reads ?? []).flatMap((read) =>
    Object.entries(read)
      .filter(([table]) => table !== 'of' && table !== 'reference')
      .map(([table, type]) => ({ table, type: String(type), subject: policy.subject })),
  );
  if (policy.subject === 'workload' || isChildSubject(policy)) return declared;
  return [...declared, { table: graphTableOf(policy.subject), type: policy.subject }];
}
