import type { ControlCatalog } from '../control/catalogue.schema.ts';
import { subcategoryReference } from '../control/catalogue.ts';
import type { AcceptUnknown, Control, Waiver } from '../control/control.schema.ts';
import type { Requirements } from '../control/requirements.schema.ts';
import { prepare } from '../evaluate/prepare.ts';
import { InputError, type InputProblem } from '../inputs/input-error.ts';
import type { Loaded } from '../inputs/load.ts';
import { nearest } from '../inputs/nearest.ts';
import type { YamlFile } from '../inputs/yaml-file.ts';
import { KqlError } from '../kql/engine.ts';
import { lintPolicy } from '../policy/lint.ts';
import { isOfType } from '../policy/parameters.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { Workload } from '../workload/workload.schema.ts';

export interface CheckedInputs {
  readonly policies: readonly Loaded<Policy>[];
  readonly controls: readonly Loaded<Control>[];
  readonly catalogue?: Loaded<ControlCatalog> | null;
  readonly requirements?: Loaded<Requirements> | null;
  readonly waivers: readonly Loaded<Waiver | AcceptUnknown>[];
  readonly workload: Loaded<Workload> | null;
}

type Path = readonly (string | number)[];

/** What no file can see alone: queries that do not compile, names that point nowhere. Throws InputError with all of it. */
export function checkInputs(inputs: CheckedInputs): void {
  const known = new Map(inputs.policies.map(({ value }) => [value.metadata.id, value]));
  const problems = [
    ...inputs.policies.flatMap((one) => policyProblems(one)),
    ...inputs.controls.flatMap((one) => controlProblems(one, known)),
    ...inputs.waivers.flatMap((one) => waiverProblems(one, known)),
    ...mappingProblems(inputs),
    ...requirementProblems(inputs),
    ...(inputs.workload === null ? [] : workloadProblems(inputs.workload, known)),
  ];
  if (problems.length > 0) throw new InputError(problems);
}

/** A policy whose query or schemas do not hold cannot be judged by; what its tests lack is for `policy lint` to say. */
function policyProblems({ value, yaml }: Loaded<Policy>): readonly InputProblem[] {
  const compiled = compiledOr(value, yaml);
  if (Array.isArray(compiled)) return compiled;
  return lintPolicy(value, compiled.query)
    .filter(({ severity, at }) => severity === 'error' && at[0] !== 'tests')
    .map(({ at, message }) => problem('lint', yaml, at, message));
}

function compiledOr(policy: Policy, yaml: YamlFile): ReturnType<typeof prepare> | InputProblem[] {
  try {
    return prepare(policy);
  } catch (error) {
    if (!(error instanceof KqlError)) throw error;
    return [queryProblem(error, yaml)];
  }
}

/** An error in a query, with its place in the YAML file that holds it. */
export function queryProblem(error: KqlError, yaml: YamlFile): InputProblem {
  return {
    code: 'query',
    file: yaml.file,
    ...yaml.placeInText(['query'], error.line, error.column),
    message: `${error.code} ${error.message}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

type Known = ReadonlyMap<string, Policy>;

const controlProblems = ({ value, yaml }: Loaded<Control>, known: Known): readonly InputProblem[] =>
  value.items.flatMap((item, i) =>
    item.policies.flatMap(({ ref }, j) => unknownPolicy(ref, yaml, ['items', i, 'policies', j, 'ref'], known)),
  );

/** A mapping into the framework that is loaded must name one of its subcategories; other frameworks are not known here. */
function mappingProblems({ controls, catalogue }: CheckedInputs): readonly InputProblem[] {
  if (catalogue === undefined || catalogue === null) return [];
  const { metadata, controls: entries } = catalogue.value;
  const known = entries.map((entry) => subcategoryReference(catalogue.value, entry));
  return controls.flatMap(({ value, yaml }) =>
    (value.mappings ?? []).flatMap(({ to }, i) => {
      if (!to.startsWith(`${metadata.id}@`) || known.includes(to)) return [];
      return [problem('reference', yaml, ['mappings', i, 'to'], `there is no ${to}`, hintOf(to, known))];
    }),
  );
}

/** Requirements that policies and items say they serve must exist, or a report would count nothing. */
function requirementProblems({ policies, controls, requirements }: CheckedInputs): readonly InputProblem[] {
  if (requirements === undefined || requirements === null) return [];
  const known = new Set(requirements.value.requirements.map(({ id }) => id));
  const unknown = (ids: readonly string[], yaml: YamlFile, at: Path): readonly InputProblem[] =>
    ids.flatMap((id, i) =>
      known.has(id) ? [] : [problem('reference', yaml, [...at, i], `there is no requirement ${id}`)],
    );
  return [
    ...policies.flatMap(({ value, yaml }) => unknown(value.metadata.requirements, yaml, ['metadata', 'requirements'])),
    ...controls.flatMap(({ value, yaml }) =>
      value.items.flatMap((item, i) => unknown(item.requirements ?? [], yaml, ['items', i, 'requirements'])),
    ),
  ];
}

const waiverProblems = ({ value, yaml }: Loaded<Waiver | AcceptUnknown>, known: Known): readonly InputProblem[] => [
  ...unknownPolicy(value.policy, yaml, ['policy'], known),
  ...(value.compensating ?? []).flatMap((id, i) => unknownPolicy(id, yaml, ['compensating', i], known)),
];

function workloadProblems({ value, yaml }: Loaded<Workload>, known: Known): readonly InputProblem[] {
  return Object.entries(value.environments).flatMap(([name, environment]) =>
    Object.entries(environment.parameters ?? {}).flatMap(([id, parameters]) => {
      const at = ['environments', name, 'parameters', id];
      const policy = known.get(id);
      if (policy === undefined) return unknownPolicy(id, yaml, at, known);
      return Object.entries(parameters).flatMap(([key, given]) =>
        parameterProblem(policy, key, given, yaml, [...at, key]),
      );
    }),
  );
}

function parameterProblem(
  policy: Policy,
  key: string,
  given: unknown,
  yaml: YamlFile,
  at: Path,
): readonly InputProblem[] {
  const declared = policy.parameters ?? {};
  const parameter = Object.hasOwn(declared, key) ? declared[key] : undefined;
  if (parameter === undefined) {
    const hint = hintOf(key, Object.keys(declared));
    return [problem('reference', yaml, at, `${policy.metadata.id} has no parameter ${key}`, hint)];
  }
  if (isOfType(parameter.type, given)) return [];
  const message = `${at.join('.')} must be of type ${parameter.type}, and is ${JSON.stringify(given)}`;
  return [problem('schema', yaml, at, message)];
}

function unknownPolicy(id: string, yaml: YamlFile, at: Path, known: Known): readonly InputProblem[] {
  if (known.has(id)) return [];
  return [problem('reference', yaml, at, `there is no policy ${id}`, hintOf(id, [...known.keys()]))];
}

const hintOf = (wrong: string, names: readonly string[]): string | undefined => {
  const near = nearest(wrong, names);
  return near === null ? undefined : `Did you mean ${near}?`;
};

function problem(code: InputProblem['code'], yaml: YamlFile, at: Path, message: string, hint?: string): InputProblem {
  return { code, file: yaml.file, ...yaml.placeOf(at), message, ...(hint === undefined ? {} : { hint }) };
}
