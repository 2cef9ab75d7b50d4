import { type Static, Type } from '@sinclair/typebox';
import { severities } from './severity.ts';

export type { Severity } from './severity.ts';

const closed = { additionalProperties: false } as const;

/** The ten rows of the responsibility matrix: a finding's owner follows from its policy's activity. */
export const activities = [
  'postgresql-deployment',
  'pgvector-configuration',
  'blob-deployment',
  'lifecycle-configuration',
  'encryption-setup',
  'monitoring',
  'backup-recovery',
  'updates',
  'troubleshooting',
  'compliance-documentation',
] as const;
export type Activity = (typeof activities)[number];

export const remediationClasses = [
  'online-patch',
  'restart',
  'in-place-upgrade',
  'replace-by-restore',
  'creation-only',
  'irreversible',
  'process',
] as const;
export type RemediationClass = (typeof remediationClasses)[number];

export const unknownReasons = [
  'access-denied',
  'not-collected',
  'not-returned',
  'field-missing',
  'parameter-missing',
  'truncated',
  'stale',
  'unsupported-scope',
  'empty-scope',
  'evaluation-error',
] as const;
export type UnknownReason = (typeof unknownReasons)[number];

const literals = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
const Json = Type.Record(Type.String(), Type.Unknown());
const Column = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' });
const TypeName = Type.String({ pattern: '^[a-z0-9.]+(/[a-z0-9]+)+$', description: 'lower case, as Resource Graph' });

/** One further read: a child type, a joined Resource Graph type, or rows of a reference kind. `of` names the column that holds the resource id (or ids) the read must have been made for. */
const Read = Type.Union([
  Type.Object({ childresources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ resources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ authorizationresources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ securityresources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ recoveryservicesresources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ policyresources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ reference: Type.String() }, closed),
]);

const Parameter = Type.Object(
  {
    type: literals(['string', 'integer', 'number', 'boolean', 'duration', 'version', 'array']),
    description: Type.Optional(Type.String()),
    /** The strictest value, that of prod. */
    default: Type.Optional(Type.Unknown()),
    classes: Type.Optional(
      Type.Object(
        {
          dev: Type.Optional(Type.Unknown()),
          test: Type.Optional(Type.Unknown()),
          uat: Type.Optional(Type.Unknown()),
          prod: Type.Optional(Type.Unknown()),
        },
        closed,
      ),
    ),
    from: Type.Optional(Type.String({ pattern: '^workload\\.[A-Za-z][A-Za-z0-9.]*$' })),
  },
  closed,
);

const Expected = Type.Union([
  literals(['pass', 'fail', 'not-applicable']),
  Type.Object(
    {
      status: literals(['pass', 'fail', 'unknown', 'not-applicable']),
      reason: Type.Optional(literals(unknownReasons)),
    },
    closed,
  ),
]);

const PolicyTest = Type.Object(
  {
    name: Type.String({ minLength: 3 }),
    class: literals(['dev', 'test', 'uat', 'prod']),
    asOf: Type.Optional(Type.String()),
    parameters: Type.Optional(Json),
    tables: Type.Record(Type.String(), Type.Array(Json)),
    reads: Type.Optional(Type.Array(Json)),
    errors: Type.Optional(Type.Array(Json)),
    expect: Type.Record(Type.String(), Expected, { minProperties: 1 }),
  },
  closed,
);

const Remediation = Type.Object(
  {
    class: literals(remediationClasses),
    downtime: literals(['none', 'short-restart', 'minutes', 'hours', 'migration']),
    effort: Type.Optional(literals(['minutes', 'hours', 'days', 'weeks'])),
    approval: Type.Optional(literals(['none', 'customer'])),
    /** Policies whose finding on the same resource must be repaired first. */
    after: Type.Optional(Type.Array(Type.String())),
    willBreak: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    /** File name to content: what the command lines refer to. */
    files: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]+$' }), Type.String())),
    az: Type.Array(Type.String(), { minItems: 1 }),
    verify: Type.Optional(Type.String()),
  },
  closed,
);

/** A policy file (`policies/<service>/<id>.yaml`). */
export const policySchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('Policy'),
    metadata: Type.Object(
      {
        id: Type.String({ pattern: '^[a-z0-9-]+$' }),
        title: Type.String({ minLength: 5 }),
        topic: Type.String({ pattern: '^[a-z]+\\.[a-z0-9-]+$' }),
        severity: literals(severities),
        activity: literals(activities),
        requirements: Type.Array(Type.String({ pattern: '^REQ-\\d{3}$' })),
        azurePolicy: Type.Optional(Type.Array(Type.String({ format: 'uuid' }))),
        references: Type.Optional(Type.Array(Type.String())),
        rationale: Type.Optional(Type.String()),
        /** What a careless reading gets wrong here, or `none known: <reason>`. */
        trap: Type.String({ minLength: 5 }),
      },
      closed,
    ),
    subject: Type.Union([TypeName, Type.Literal('workload')]),
    reads: Type.Optional(Type.Array(Read)),
    parameters: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]*$' }), Parameter)),
    query: Type.String({ minLength: 10 }),
    applies: Type.Optional(Type.Object({ when: Json, otherwise: Type.String({ minLength: 3 }) }, closed)),
    expectation: Json,
    message: Type.String({ minLength: 5 }),
    remediation: Remediation,
    tests: Type.Array(PolicyTest, { minItems: 3 }),
  },
  closed,
);

export type Policy = Static<typeof policySchema>;
export type PolicyRead = Static<typeof Read>;
export type PolicyParameter = Static<typeof Parameter>;
export type PolicyTestCase = Static<typeof PolicyTest>;
export type PolicyRemediation = Static<typeof Remediation>;
