import { type Static, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

const uuid = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';
const Uuid = Type.String({ pattern: uuid, description: 'a UUID such as 11111111-1111-4111-8111-111111111111' });
const Text = Type.String({ minLength: 1 });
const State = Type.Unsafe<string>({
  enum: ['Enabled', 'Warned', 'PastDue', 'Disabled', 'Deleted'],
  description: 'Enabled, Warned, PastDue, Disabled or Deleted',
});
const Tags = Type.Record(Type.String(), Type.String());

/** The most resources that one generated estate may hold; beyond it memory, not Azure, is what gets measured. */
const mostGenerated = 100_000;

/** `estate.yaml`: what the tenant looks like around its resources. */
export const EstateFile = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('Estate'),
    metadata: Type.Object({ id: Type.String({ pattern: '^[a-z0-9-]+$' }), title: Text }, closed),
    asOf: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,7})?Z$',
      description: 'a moment in UTC such as 2026-11-20T02:00:00Z',
    }),
    tenant: Uuid,
    principal: Type.Object({ objectId: Uuid, appId: Uuid, name: Text }, closed),
    subscriptions: Type.Array(
      Type.Object(
        {
          id: Uuid,
          name: Text,
          state: State,
          tags: Type.Optional(Tags),
          managementGroups: Type.Optional(Type.Array(Text, { minItems: 1 })),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    unreadable: Type.Optional(Type.Array(Uuid)),
    faults: Type.Optional(Type.Array(Text)),
    generate: Type.Optional(
      Type.Object(
        {
          storageAccounts: Type.Integer({ minimum: 1, maximum: mostGenerated }),
          seed: Type.Integer({ minimum: 0 }),
          subscription: Uuid,
          resourceGroup: Text,
          location: Text,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type EstateFile = Static<typeof EstateFile>;

/** A body as Azure Resource Manager answers it; everything beyond these keys is carried as it stands. */
const ArmBodySchema = Type.Object({
  id: Type.String({ pattern: '^/', description: 'an ARM id, starting with a slash' }),
  name: Text,
  type: Type.String({ pattern: '^[^/]+(/[^/]+)+$', description: 'a type such as Microsoft.Storage/storageAccounts' }),
  properties: Type.Optional(Type.Unknown()),
});
export type ArmBody = Static<typeof ArmBodySchema> & Readonly<Record<string, unknown>>;

/** One entry of `arm/**\/*.json`: a resource, what lies below it, and how Resource Graph sees it otherwise than ARM. */
export const EstateEntry = Type.Object(
  {
    source: Type.Optional(Type.String()),
    resource: ArmBodySchema,
    children: Type.Optional(Type.Array(ArmBodySchema)),
    graph: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  closed,
);
export interface EstateEntry {
  readonly source?: string;
  readonly resource: ArmBody;
  readonly children?: readonly ArmBody[];
  readonly graph?: Readonly<Record<string, unknown>>;
}
