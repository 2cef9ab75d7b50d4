import type { Finding } from '../evaluate/finding.ts';
import type { ControlMapping } from './control.schema.ts';
import type { CountsWithAccepted } from './counts.ts';
import type { Assessability, Ceiling, MappingStrength, SubcategoryStatus } from './framework.ts';
import type { ProcessState } from './process-evidence.ts';

/** Worst first: the order of the roll-up (shapes of the status model). */
export const itemStatuses = [
  'not-met',
  'unknown',
  'attestation-needed',
  'met-with-waivers',
  'met',
  'not-applicable',
] as const;
export type ItemStatus = (typeof itemStatuses)[number];

/** A finding with what a person accepted laid over it. `waived` stands on a fail only, `accepted` on an unknown only. */
export interface AssessedFinding {
  readonly finding: Finding;
  readonly waived?: { readonly waiver: string; readonly expires: string };
  readonly accepted?: { readonly waiver: string; readonly expires: string };
}

/** A waived fail counts as waived and not as a fail; an accepted unknown stays an unknown. */
export interface PolicyCounts {
  readonly pass: number;
  readonly fail: number;
  readonly waived: number;
  readonly unknown: number;
  readonly notApplicable: number;
}

export interface ItemPolicy extends PolicyCounts {
  readonly policy: string;
  readonly role: 'required' | 'informative';
  readonly inPack: boolean;
}

export interface ItemAttestation {
  readonly question: string;
  readonly by: string;
  /** `not-required` where no environment in scope asks for it. */
  readonly state:
    | 'valid'
    | 'missing'
    | 'expired'
    | 'future-dated'
    | 'out-of-scope'
    | 'evidence-mismatch'
    | 'said-no'
    | 'not-required';
  readonly attestation: string | null;
  readonly validUntil: string | null;
  readonly because: string;
}

export interface ItemAssessment {
  readonly id: string;
  readonly title: string;
  readonly status: ItemStatus;
  readonly because: string;
  readonly requirements: readonly string[];
  readonly policies: readonly ItemPolicy[];
  readonly attestation: ItemAttestation | null;
  /** Unknown findings of required policies by reason. */
  readonly unknownReasons: Readonly<Record<string, number>>;
  /** A statement says yes while a required policy fails. */
  readonly conflict: string | null;
}

export interface ControlAssessment {
  readonly id: string;
  readonly catalog: string;
  readonly title: string;
  readonly owner: string;
  readonly intent: string;
  readonly status: ItemStatus;
  readonly because: string;
  readonly items: readonly ItemAssessment[];
  readonly mappings: readonly ControlMapping[];
  readonly narrative: Readonly<Record<string, string>>;
}

export interface WaiverState {
  readonly id: string;
  readonly kind: 'Waiver' | 'AcceptUnknown';
  readonly policy: string;
  readonly state: 'active' | 'near-expiry' | 'expired' | 'unmatched' | 'refused';
  /** Why it is refused, expired or unmatched; how many days are left when near. */
  readonly because: string;
  readonly expires: string;
  readonly approvedBy: string;
  /** As whom: provider or customer; null where the file does not say. */
  readonly approverRole: string | null;
  readonly requestedBy: string;
  /** Of its scope; none where the subjects alone bound it. */
  readonly environments: readonly string[];
  readonly risk: string;
  readonly reason: string;
  readonly reference: string | null;
  readonly findings: readonly string[];
}

export interface AttestationState {
  readonly id: string;
  readonly item: string;
  readonly environments: readonly string[];
  readonly statement: string;
  readonly attester: string;
  readonly role: string;
  readonly assessedOn: string;
  readonly validUntil: string;
  readonly state: 'valid' | 'expired' | 'future-dated' | 'evidence-mismatch' | 'unmatched' | 'refused';
  readonly because: string;
}

/** A policy that bears on a subcategory. */
export interface FrameworkPolicy {
  readonly policy: string;
  readonly topic: string;
  readonly strength: MappingStrength;
  readonly counts: CountsWithAccepted;
}

/** A control that was mapped to a subcategory, or looked at and not mapped (`none`). Listed; it never moves a status. */
export interface FrameworkControl {
  readonly control: string;
  readonly status: ItemStatus;
  readonly relation: ControlMapping['relation'];
  readonly strength: MappingStrength | null;
  readonly rationale: string;
  readonly confidence: ControlMapping['confidence'];
}

/** What would have to be there for more: a statement that is asked for, or a policy of a topic that has none. */
export interface FrameworkMissing {
  readonly kind: 'statement' | 'policy';
  readonly what: string;
  readonly because: string;
}

export interface FrameworkSubcategory {
  readonly id: string;
  readonly function: string;
  readonly group: string;
  readonly groupTitle: string;
  readonly title: string;
  readonly assessability: Assessability;
  readonly ceiling: Ceiling;
  /** The strongest that evidence of it can be, by the catalogue. */
  readonly strength: MappingStrength | 'none';
  readonly rationale: string;
  readonly status: SubcategoryStatus;
  readonly because: string;
  readonly policies: readonly FrameworkPolicy[];
  readonly process: readonly (ProcessState & { readonly strength: MappingStrength })[];
  readonly statement: ItemAttestation;
  readonly controls: readonly FrameworkControl[];
  readonly missing: readonly FrameworkMissing[];
}

type ByStatus = Readonly<Record<SubcategoryStatus, number>>;

export interface FrameworkCounts {
  readonly total: number;
  readonly groups: number;
  readonly byStatus: ByStatus;
  readonly functions: readonly { readonly function: string; readonly total: number; readonly byStatus: ByStatus }[];
  readonly strengths: Readonly<Record<string, number>>;
  /** Subcategories that are not manual: evidence can support them. */
  readonly evidencePossible: number;
  /** Those with a judged direct or supporting policy, or with process evidence of such strength that was shown. */
  readonly withEvidence: number;
  readonly withPolicies: number;
  /** Manual subcategories: only people decide. */
  readonly peopleOnly: number;
  readonly needStatement: number;
  readonly stated: number;
}

/** Every subcategory of a framework, in the order of its catalogue. */
export interface FrameworkView {
  readonly catalog: string;
  readonly title: string;
  readonly source: string;
  readonly notice: string;
  readonly counts: FrameworkCounts;
  /** Topics that the catalogue names and no policy of the pack serves. */
  readonly unresolvedTopics: readonly string[];
  readonly subcategories: readonly FrameworkSubcategory[];
}

export interface Assessment {
  readonly controls: readonly ControlAssessment[];
  readonly findings: readonly AssessedFinding[];
  readonly waivers: readonly WaiverState[];
  readonly attestations: readonly AttestationState[];
  /** Left out where no catalogue was given. */
  readonly framework?: FrameworkView;
}
