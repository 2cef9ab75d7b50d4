import type { Mismatch } from '../policy/mismatch.ts';
import type { Activity, Severity, UnknownReason } from '../policy/policy.schema.ts';
import type { Row } from '../snapshot/snapshot.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';

export type FindingStatus = 'pass' | 'fail' | 'unknown' | 'not-applicable';

/** A read (or permission) that would settle an `unknown`. */
export interface Missing {
  readonly read: string;
  readonly resource?: string;
  readonly permission?: string;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
}

interface FindingBase {
  /** Stable over runs and machines: from the ARM id (without regard to case), the policy id and `sub`. */
  readonly id: string;
  readonly policy: string;
  readonly title: string;
  readonly topic: string;
  readonly severity: Severity;
  readonly activity: Activity;
  readonly subject: string;
  /** ARM id as Azure wrote it, a scope, or `workload/<environment>`. */
  readonly resource: string;
  readonly name: string;
  readonly sub?: string;
  readonly environment: string | null;
  readonly class: EnvironmentClass;
  /** The row that the query returned for this resource; empty where there was none. */
  readonly facts: Row;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** One sentence: why this status. */
  readonly because: string;
}

export interface PassFinding extends FindingBase {
  readonly status: 'pass';
}
export interface FailFinding extends FindingBase {
  readonly status: 'fail';
  readonly mismatches: readonly Mismatch[];
}
export interface UnknownFinding extends FindingBase {
  readonly status: 'unknown';
  readonly reason: UnknownReason;
  readonly missing: readonly Missing[];
}
export interface NotApplicableFinding extends FindingBase {
  readonly status: 'not-applicable';
}

export type Finding = PassFinding | FailFinding | UnknownFinding | NotApplicableFinding;
