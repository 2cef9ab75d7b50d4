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
/** Classes whose repair changes the resource in place, so that a patch can say what the rows will be afterwards. */
export const patchClasses: readonly RemediationClass[] = [
  'online-patch',
  'restart',
  'in-place-upgrade',
  'irreversible',
];

/** Classes of what can never be repaired in place: their policies name the other ways under `alternatives`. */
export const rebuildClasses: readonly RemediationClass[] = ['replace-by-restore', 'creation-only'];

export type UnknownReason = (typeof unknownReasons)[number];

const literals = <const T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
const Json = Type.Record(Type.String(), Type.Unknown());
const Column = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' });
const TypeName = Type.String({ pattern: '^[a-z0-9.]+(/[a-z0-9]+)+$', description: 'lower case, as Resource Graph' });

/** The `of` of a type whose rows may lie in any scope: it must have been read in all that were asked for. */
export const EVERY_SCOPE = '*';
const ColumnOrEveryScope = Type.Union([Column, Type.Literal(EVERY_SCOPE)]);

/**
 * One further read: a child type, a joined Resource Graph type, or rows of a reference kind. `of` names the column that
 * holds the resource id (or ids) the read must have been made for, or is `*` for every scope that was asked for.
 */
const Read = Type.Union([
  Type.Object({ childresources: TypeName, of: Type.Optional(Column) }, closed),
  Type.Object({ resources: TypeName, of: Type.Optional(ColumnOrEveryScope) }, closed),
  Type.Object({ resourcecontainers: TypeName, of: Type.Optional(ColumnOrEveryScope) }, closed),
  Type.Object({ authorizationresources: TypeName, of: Type.Optional(ColumnOrEveryScope) }, closed),
  Type.Object({ securityresources: TypeName, of: Type.Optional(ColumnOrEveryScope) }, closed),
  Type.Object({ recoveryservicesresources: TypeName, of: Type.Optional(ColumnOrEveryScope) }, closed),
  Type.Object({ policyresources: TypeName, of: Type.Optional(ColumnOrEveryScope) }, closed),
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

const Path = Type.String({
  pattern: '^[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*$',
  description: 'a column, or a path below one: properties.encryption.keySource',
});
const ArmColumn = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$' });

/**
 * One change that the command lines make to the rows of a snapshot, written as data so that it can be tried out before
 * anyone runs them. It finds rows and does one thing to each:
 *
 * - `set: { path: value }` writes values; a part of the path that is missing becomes an object. May stand with `append`.
 * - `append: { path: element }` adds one element to a list; a missing list becomes one.
 * - `upsert: { column: value }` puts one whole row in place of the rows found, or adds it where none is. It names its
 *   `id`; `name`, `subscriptionId` and `resourceGroup` follow from the id unless given, `type` is the change's, and a
 *   marker row that says that there was nothing (`absent: true`) of the same type and parent gives way.
 * - `remove: true` takes the rows away.
 *
 * Which rows: `table` and `type` (the subject's where left out) and `where`, values of columns or paths that must all
 * be equal without regard to case. A list, or a placeholder whose column is a list, means any of its values. `where`
 * names `id` or `parentId`, and is `{ id: '{id}' }` (the finding's resource) where left out; for `upsert` the row's id.
 * That `set`, `append` or `remove` finds no row is an error of the patch, shown in the plan, and never a proof.
 *
 * Values may hold placeholders: columns of the query, `{param.x}`, `{id}`, `{name}`, `{resourceGroup}`,
 * `{subscriptionId}`, `{example.X}` and the clock of the judgement (`{clock.time}` ISO 8601, `{clock.seconds}` Unix). A
 * value that is exactly one placeholder keeps its JSON type: `'{param.minDays}'` becomes the number 35.
 */
const PatchChange = Type.Object(
  {
    table: Type.Optional(
      literals([
        'resources',
        'childresources',
        'authorizationresources',
        'securityresources',
        'recoveryservicesresources',
        'policyresources',
      ]),
    ),
    type: Type.Optional(TypeName),
    where: Type.Optional(
      Type.Record(Path, Type.Union([Type.String(), Type.Array(Type.String())]), { minProperties: 1 }),
    ),
    set: Type.Optional(Type.Record(Path, Type.Unknown(), { minProperties: 1 })),
    append: Type.Optional(Type.Record(Path, Type.Unknown(), { minProperties: 1 })),
    upsert: Type.Optional(Type.Record(ArmColumn, Type.Unknown(), { minProperties: 1 })),
    remove: Type.Optional(Type.Literal(true)),
  },
  closed,
);

/** Policies whose step comes first: on the same resource, or on the one whose id (or ids) the column `of` holds. */
const After = Type.Union([Type.String(), Type.Object({ policy: Type.String(), of: Column }, closed)]);

const Remediation = Type.Object(
  {
    class: literals(remediationClasses),
    downtime: literals(['none', 'short-restart', 'minutes', 'hours', 'migration']),
    effort: Type.Optional(literals(['minutes', 'hours', 'days', 'weeks'])),
    approval: Type.Optional(literals(['none', 'customer'])),
    /** What must be repaired first: a policy id (same resource), or `{ policy, of }` (another resource). */
    after: Type.Optional(Type.Array(After)),
    willBreak: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    /** File name to content: what the command lines refer to. */
    files: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9._-]+$' }), Type.String())),
    az: Type.Array(Type.String(), { minItems: 1 }),
    verify: Type.Optional(Type.String()),
    /** What the command lines make of the rows. Demanded for classes that repair in place, refused for all others. */
    patch: Type.Optional(Type.Array(PatchChange, { minItems: 1 })),
    /**
     * Stand-ins for what only the customer knows, used in the patch as `{example.KEY_NAME}`: the name is that of the
     * shell variable which the command lines ask for. The plan says of every proof which values it assumed.
     */
    examples: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), Type.String({ minLength: 1 }))),
    /** What else the patch takes for granted, one sentence each: 'the connection is approved'. */
    assumes: Type.Optional(Type.Array(Type.String({ minLength: 5 }), { minItems: 1 })),
    /** Other ways to the same end, and compensating controls, where nothing can be repaired in place. */
    alternatives: Type.Optional(Type.Array(Type.String({ minLength: 10 }), { minItems: 1 })),
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
export type PatchChange = Static<typeof PatchChange>;
