import { COUNTED_TYPES, type Counted } from '../workload/counted-types.ts';
import type { EnvironmentClass, Workload } from '../workload/workload.schema.ts';
import type { AssessedFinding } from './assessment.ts';
import type { Control } from './control.schema.ts';

/** An environment that a control speaks of. What belongs to none goes by the name of the class it is judged as. */
export interface PlaceInScope {
  readonly name: string;
  readonly class: EnvironmentClass;
}

/**
 * The environments for which a control may ask a statement: those that the declaration names, of the control's classes,
 * and those of findings that belong to no environment. Without a declaration everything is judged as prod.
 */
export function environmentsInScope(
  control: Control,
  workload: Workload | null,
  findings: Iterable<AssessedFinding>,
): readonly PlaceInScope[] {
  const places = new Map<string, PlaceInScope>();
  const add = (name: string, its: EnvironmentClass): void => {
    if (control.appliesTo.classes.includes(its)) places.set(`${name} ${its}`, { name, class: its });
  };
  for (const [name, environment] of Object.entries(workload?.environments ?? {})) add(name, environment.class);
  for (const { finding } of findings) if (finding.environment === null) add(finding.class, finding.class);
  if (workload === null) add('prod', 'prod');
  return [...places.keys()].sort().flatMap((key) => places.get(key) ?? []);
}

/**
 * Whether the declaration says, for every environment in a control's classes, that nothing of these types is expected.
 * A type that no count speaks of, and an environment without the count, is not declared empty.
 */
export function isDeclaredEmpty(types: readonly string[], control: Control, workload: Workload | null): boolean {
  const environments = Object.values(workload?.environments ?? {}).filter((environment) =>
    control.appliesTo.classes.includes(environment.class),
  );
  if (types.length === 0 || environments.length === 0) return false;
  return types.every((type) => {
    const count = countOf(type.toLowerCase());
    return count !== null && environments.every((environment) => environment.expect?.[count] === 0);
  });
}

/** A child (`.../vaults/keys`) goes with its parent. */
function countOf(type: string): Counted | null {
  return COUNTED_TYPES.find(([counted]) => type === counted || type.startsWith(`${counted}/`))?.[1] ?? null;
}

/**
 * A control speaks of its classes. What could not be read and belongs to no environment may hide a resource of any
 * class, so such an unknown counts for every control.
 */
export function isInScope({ finding }: AssessedFinding, { appliesTo }: Pick<Control, 'appliesTo'>): boolean {
  const unread = finding.status === 'unknown' && finding.environment === null;
  return unread || appliesTo.classes.includes(finding.class);
}
