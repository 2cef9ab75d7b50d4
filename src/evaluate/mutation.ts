import { type CompiledQuery, compile, KqlError } from '../kql/engine.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { testPolicy } from './policy-test.ts';
import { prepare, queryOptions } from './prepare.ts';

/** A property path that could be misspelt without any test turning red. */
export interface Survivor {
  readonly policy: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

export interface MutationResult {
  readonly policy: string;
  readonly mutants: number;
  readonly survivors: readonly Survivor[];
}

/**
 * Renames, one at a time, each property path of the query that reaches a filter, a join, `applies` or the expectation,
 * and demands that at least one test of the policy turns red. A path that survives is one nobody would miss.
 */
export function mutatePolicy(policy: Policy): MutationResult {
  const { query, facts } = prepare(policy);
  const reaching = query.paths.filter((path) => path.filters || path.feeds.some((column) => facts.has(column)));
  const survivors = reaching.filter((path) => survives(policy, mutant(policy.query, path.segment)));
  return {
    policy: policy.metadata.id,
    mutants: reaching.length,
    survivors: survivors.map(({ path, start, end }) => ({ policy: policy.metadata.id, path, start, end })),
  };
}

const mutant = (text: string, segment: { readonly end: number }): string =>
  `${text.slice(0, segment.end)}Misspelt${text.slice(segment.end)}`;

function survives(policy: Policy, text: string): boolean {
  const query = compiled(text);
  return query !== null && testPolicy(policy, query).problems.length === 0;
}

/** A mutant that no longer compiles is found by every test. */
function compiled(text: string): CompiledQuery | null {
  try {
    return compile(text, queryOptions);
  } catch (error) {
    if (error instanceof KqlError) return null;
    throw error;
  }
}
