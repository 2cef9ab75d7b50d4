import type { EnvironmentClass, Workload } from '../workload/workload.schema.ts';
import type { Policy, PolicyParameter } from './policy.schema.ts';

/** Where a resource stands: its environment by the declaration (null where none), and the class it is judged as. */
export interface Place {
  readonly environment: string | null;
  readonly class: EnvironmentClass;
}

export interface Resolved {
  readonly values: Readonly<Record<string, unknown>>;
  /** Parameters that have no value here: a finding that needs one is unknown (parameter-missing). */
  readonly missing: readonly string[];
}

/**
 * A policy's parameters for one place. In order: the environment's own `parameters:`, the declared workload value
 * (`from:`), the class's value, the default. Without an environment only the default counts, which is the strictest.
 */
export function resolveParameters(policy: Policy, place: Place, workload: Workload | null): Resolved {
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const [name, parameter] of Object.entries(policy.parameters ?? {})) {
    const value = parameterValue(policy.metadata.id, name, parameter, place, workload);
    if (value === undefined) missing.push(name);
    else values[name] = value;
  }
  return { values, missing };
}

function parameterValue(
  policy: string,
  name: string,
  parameter: PolicyParameter,
  place: Place,
  workload: Workload | null,
): unknown {
  const environment = place.environment === null ? undefined : own(workload?.environments, place.environment);
  const overridden = own(own(own(environment, 'parameters'), policy), name);
  if (overridden !== undefined) return overridden;
  const path = parameter.from?.split('.').slice(1);
  // What an environment does not say of itself, the workload says for all of them.
  const declared = path === undefined ? undefined : (at(environment, path) ?? at(workload, path));
  if (declared !== undefined) return declared;
  return own(parameter.classes, place.class) ?? parameter.default;
}

const at = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>(own, value);

/** Own properties only: a name such as `constructor` in a file must not reach the prototype. */
function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

const checks: Readonly<Record<PolicyParameter['type'], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  duration: (value) => typeof value === 'string' && /^P(?=.)/.test(value),
  version: (value) => typeof value === 'string' && /\d/.test(value),
  array: (value) => Array.isArray(value),
};

/** Whether a value is of the type that a parameter declares. */
export function isOfType(type: PolicyParameter['type'], value: unknown): boolean {
  return checks[type](value);
}
