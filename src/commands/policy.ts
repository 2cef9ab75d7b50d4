import { mutatePolicy } from '../evaluate/mutation.ts';
import { testPolicy } from '../evaluate/policy-test.ts';
import { prepare, queryOptions } from '../evaluate/prepare.ts';
import { formatProblem, InputError, type InputProblem } from '../inputs/input-error.ts';
import { type Loaded, loadPolicies } from '../inputs/load.ts';
import { KqlError } from '../kql/engine.ts';
import { lintQuery } from '../kql/lint.ts';
import { lintPolicy } from '../policy/lint.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { queryProblem } from './check-inputs.ts';
import { EXIT } from './exit.ts';
import { isGraphOnly } from './graph-only.ts';
import { printLines, printText } from './print.ts';
import { productPath } from './product.ts';

export interface PolicyOptions {
  readonly json?: boolean;
  readonly mutate?: boolean;
}

/** Runs the tests inside policies, and with them the mutation check. Exit 1 where one is red. */
export async function policyTest(path: string | undefined, options: PolicyOptions): Promise<number> {
  const loaded = await compiled(path);
  const results = loaded.map(({ value, yaml }) => ({
    file: yaml.file,
    ...testPolicy(value),
    mutation: options.mutate === false ? null : mutatePolicy(value),
  }));
  const red = results.filter(({ problems, mutation }) => problems.length > 0 || (mutation?.survivors.length ?? 0) > 0);
  if (options.json === true) printText(`${JSON.stringify(results, null, 2)}\n`);
  else
    printLines([
      ...results.flatMap(({ policy, tests, problems, mutation }) => [
        `${problems.length + (mutation?.survivors.length ?? 0) === 0 ? 'ok  ' : 'RED '} ${policy}  ${tests} tests, ${mutation?.mutants ?? 0} mutants`,
        ...problems.map((one) => `     ${one.test}: ${one.resource} expected ${one.expected}, got ${one.got}`),
        ...(mutation?.survivors ?? []).map(
          (one) => `     misspelling ${one.path} turns no test red. Add a test that needs it`,
        ),
      ]),
      `${results.length} policies, ${results.reduce((sum, one) => sum + one.tests, 0)} tests, ${red.length} red`,
    ]);
  return red.length > 0 ? EXIT.findings : EXIT.clean;
}

/** Checks policies for what schema and compiler cannot see. Exit 2 where one has an error. */
export async function policyLint(path: string | undefined, options: PolicyOptions): Promise<number> {
  const loaded = await loadPolicies(path ?? productPath('policies'));
  const notes = loaded.flatMap(notesOn);
  const errors = notes.filter(({ severity }) => severity === 'error');
  if (options.json === true) printText(`${JSON.stringify(notes, null, 2)}\n`);
  else
    printLines([
      ...notes.map(({ severity, problem }) => `${severity.padEnd(7)} ${formatProblem(problem)}`),
      `${loaded.length} policies, ${errors.length} errors, ${notes.length - errors.length} warnings`,
    ]);
  return errors.length > 0 ? EXIT.usage : EXIT.clean;
}

interface Note {
  readonly severity: 'error' | 'warning';
  readonly problem: InputProblem;
}

function notesOn({ value, yaml }: Loaded<Policy>): readonly Note[] {
  try {
    const { query } = prepare(value);
    const own = lintPolicy(value, query).map(({ at, severity, message }): Note => {
      return { severity, problem: { code: 'lint', file: yaml.file, ...yaml.placeOf(at), message } };
    });
    const kql = lintQuery(value.query, queryOptions).map(({ severity, code, message, line, column, fix }): Note => {
      const place = yaml.placeInText(['query'], line, column);
      const hint = fix === undefined ? {} : { hint: fix };
      const problem = { code: 'lint' as const, file: yaml.file, ...place, message: `${code} ${message}`, ...hint };
      // What Resource Graph refuses matters where the policy claims to run there.
      return { severity: isGraphOnly(value) ? severity : 'warning', problem };
    });
    return [...own, ...kql];
  } catch (error) {
    if (!(error instanceof KqlError)) throw error;
    return [{ severity: 'error', problem: queryProblem(error, yaml) }];
  }
}

/** Policies whose queries compile; the others are told of as bad input. */
async function compiled(path: string | undefined): Promise<readonly Loaded<Policy>[]> {
  const loaded = await loadPolicies(path ?? productPath('policies'));
  const problems = loaded.flatMap((one) => notesOn(one).filter(({ problem }) => problem.code === 'query'));
  if (problems.length > 0) throw new InputError(problems.map(({ problem }) => problem));
  return loaded;
}
