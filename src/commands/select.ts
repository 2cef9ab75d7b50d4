import { nearest } from '../inputs/nearest.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { InputOptions } from './options.ts';
import type { Inputs } from './read-inputs.ts';
import { UsageError } from './usage-error.ts';

/** The ids to judge by, in order; null for all. Throws UsageError on an id that the pack does not have. */
export function selectedPolicies(inputs: Inputs, options: InputOptions): readonly string[] | null {
  const all = inputs.policies.map(({ metadata }) => metadata.id);
  for (const id of [...(options.policy ?? []), ...(options.skip ?? [])]) refuseUnknown(id, all);
  if (options.policy === undefined && options.skip === undefined) return null;
  const chosen = all.filter((id) => options.policy?.includes(id) ?? true).filter((id) => !options.skip?.includes(id));
  if (chosen.length === 0) throw new UsageError('no policy is left to judge by. Drop a --skip');
  return chosen;
}

/** The policies with these ids, all of them where none is named. Throws UsageError on an id that the pack does not have. */
export function selectById(policies: readonly Policy[], ids: readonly string[] | undefined): readonly Policy[] {
  for (const id of ids ?? [])
    refuseUnknown(
      id,
      policies.map(({ metadata }) => metadata.id),
    );
  return policies.filter(({ metadata }) => ids?.includes(metadata.id) ?? true);
}

function refuseUnknown(id: string, all: readonly string[]): void {
  if (all.includes(id)) return;
  const near = nearest(id, all);
  const hint = near === null ? 'assay policy lint names what the pack has' : `Did you mean ${near}?`;
  throw new UsageError(`there is no policy ${id}. ${hint}`);
}
