import type { FindingStatus } from '../evaluate/finding.ts';
import type { Activity, RemediationClass, Severity } from '../policy/policy.schema.ts';

/** Who does a step: from the policy's activity through the responsibility matrix; the contact from the declaration. */
export interface StepOwner {
  readonly role: string;
  readonly party: 'provider' | 'customer';
  readonly contact: string | null;
  /** What the other party must give before the step can start, for example an approval. */
  readonly customerInput: string | null;
}

/** Another finding that is no longer what it was: `none` was not there before, `gone` is not there any more. */
export interface AlsoChanges {
  readonly finding: string;
  readonly policy: string;
  readonly resource: string;
  readonly from: FindingStatus | 'none';
  readonly to: FindingStatus | 'gone';
}

/** What judging again gave, after the step's patch was applied to the snapshot's rows in memory. */
export interface Proof {
  readonly before: FindingStatus;
  /** `pass` is the proof; anything else says that the commands would not repair it. */
  readonly after: FindingStatus | 'gone';
  /** The sentence of the finding afterwards. */
  readonly because: string;
  readonly alsoChanges: readonly AlsoChanges[];
  /** Other findings that change beyond those named. */
  readonly more: number;
  /** What the patch took for granted: stand-ins for values that only the customer knows, states that others bring about. */
  readonly assumes: readonly string[];
  /** How many steps were applied at once: 1 where this step was tried out alone. */
  readonly together: number;
}

/** Why a step could not be tried out. */
export interface Unproven {
  readonly unproven: string;
}

/** One repair of one failing finding. Command lines are shell-quoted, and complete unless `unresolved` names a gap. */
export interface Step {
  readonly id: string;
  readonly order: number;
  readonly finding: string;
  readonly policy: string;
  readonly title: string;
  readonly resource: string;
  readonly name: string;
  readonly environment: string | null;
  readonly severity: Severity;
  readonly activity: Activity;
  readonly class: RemediationClass;
  readonly downtime: string;
  readonly effort: string | null;
  readonly approval: 'none' | 'customer';
  readonly owner: StepOwner;
  readonly text: string | null;
  readonly willBreak: string | null;
  readonly az: readonly string[];
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly verify: string | null;
  /** Placeholders without a usable value: the texts show `<value unknown: …>` there, and must be completed by hand. */
  readonly unresolved: readonly string[];
  /** Ids of steps that must be done before this one. */
  readonly after: readonly string[];
  /** A waived finding keeps its step, marked, so that the plan never hides a fail. */
  readonly waivedBy: string | null;
  /** Whether it can start: not before the customer approved it, nor while a value is missing. */
  readonly state: 'waiting-for-customer' | 'incomplete' | 'ready';
  /** Other ways, and compensating controls, where nothing can be repaired in place. */
  readonly alternatives: readonly string[];
  /** Null where the step could not be tried out, for the reason in `unproven`. */
  readonly proof: Proof | null;
  readonly unproven: string | null;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly counts: Readonly<Record<string, number>>;
}
