import { type Static, Type } from '@sinclair/typebox';
import { Ajv2020 } from 'ajv/dist/2020.js';

const Names = Type.Array(Type.String({ minLength: 1 }));
const literals = <const T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

/** The body of a Resource Graph query, api-version 2024-04-01. */
const GraphRequestBody = Type.Object({
  query: Type.String({ minLength: 1 }),
  subscriptions: Type.Optional(Names),
  managementGroups: Type.Optional(Names),
  options: Type.Optional(
    Type.Object({
      $top: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      $skip: Type.Optional(Type.Integer({ minimum: 0 })),
      $skipToken: Type.Optional(Type.String()),
      resultFormat: Type.Optional(literals('objectArray', 'table')),
      allowPartialScopes: Type.Optional(Type.Boolean()),
      authorizationScopeFilter: Type.Optional(
        literals('AtScopeAndBelow', 'AtScopeAndAbove', 'AtScopeExact', 'AtScopeAboveAndBelow'),
      ),
    }),
  ),
});
export type GraphRequest = Static<typeof GraphRequestBody>;

const validate = new Ajv2020({ strict: false }).compile<GraphRequest>(GraphRequestBody);

/** Reads a query's body. @returns a sentence when it cannot be used. */
export function readGraphRequest(body: string): GraphRequest | string {
  const value = parseJson(body);
  if (value === undefined) return 'The request content was invalid and could not be deserialized.';
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    return `The value of '${error?.instancePath.slice(1).replaceAll('/', '.') || 'body'}' ${error?.message}.`;
  }
  if ((value.subscriptions?.length ?? 0) > 0 && (value.managementGroups?.length ?? 0) > 0) {
    return "Only one of 'subscriptions' and 'managementGroups' can be given.";
  }
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
