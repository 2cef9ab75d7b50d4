import { type Static, Type } from '@sinclair/typebox';
import type { Severity } from '../policy/severity.ts';

const closed = { additionalProperties: false } as const;
const literals = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
// Declared here, not read from the policy room: control may import only types from it.
const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const Count = Type.Integer({ minimum: 0 });

/**
 * What a requirement asks for: a policy (POL), a control item (CTL), a calculation (CALC), a report section (REP),
 * remediation data (RM), a metric (MET), a statement (ATT), a document (DOC), an evidence item (EVD), a declaration
 * (DECL), or nothing that can be checked (INFO).
 */
export const requirementKinds = [
  'POL',
  'CTL',
  'CALC',
  'REP',
  'RM',
  'MET',
  'ATT',
  'DOC',
  'EVD',
  'DECL',
  'INFO',
] as const;

const Requirement = Type.Object(
  {
    id: Type.String({ pattern: '^REQ-\\d{3}$' }),
    text: Type.String({ minLength: 10 }),
    kind: literals(requirementKinds),
    owner: literals(['provider', 'customer', 'both']),
    severity: literals(severities),
  },
  closed,
);

/** What a platform's strategy asks for, numbered (`controls/requirements.yaml`). What serves it is never written down. */
export const requirementsSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('Requirements'),
    metadata: Type.Object(
      { id: Type.String({ pattern: '^[a-z0-9-]+$' }), version: Type.String(), title: Type.String() },
      closed,
    ),
    expect: Type.Object({ requirements: Count, perKind: Type.Optional(Type.Record(Type.String(), Count)) }, closed),
    requirements: Type.Array(Requirement, { minItems: 1 }),
  },
  closed,
);

export type Requirements = Static<typeof requirementsSchema>;
export type Requirement = Static<typeof Requirement>;
