import { type Static, Type } from '@sinclair/typebox';
import { assessabilities, ceilings, mappingStrengths } from './framework.ts';
import { processEvidences } from './process-evidence.ts';

const closed = { additionalProperties: false } as const;
const literals = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
const Count = Type.Integer({ minimum: 0 });
const Text = Type.String({ minLength: 3 });

const Evidence = Type.Object(
  {
    strength: literals(mappingStrengths),
    /** Topics of policies; `pg.*` is every policy of that service. */
    topics: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z]+\\.([a-z0-9-]+|\\*)$' }), { minItems: 1 })),
    processEvidence: Type.Optional(Type.Array(literals(processEvidences), { minItems: 1 })),
  },
  closed,
);

const Subcategory = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Z]+ \\d{1,2}\\.\\d{1,2}$' }),
    title: Text,
    assessability: literals(assessabilities),
    /** The best status that evidence without a valid statement may reach. */
    ceiling: literals(ceilings),
    evidence: Type.Array(Evidence),
    rationale: Text,
    /** What a person must state. */
    attestation: Text,
  },
  closed,
);

/** A framework's outcomes with what technical evidence can say of each (`controls/nist-ai-rmf.yaml`). */
export const catalogueSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('ControlCatalog'),
    metadata: Type.Object(
      {
        id: Type.String({ pattern: '^[a-z0-9-]+$' }),
        version: Type.String({ minLength: 1 }),
        title: Text,
        publisher: Type.String(),
        source: Type.String(),
        status: literals(['current', 'superseded']),
      },
      closed,
    ),
    notice: Type.Optional(Type.String()),
    expect: Type.Object(
      {
        groups: Count,
        controls: Count,
        perFunction: Type.Record(Type.String(), Count),
        assessability: Type.Optional(Type.Record(Type.String(), Count)),
        strength: Type.Optional(Type.Record(Type.String(), Count)),
      },
      closed,
    ),
    statement: Type.Object(
      {
        maxAge: Type.String({ format: 'duration' }),
        by: literals(['customer', 'provider', 'both']),
        evidenceMin: Count,
      },
      closed,
    ),
    functions: Type.Array(
      Type.Object(
        { id: Type.String({ pattern: '^[A-Z]+$' }), title: Text, aliases: Type.Array(Type.String({ minLength: 2 })) },
        closed,
      ),
    ),
    groups: Type.Array(
      Type.Object({ id: Type.String({ pattern: '^[A-Z]+ \\d{1,2}$' }), parent: Type.String(), title: Text }, closed),
    ),
    controls: Type.Array(Subcategory, { minItems: 1 }),
  },
  closed,
);

export type ControlCatalog = Static<typeof catalogueSchema>;
export type CatalogueEntry = Static<typeof Subcategory>;
