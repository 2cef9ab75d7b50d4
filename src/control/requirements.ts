import type { Assessment, ItemAssessment, ItemStatus } from './assessment.ts';
import { type Fault, repeated, wrongCount, wrongCounts } from './catalogue.ts';
import type { Control, ControlItem } from './control.schema.ts';
import { type CountsWithAccepted, countsOf, tally } from './counts.ts';
import { groupBy } from './group-by.ts';
import type { Requirement, Requirements } from './requirements.schema.ts';
import { worst } from './roll-up.ts';

/** `open`: nothing serves it. `no-check`: a property of the service, there is nothing to check. */
export type RequirementState = ItemStatus | 'open' | 'no-check';

export interface RequirementView extends Requirement {
  readonly policies: readonly string[];
  /** Ids of the control items that name it. */
  readonly items: readonly string[];
  /** Those of the items that ask a person for a statement. */
  readonly statements: readonly string[];
  /** Null where nothing was judged. `open` and `no-check` need no judgement. */
  readonly state: RequirementState | null;
  readonly because: string;
}

export interface RequirementInput {
  readonly requirements: Requirements;
  readonly policies: readonly {
    readonly metadata: { readonly id: string; readonly requirements: readonly string[] };
  }[];
  readonly controls: readonly Control[];
  readonly assessment: Assessment | null;
}

/** What is wrong with a list of requirements that has the right shape: counts, and ids that repeat. */
export function requirementFaults({ expect, requirements }: Requirements): readonly Fault[] {
  return [
    ...wrongCount(['expect', 'requirements'], expect.requirements, requirements.length),
    ...wrongCounts(['expect', 'perKind'], expect.perKind, tally(requirements.map(({ kind }) => kind))),
    ...repeated(
      'requirements',
      requirements.map(({ id }) => id),
    ),
  ];
}

/**
 * What serves each requirement, derived from the requirements that policies and control items name, and how it stands.
 * The policies that name a requirement decide it; where none does, or it asks for a control or a statement (CTL, ATT),
 * the items that name it do. The worst decides.
 */
export function requirementsView(input: RequirementInput): readonly RequirementView[] {
  const items = input.controls
    .filter(({ metadata }) => metadata.status !== 'retired')
    .flatMap((control) => control.items.map((item) => ({ item, key: `${control.metadata.catalog}#${item.id}` })));
  const judged = input.assessment === null ? null : judgedOf(input.assessment);
  return input.requirements.requirements.map((requirement) => {
    const { id } = requirement;
    const naming = items.filter(({ item }) => (item.requirements ?? []).includes(id));
    const policies = input.policies.filter(({ metadata }) => metadata.requirements.includes(id));
    const served: Served = { policies: policies.map(({ metadata }) => metadata.id).sort(), items: naming };
    return {
      ...requirement,
      policies: served.policies,
      items: naming.map(({ item }) => item.id),
      statements: naming.filter(({ item }) => item.attestation !== undefined).map(({ item }) => item.id),
      ...stateOf(requirement, served, judged),
    };
  });
}

interface Served {
  readonly policies: readonly string[];
  readonly items: readonly { readonly item: ControlItem; readonly key: string }[];
}

interface Judged {
  readonly counts: ReadonlyMap<string, CountsWithAccepted>;
  readonly items: ReadonlyMap<string, ItemAssessment>;
}

function judgedOf({ findings, controls }: Assessment): Judged {
  const byPolicy = groupBy(findings, ({ finding }) => finding.policy);
  return {
    counts: new Map([...byPolicy].map(([policy, found]) => [policy, countsOf(found)])),
    items: new Map(
      controls.flatMap((control) => control.items.map((item) => [`${control.catalog}#${item.id}`, item] as const)),
    ),
  };
}

function stateOf(
  { kind }: Requirement,
  served: Served,
  judged: Judged | null,
): { readonly state: RequirementState | null; readonly because: string } {
  if (served.policies.length + served.items.length === 0) {
    if (kind === 'INFO') return { state: 'no-check', because: 'a property of the service' };
    return { state: 'open', because: 'no policy and no control item names it' };
  }
  if (judged === null) return { state: null, because: 'not judged: name a bundle or a snapshot' };
  const parts = [
    ...served.policies.map((id) => ({ id, status: policyStatus(judged.counts.get(id)) })),
    ...(served.policies.length === 0 || kind === 'CTL' || kind === 'ATT' ? itemParts(served, judged) : []),
  ];
  const state = worst(parts.map(({ status }) => status));
  const deciding = parts.filter(({ status }) => status === state).map(({ id }) => id);
  return { state, because: `${state}: ${deciding.join(', ')}` };
}

const itemParts = ({ items }: Served, judged: Judged) =>
  items.map(({ item, key }) => ({ id: item.id, status: judged.items.get(key)?.status ?? ('unknown' as const) }));

/** As an item with this one policy would stand; no finding at all is `unknown`, because nothing was seen. */
function policyStatus(counts: CountsWithAccepted | undefined): ItemStatus {
  if (counts === undefined) return 'unknown';
  if (counts.fail > 0) return 'not-met';
  if (counts.unknown > counts.accepted) return 'unknown';
  if (counts.waived + counts.accepted > 0) return 'met-with-waivers';
  return counts.pass > 0 ? 'met' : 'not-applicable';
}
