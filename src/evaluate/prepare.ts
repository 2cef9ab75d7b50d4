import { type CompiledQuery, compile } from '../kql/engine.ts';
import { compileExpectation, type Expectation, factsNamed, parametersIn } from '../policy/expectation.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { tableSchemas } from '../snapshot/tables.ts';

/** A policy made ready to judge with: compiled once, used for every resource. */
export interface Prepared {
  readonly policy: Policy;
  readonly query: CompiledQuery;
  /** Facts that must be known, and whether the schema admits null for them. */
  readonly facts: ReadonlyMap<string, boolean>;
  /** Parameters that each of the two schemas asks for. */
  readonly parametersUsed: { readonly applies: readonly string[]; readonly expectation: readonly string[] };
  applies(parameters: Readonly<Record<string, unknown>>): Expectation;
  expects(parameters: Readonly<Record<string, unknown>>): Expectation;
}

/** The compile options under which every policy query runs: the tables that a snapshot may hold. */
export const queryOptions = { schema: tableSchemas, implicitTable: 'resources' } as const;

const ALWAYS: Expectation = () => [];

/** Compiles a policy's query and schemas. Throws KqlError where the query is not one. */
export function prepare(policy: Policy, query = compile(policy.query, queryOptions)): Prepared {
  const when = policy.applies?.when;
  return {
    policy,
    query,
    facts: factsNamed({ allOf: [when ?? {}, policy.expectation] }),
    parametersUsed: { applies: parametersIn(when ?? {}), expectation: parametersIn(policy.expectation) },
    applies: when === undefined ? () => ALWAYS : cached((values) => compileExpectation(when, values)),
    expects: cached((values) => compileExpectation(policy.expectation, values)),
  };
}

/** One compiled schema for each distinct set of parameters: as many as there are environments, not resources. */
function cached(make: (values: Readonly<Record<string, unknown>>) => Expectation) {
  const made = new Map<string, Expectation>();
  return (values: Readonly<Record<string, unknown>>): Expectation => {
    const key = JSON.stringify(values);
    const known = made.get(key) ?? make(values);
    made.set(key, known);
    return known;
  };
}
