import { type Static, Type } from '@sinclair/typebox';
import { environmentClasses } from '../workload/workload.schema.ts';

const closed = { additionalProperties: false } as const;
const literals = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
const PolicyId = Type.String({ pattern: '^[a-z0-9-]+$' });
const Id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });
const Day = Type.String({ format: 'date', description: 'a calendar day, for example 2026-11-02' });
const Mail = Type.String({ format: 'email' });
const Duration = Type.String({ format: 'duration' });
const perClass = <T extends ReturnType<typeof Type.Boolean>>(value: T) =>
  Type.Object(
    { dev: Type.Optional(value), test: Type.Optional(value), uat: Type.Optional(value), prod: Type.Optional(value) },
    closed,
  );

const Attested = Type.Object(
  {
    required: perClass(Type.Boolean()),
    question: Type.String({ minLength: 10 }),
    maxAge: Duration,
    by: literals(['customer', 'provider', 'both']),
    evidenceMin: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);

const Item = Type.Object(
  {
    id: Id,
    title: Type.String(),
    requirements: Type.Optional(Type.Array(Type.String({ pattern: '^REQ-\\d{3}$' }))),
    policies: Type.Array(Type.Object({ ref: PolicyId, role: literals(['required', 'informative']) }, closed)),
    attestation: Type.Optional(Attested),
    evidence: Type.Optional(
      Type.Array(
        Type.Object(
          { id: Type.String(), from: Type.String(), columns: Type.Optional(Type.Array(Type.String())) },
          closed,
        ),
      ),
    ),
    note: Type.Optional(Type.String()),
    /** People alone decide this item; without it an item that names no policy is unknown, whatever was stated. */
    manual: Type.Optional(Type.Boolean()),
  },
  closed,
);

const Mapping = Type.Object(
  {
    to: Type.String({ pattern: '^[a-z0-9-]+@[^#]+#.+$' }),
    relation: literals(['supports', 'overlaps', 'none']),
    strength: Type.Optional(literals(['direct', 'supporting', 'context'])),
    rationale: Type.Optional(Type.String()),
    confidence: literals(['sourced', 'believed', 'reviewed']),
    source: Type.Optional(Type.String()),
  },
  closed,
);

/** An organisation's control: items that findings and statements decide. */
export const controlSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('Control'),
    metadata: Type.Object(
      {
        id: Id,
        catalog: Type.String({ pattern: '^[a-z0-9-]+@.+$' }),
        title: Type.String(),
        owner: Type.String(),
        status: literals(['active', 'draft', 'retired']),
      },
      closed,
    ),
    intent: Type.String(),
    appliesTo: Type.Object(
      { classes: Type.Array(literals(environmentClasses)), types: Type.Array(Type.String()) },
      closed,
    ),
    items: Type.Array(Item, { minItems: 1 }),
    aggregation: Type.Optional(
      Type.Object(
        {
          items: Type.Literal('worst'),
          emptyScope: literals(['unknown', 'not-applicable']),
          waivers: Type.Literal('met-with-waivers'),
        },
        closed,
      ),
    ),
    mappings: Type.Optional(Type.Array(Mapping)),
    narrative: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  closed,
);

const waiverFields = {
  apiVersion: Type.Literal('assay/v1'),
  metadata: Type.Object({ id: Id }, closed),
  policy: PolicyId,
  scope: Type.Object(
    {
      subjects: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
      environments: Type.Optional(Type.Array(Type.String())),
      breadth: Type.Optional(Type.Literal('wide')),
    },
    closed,
  ),
  reason: Type.String({ minLength: 20 }),
  compensating: Type.Optional(Type.Array(PolicyId)),
  risk: literals(['low', 'medium', 'high']),
  requestedBy: Mail,
  approvedBy: Mail,
  approverRole: Type.Optional(literals(['customer', 'provider'])),
  approvedOn: Day,
  /** Inclusive: the waiver holds until the end of this day, UTC. */
  expires: Day,
  reference: Type.Optional(Type.String()),
};

/** Accepts one fail for a time. It never touches an unknown. */
export const waiverSchema = Type.Object({ ...waiverFields, kind: Type.Literal('Waiver') }, closed);

/** Accepts, under the same rules and shown apart, that something could not be read. */
export const acceptUnknownSchema = Type.Object({ ...waiverFields, kind: Type.Literal('AcceptUnknown') }, closed);

/** A person's dated statement on one control item. */
export const attestationSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('Attestation'),
    metadata: Type.Object({ id: Id }, closed),
    item: Type.String({ pattern: '^[a-z0-9-]+@[^#]+#.+$' }),
    environments: Type.Array(Type.String(), { minItems: 1 }),
    statement: literals(['yes', 'yes-with-comment', 'no', 'not-applicable']),
    text: Type.String({ minLength: 10 }),
    attester: Type.Object(
      { name: Type.String(), role: Type.String(), organisation: Type.Optional(Type.String()) },
      closed,
    ),
    assessedOn: Day,
    validUntil: Day,
    evidence: Type.Optional(
      Type.Array(
        Type.Object(
          {
            file: Type.String(),
            sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
            mediaType: Type.Optional(Type.String()),
            description: Type.Optional(Type.String()),
          },
          closed,
        ),
      ),
    ),
  },
  closed,
);

export type Control = Static<typeof controlSchema>;
export type ControlItem = Static<typeof Item>;
export type ControlMapping = Static<typeof Mapping>;
export type Waiver = Static<typeof waiverSchema>;
export type AcceptUnknown = Static<typeof acceptUnknownSchema>;
export type Attestation = Static<typeof attestationSchema>;
