import type { CompiledQuery } from '../kql/engine.ts';
import { compileExpectation, factsNamed, parametersIn } from './expectation.ts';
import { lintPatch, patchTexts } from './lint-patch.ts';
import { isOfType } from './parameters.ts';
import { EVERY_SCOPE, type Policy } from './policy.schema.ts';
import { placeholdersOf } from './template.ts';

/** What is wrong with a policy: `at` is a path into its YAML, for the caller to turn into line and column. */
export interface LintProblem {
  readonly at: readonly (string | number)[];
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** Placeholders that every command line has, from the ARM id of its resource. */
export const builtInPlaceholders = ['id', 'name', 'resourceGroup', 'subscriptionId'] as const;

const CLASSES = ['dev', 'test', 'uat', 'prod'] as const;

/**
 * Problems that the schema cannot see: names that do not meet, tests that are missing, schemas that let a null pass.
 * The query must have compiled; what Resource Graph would refuse of it is kql's lint to say.
 */
export function lintPolicy(policy: Policy, query: CompiledQuery): readonly LintProblem[] {
  return checks.flatMap((check) => check(policy, query));
}

type Check = (policy: Policy, query: CompiledQuery) => readonly LintProblem[];

const error = (at: LintProblem['at'], message: string): LintProblem => ({ at, severity: 'error', message });

const idIsProjected: Check = (_, query) =>
  query.columns.some((column) => column.name === 'id')
    ? []
    : [error(['query'], 'the query does not return the column id. Write: | project id, name, …')];

const factsAreColumns: Check = (policy, query) =>
  [...factsNamed({ allOf: [policy.applies?.when ?? {}, policy.expectation] }).keys()]
    .filter((fact) => !query.columns.some((column) => column.name === fact))
    .map((fact) => error(['expectation'], `the expectation names the fact ${fact}, which the query does not return`));

const readColumnsExist: Check = (policy, query) =>
  (policy.reads ?? []).flatMap((read, i) => {
    const of = 'of' in read ? read.of : undefined;
    if (of === undefined || of === EVERY_SCOPE || query.columns.some((column) => column.name === of)) return [];
    return [error(['reads', i, 'of'], `reads names the column ${of}, which the query does not return`)];
  });

const readsAreDeclared: Check = (policy, query) => {
  const declared = new Set((policy.reads ?? []).flatMap((read) => Object.values(read)));
  declared.add(policy.subject);
  return query.reads.flatMap((read) =>
    (read.types ?? [])
      .filter((type) => !declared.has(type))
      .map((type) => error(['reads'], `the query reads ${type}, which reads does not declare`)),
  );
};

/** Tables that no collection fills by type: what follows from the declaration, from data files and from the reads. */
const madeTables: readonly string[] = ['workload', 'placements', 'reference', 'collectionerrors'];

/** What is read without a type is declared by nobody: an unread subscription would look like an empty one. */
const readsNameTypes: Check = (_, query) =>
  query.reads
    .filter(({ table, types }) => types === null && !madeTables.includes(table.toLowerCase()))
    .map(({ table }) =>
      error(['query'], `the query reads ${table} without naming a type. Write: ${table} | where type == '…'`),
    );

const parametersMeet: Check = (policy) => {
  const declared = new Set(Object.keys(policy.parameters ?? {}));
  const used = new Set(parametersIn([policy.applies?.when ?? {}, policy.expectation]));
  const inText = placeholdersOf([...allTemplates(policy), ...patchTexts(policy)].join(' '))
    .filter((name) => name.startsWith('param.'))
    .map((name) => name.slice('param.'.length));
  const undeclared = [...used, ...inText].filter((name) => !declared.has(name));
  const unused = [...declared].filter((name) => !used.has(name) && !inText.includes(name));
  return [
    ...undeclared.map((name) => error(['parameters'], `the parameter ${name} is used and not declared`)),
    ...unused.map((name) => error(['parameters', name], `the parameter ${name} is declared and never used`)),
  ];
};

const parametersAreTyped: Check = (policy) =>
  Object.entries(policy.parameters ?? {}).flatMap(([name, parameter]) =>
    [['default', parameter.default] as const, ...CLASSES.map((one) => [one, parameter.classes?.[one]] as const)]
      .filter(([, value]) => value !== undefined && !isOfType(parameter.type, value))
      .map(([where]) => error(['parameters', name], `the ${where} value of ${name} is not of type ${parameter.type}`)),
  );

const placeholdersExist: Check = (policy, query) => {
  const known = new Set<string>([...builtInPlaceholders, ...query.columns.map((column) => column.name)]);
  const names = placeholdersOf(allTemplates(policy).join(' ')).filter((name) => !name.startsWith('param.'));
  return [...new Set(names)]
    .filter((name) => !known.has(name))
    .map((name) => error(['message'], `the placeholder {${name}} is neither a column of the query nor param.…`));
};

const schemasCompile: Check = (policy) => {
  const problems: LintProblem[] = [];
  for (const one of CLASSES) {
    const values = Object.fromEntries(
      Object.entries(policy.parameters ?? {}).map(([name, p]) => [
        name,
        p.classes?.[one] ?? p.default ?? sample[p.type],
      ]),
    );
    for (const [at, schema] of [
      ['applies', policy.applies?.when] as const,
      ['expectation', policy.expectation] as const,
    ]) {
      const said = schema === undefined ? null : whyNotCompiled(schema, values);
      if (said !== null) problems.push(error([at], `class ${one}: ${said}`));
    }
  }
  return problems.slice(0, 1);
};

const sample = { string: 'x', integer: 1, number: 1, boolean: true, duration: 'P1D', version: '1.0', array: ['x'] };

function whyNotCompiled(schema: Record<string, unknown>, values: Record<string, unknown>): string | null {
  try {
    compileExpectation(schema, values);
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

// `not` and `if` are true of a null in ways nobody expects; the subset goes without them.
const noNegation: Check = (policy) =>
  ['applies', 'expectation'].flatMap((at) =>
    hasKey(at === 'applies' ? policy.applies?.when : policy.expectation, ['not', 'if'])
      ? [error([at], 'not and if let a null pass. Write the allowed values with enum, const or anyOf')]
      : [],
  );

const testsAreWhole: Check = (policy) => {
  const statuses = new Set(
    policy.tests.flatMap((test) =>
      Object.values(test.expect).map((one) => (typeof one === 'string' ? one : one.status)),
    ),
  );
  const missing = (['pass', 'fail', 'unknown'] as const).filter((status) => !statuses.has(status));
  const trapped =
    policy.metadata.trap.startsWith('none known:') || policy.tests.some((test) => /\btrap\b/.test(test.name));
  const names = policy.tests.map((test) => test.name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return [
    ...missing.map((status) => error(['tests'], `no test expects ${status}`)),
    ...(trapped ? [] : [error(['tests'], 'no test is named trap; write one, or trap: none known: <reason>')]),
    ...twice.map((name) => error(['tests'], `two tests are named ${name}`)),
  ];
};

const applicabilityIsTested: Check = (policy) =>
  policy.applies === undefined ||
  policy.tests.some((test) => Object.values(test.expect).some((one) => one === 'not-applicable'))
    ? []
    : [error(['tests'], 'applies is given and no test expects not-applicable')];

const patchIsSound: Check = (policy, query) => lintPatch(policy, query, builtInPlaceholders);

const checks: readonly Check[] = [
  idIsProjected,
  factsAreColumns,
  readColumnsExist,
  readsAreDeclared,
  readsNameTypes,
  parametersMeet,
  parametersAreTyped,
  placeholdersExist,
  schemasCompile,
  noNegation,
  testsAreWhole,
  applicabilityIsTested,
  patchIsSound,
];

function allTemplates(policy: Policy): readonly string[] {
  const { remediation } = policy;
  return [
    policy.message,
    ...remediation.az,
    remediation.verify ?? '',
    remediation.text ?? '',
    remediation.willBreak ?? '',
    ...(remediation.alternatives ?? []),
    ...(remediation.assumes ?? []),
    ...Object.values(remediation.files ?? {}),
  ];
}

function hasKey(schema: unknown, keys: readonly string[]): boolean {
  if (Array.isArray(schema)) return schema.some((part) => hasKey(part, keys));
  if (typeof schema !== 'object' || schema === null) return false;
  return Object.entries(schema).some(([key, part]) => keys.includes(key) || hasKey(part, keys));
}
