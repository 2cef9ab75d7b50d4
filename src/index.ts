// The library's public surface, explicit names only. Everything heavy is loaded by the function that needs it.

export { loadPolicies, type SealInput, seal, type Verified, verify } from './commands/library.ts';
export { assess } from './control/assess.ts';
export type { Assessment, ControlAssessment, ItemStatus } from './control/assessment.ts';
export type { AcceptUnknown, Attestation, Control, Waiver } from './control/control.schema.ts';
export { rollUpSubcategory } from './control/framework.ts';
export { type EvaluateInput, evaluate } from './evaluate/evaluate.ts';
export type { Finding, FindingStatus } from './evaluate/finding.ts';
export { InputError, type InputProblem } from './inputs/input-error.ts';
export type { Policy } from './policy/policy.schema.ts';
export { plan } from './remediate/plan.ts';
export type { Plan, Step } from './remediate/step.ts';
export { openSnapshot } from './snapshot/read.ts';
export { type InMemoryTables, type Row, type Snapshot, snapshotFrom } from './snapshot/snapshot.ts';
export type { Workload } from './workload/workload.schema.ts';
