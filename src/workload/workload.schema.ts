import { type Static, Type } from '@sinclair/typebox';

/** The closed set of classes that policies and controls speak of; environments are the workload's own names. */
export const environmentClasses = ['dev', 'test', 'uat', 'prod'] as const;
export type EnvironmentClass = (typeof environmentClasses)[number];

const closed = { additionalProperties: false } as const;
const Duration = Type.String({ format: 'duration', description: 'ISO 8601, for example P90D or PT1H' });
const Id = Type.String({ pattern: '^[a-z0-9-]+$' });

export const Class = Type.Unsafe<EnvironmentClass>({ type: 'string', enum: [...environmentClasses] });

/** The vault and key that the stores must use: for the whole workload, or for one environment. */
const KeyVault = Type.Object(
  {
    name: Type.String(),
    key: Type.Optional(Type.String()),
    sameKey: Type.Optional(Type.Union([Type.Literal('report'), Type.Boolean()])),
    geoVault: Type.Optional(Type.String()),
  },
  closed,
);

/** Who may hold a broad role: object ids of users, groups and service principals, as role assignments name them. */
const Access = Type.Object({ broadPrincipals: Type.Array(Type.String({ format: 'uuid' })) }, closed);

const Environment = Type.Object(
  {
    scopes: Type.Optional(Type.Array(Type.String({ pattern: '^/subscriptions/[^/]+(/resource[gG]roups/[^/]+)?$' }))),
    class: Class,
    keyVault: Type.Optional(KeyVault),
    access: Type.Optional(Access),
    expect: Type.Optional(
      Type.Object(
        {
          flexibleServers: Type.Optional(Type.Integer({ minimum: 0 })),
          storageAccounts: Type.Optional(Type.Integer({ minimum: 0 })),
          vaults: Type.Optional(Type.Integer({ minimum: 0 })),
        },
        closed,
      ),
    ),
    parameters: Type.Optional(Type.Record(Id, Type.Record(Type.String(), Type.Unknown()))),
    load: Type.Optional(
      Type.Object(
        {
          sessions: Type.Optional(Type.Integer({ minimum: 0 })),
          vectors: Type.Optional(Type.Integer({ minimum: 0 })),
          dims: Type.Optional(Type.Integer({ minimum: 1 })),
          connections: Type.Optional(Type.Integer({ minimum: 0 })),
          dataGB: Type.Optional(Type.Number({ minimum: 0 })),
        },
        closed,
      ),
    ),
    blob: Type.Optional(
      Type.Object(
        {
          documentsPerMonth: Type.Optional(Type.Number({ minimum: 0 })),
          avgMB: Type.Optional(Type.Number({ minimum: 0 })),
          retentionDays: Type.Optional(Type.Integer({ minimum: 1 })),
          access: Type.Optional(Type.Union([Type.Literal('frequent'), Type.Literal('moderate'), Type.Literal('rare')])),
          recordPrefix: Type.Optional(Type.String()),
          lifecycleMode: Type.Optional(Type.Union([Type.Literal('modification'), Type.Literal('lastAccess')])),
          worm: Type.Optional(Type.Array(Type.String())),
        },
        closed,
      ),
    ),
    recovery: Type.Optional(
      Type.Object(
        {
          rpo: Type.Optional(Duration),
          rto: Type.Optional(Duration),
          backupDays: Type.Optional(Type.Integer({ minimum: 7, maximum: 35 })),
          restoreTestEvery: Type.Optional(Duration),
        },
        closed,
      ),
    ),
    network: Type.Optional(
      Type.Object(
        {
          model: Type.Union([Type.Literal('private-endpoint'), Type.Literal('vnet-injection'), Type.Literal('public')]),
        },
        closed,
      ),
    ),
    tls: Type.Optional(
      Type.Object({ postgresMin: Type.Optional(Type.String()), storageMin: Type.Optional(Type.String()) }, closed),
    ),
    rotation: Type.Optional(Type.Object({ max: Type.Optional(Duration), overlap: Type.Optional(Duration) }, closed)),
    budget: Type.Optional(
      Type.Object(
        {
          amount: Type.Number({ minimum: 0 }),
          currency: Type.String({ pattern: '^[A-Z]{3}$' }),
          alerts: Type.Array(Type.Number({ minimum: 0 })),
        },
        closed,
      ),
    ),
    maintenance: Type.Optional(
      Type.Object(
        {
          day: Type.Unsafe<string>({ type: 'string', enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }),
          start: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
          hours: Type.Integer({ minimum: 1, maximum: 24 }),
        },
        closed,
      ),
    ),
  },
  closed,
);

const Contact = Type.Object(
  { mail: Type.String({ format: 'email' }), party: Type.Union([Type.Literal('provider'), Type.Literal('customer')]) },
  closed,
);

/** `assay.yaml`: what should exist, so that what is missing can be seen. */
export const workloadSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('Workload'),
    metadata: Type.Object({ id: Id, title: Type.Optional(Type.String()) }, closed),
    tenant: Type.Optional(Type.String({ format: 'uuid' })),
    responsibility: Type.Optional(
      Type.Object(
        {
          provider: Type.Optional(Type.String()),
          customer: Type.Optional(Type.String()),
          contacts: Type.Optional(Type.Record(Id, Contact)),
        },
        closed,
      ),
    ),
    match: Type.Optional(
      Type.Object(
        {
          tags: Type.Optional(Type.Record(Type.String(), Type.String())),
          environmentTag: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    regions: Type.Optional(
      Type.Object({ allowed: Type.Optional(Type.Array(Type.String())), paired: Type.Optional(Type.String()) }, closed),
    ),
    shared: Type.Optional(Type.Object({ scopes: Type.Array(Type.String()) }, closed)),
    keyVault: Type.Optional(KeyVault),
    access: Type.Optional(Access),
    environments: Type.Record(Id, Environment),
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  closed,
);

export type Workload = Static<typeof workloadSchema>;
export type WorkloadEnvironment = Static<typeof Environment>;
