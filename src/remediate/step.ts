import type { Activity, RemediationClass, Severity } from '../policy/policy.schema.ts';

/** Who does a step: from the policy's activity through the responsibility matrix; the contact from the declaration. */
export interface StepOwner {
  readonly role: string;
  readonly party: 'provider' | 'customer';
  readonly contact: string | null;
  /** What the other party must give before the step can start, for example an approval. */
  readonly customerInput: string | null;
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
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly counts: Readonly<Record<string, number>>;
}
