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
  /** Those for which it does not. */
  readonly needed: readonly string[];
  /** Whether the query has a column `sub`: several rows a resource. */
  readonly hasSub: boolean;
  /** Parameters that decide whether the policy applies, and those that only its expectation asks for. */
  readonly parametersUsed: { readonly toApply: readonly string[]; readonly toExpect: readonly string[] };
  /** The sentence of a pass. */
  readonly asExpected: string;
  applies(parameters: Readonly<Record<string, unknown>>): Expectation;
  expects(parameters: Readonly<Record<string, unknown>>): Expectation;
}

/** The compile options under which every policy query runs: the tables that a snapshot may hold. */
export const queryOptions = { schema: tableSchemas, implicitTable: 'resources' } as const;

const ALWAYS: Expectation = () => [];

/** Compiles a policy's query and schemas. Throws KqlError where the query is not one. */
export function prepare(policy: Policy, query = compile(policy.query, queryOptions)): Prepared {
  const when = policy.applies?.when;
  const facts = factsNamed({ allOf: [when ?? {}, policy.expectation] });
  return {
    policy,
    query,
    facts,
    needed: [...facts].flatMap(([fact, admitsNull]) => (admitsNull ? [] : [fact])),
    hasSub: query.columns.some((column) => column.name === 'sub'),
    parametersUsed: { toApply: parametersIn(when ?? {}), toExpect: parametersIn(policy.expectation) },
    asExpected: `${policy.metadata.title}: as expected`,
    applies: when === undefined ? () => ALWAYS : cached((values) => compileExpectation(when, values)),
    expects: cached((values) => compileExpectation(policy.expectation, values)),
  };
}

type Values = Readonly<Record<string, unknown>>;

/** One compiled schema for each distinct set of parameters: as many as there are environments, not resources. */
function cached(make: (values: Values) => Expectation): (values: Values) => Expectation {
  const made = new Map<string, Expectation>();
  const known = new WeakMap<Values, Expectation>();
  return (values) => {
    const found = known.get(values);
    if (found !== undefined) return found;
    const key = JSON.stringify(values);
    const expectation = made.get(key) ?? make(values);
    made.set(key, expectation);
    known.set(values, expectation);
    return expectation;
  };
}
