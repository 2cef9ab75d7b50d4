import type { FailFinding } from '../evaluate/finding.ts';
import { isChildSubject } from '../evaluate/reads.ts';
import type { PatchChange, Policy } from '../policy/policy.schema.ts';
import type { Row } from '../snapshot/snapshot.ts';
import { graphTableOf } from '../snapshot/tables.ts';
import { PlanError } from './errors.ts';
import { fillValue, type ValueLookup, valuesOf } from './placeholders.ts';

/** One change with its values, ready to be made. Texts of `where` are in lower case, one of each column must meet. */
export interface Change {
  readonly table: string;
  readonly type: string;
  readonly where: readonly (readonly [path: string, values: ReadonlySet<string>])[];
  readonly set: readonly (readonly [path: string, value: unknown])[];
  readonly append: readonly (readonly [path: string, value: unknown])[];
  readonly upsert: Row | null;
  readonly remove: boolean;
}

/**
 * The changes that a policy's patch makes for one finding, at the clock of the judgement.
 * Throws PlanError `patch-not-applicable` where a value is not known, `unknown-placeholder` for a name that nothing has.
 */
export function changesFor(finding: FailFinding, policy: Policy, now: string): readonly Change[] {
  const values = patchValues(finding, policy, now);
  return (policy.remediation.patch ?? []).map((change) => filled(change, policy, values));
}

function patchValues(finding: FailFinding, policy: Policy, now: string): ValueLookup {
  const own = valuesOf(finding, policy);
  const extra = new Map<string, unknown>([
    ['clock.time', now],
    ['clock.seconds', Math.floor(Date.parse(now) / 1000)],
    ...Object.entries(policy.remediation.examples ?? {}).map(([name, value]) => [`example.${name}`, value] as const),
  ]);
  return (name) => (extra.has(name) ? { value: extra.get(name) } : own(name));
}

function filled(change: PatchChange, policy: Policy, values: ValueLookup): Change {
  const take = (template: unknown): unknown => {
    const { value, unresolved } = fillValue(template, values);
    if (unresolved.length > 0) throw notApplicable(`the value of ${[...new Set(unresolved)].join(', ')} is not known`);
    return value;
  };
  const entries = (part: Readonly<Record<string, unknown>> | undefined) =>
    Object.entries(part ?? {}).map(([path, template]) => [path, take(template)] as const);
  const type = change.type ?? policy.subject;
  const table = change.table ?? tableOf(type, policy);
  const upsert = change.upsert === undefined ? null : wholeRow(Object.fromEntries(entries(change.upsert)), table, type);
  const where = change.where ?? { id: upsert === null ? '{id}' : String(upsert.id) };
  return {
    table,
    type,
    where: (upsert !== null && change.where === undefined ? Object.entries(where) : entries(where)).map(
      ([path, value]) => [path, textsOf(value)] as const,
    ),
    set: entries(change.set),
    append: entries(change.append),
    upsert,
    remove: change.remove === true,
  };
}

/** What a patch cannot do to this snapshot, as a sentence for the plan. */
export function notApplicable(message: string): PlanError {
  return new PlanError('patch-not-applicable', message);
}

function tableOf(type: string, policy: Policy): string {
  return type === policy.subject && isChildSubject(policy) ? 'childresources' : graphTableOf(type);
}

/** A row as a reader would have written it: what follows from the id is filled in where the patch leaves it out. */
function wholeRow(columns: Row, table: string, type: string): Row {
  const id = String(columns.id);
  const scope = /^\/subscriptions\/([^/]+)(?:\/resourcegroups\/([^/]+))?/i.exec(id);
  return {
    name: id.slice(id.lastIndexOf('/') + 1),
    type,
    ...(scope?.[1] === undefined ? {} : { subscriptionId: scope[1] }),
    ...(scope?.[2] === undefined ? {} : { resourceGroup: scope[2].toLowerCase() }),
    ...(table === 'childresources' ? { absent: false } : {}),
    ...columns,
  };
}

function textsOf(value: unknown): ReadonlySet<string> {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return new Set(values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)).toLowerCase()));
}
