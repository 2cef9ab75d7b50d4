export type PlanErrorCode = 'unknown-placeholder' | 'placeholder-not-quotable' | 'order-cycle' | 'patch-not-applicable';

/** A sentence for a person and a code for a machine: what is wrong in a policy's remediation. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly code: PlanErrorCode;

  constructor(code: PlanErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
