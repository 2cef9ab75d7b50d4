import type { CompiledQuery } from '../kql/engine.ts';
import type { LintProblem } from './lint.ts';
import { type PatchChange, type Policy, patchClasses, rebuildClasses } from './policy.schema.ts';
import { placeholdersOf } from './template.ts';

/** The clock of the judgement, for patches that make something new: a version of a key, an assignment. */
export const clockPlaceholders = ['clock.time', 'clock.seconds'] as const;

/**
 * Problems of `remediation.patch` and of what stands beside it: whether the class allows one, whether each change does
 * one thing to rows that the query reads, and whether names meet. `builtIn` are placeholders that every policy has.
 */
export function lintPatch(policy: Policy, query: CompiledQuery, builtIn: readonly string[]): readonly LintProblem[] {
  const changes = policy.remediation.patch ?? [];
  return [
    ...classProblems(policy),
    ...changes.flatMap((change, i) => shapeProblems(change, i, policy)),
    ...readProblems(policy, query),
    ...placeholderProblems(policy, query, builtIn),
    ...exampleProblems(policy),
    ...afterProblems(policy, query),
  ];
}

/** Every text of the patch that may hold placeholders. */
export function patchTexts(policy: Policy): readonly string[] {
  return (policy.remediation.patch ?? []).flatMap(textsIn);
}

const at = (...path: readonly (string | number)[]): LintProblem['at'] => ['remediation', ...path];

const error = (path: LintProblem['at'], message: string): LintProblem => ({ at: path, severity: 'error', message });

function classProblems({ remediation }: Policy): readonly LintProblem[] {
  const { class: its, patch, alternatives } = remediation;
  const problems: LintProblem[] = [];
  if (patchClasses.includes(its) && patch === undefined)
    problems.push(
      error(at('class'), `${its} repairs in place, so write under patch what the commands change in the rows`),
    );
  if (!patchClasses.includes(its) && patch !== undefined)
    problems.push(error(at('patch'), `${its} cannot be done in place, and a patch would prove that it can. Remove it`));
  if (rebuildClasses.includes(its) && alternatives === undefined)
    problems.push(error(at('class'), `${its} repairs nothing in place, so write the other ways under alternatives`));
  return problems;
}

function shapeProblems(change: PatchChange, i: number, { subject }: Policy): readonly LintProblem[] {
  const { where, set, append, upsert, remove } = change;
  const does = [set ?? append, upsert, remove].filter((one) => one !== undefined).length;
  const problems: LintProblem[] = [];
  if (does !== 1) problems.push(error(at('patch', i), 'a change does one thing: set and append, or upsert, or remove'));
  if (where !== undefined && !('id' in where) && !('parentId' in where))
    problems.push(
      error(at('patch', i, 'where'), 'where names neither id nor parentId, so it could find rows of others'),
    );
  if (upsert !== undefined && typeof upsert.id !== 'string')
    problems.push(error(at('patch', i, 'upsert'), "an upsert needs the id of its row, for example '{id}/keys/cmk'"));
  if (change.table !== undefined && change.type === undefined)
    problems.push(error(at('patch', i, 'table'), 'a change that names its table names the type of its rows too'));
  if (change.table === undefined && subject === 'workload')
    problems.push(error(at('patch', i), 'a declaration is no row that a command changes. Name the table and the type'));
  return problems;
}

/** A patch that changes nothing the query reads could not change the verdict: the proof would show fail for ever. */
function readProblems({ remediation, subject }: Policy, query: CompiledQuery): readonly LintProblem[] {
  const { patch } = remediation;
  if (patch === undefined) return [];
  const isRead = ({ table, type = subject }: PatchChange): boolean =>
    query.reads.some(
      (read) =>
        (table === undefined || read.table.toLowerCase() === table) &&
        (read.types === null || read.types.includes(type.toLowerCase())),
    );
  return patch.some(isRead) ? [] : [error(at('patch'), 'the patch changes no table and type that the query reads')];
}

function placeholderProblems(policy: Policy, query: CompiledQuery, builtIn: readonly string[]): readonly LintProblem[] {
  const known = new Set<string>([
    ...builtIn,
    ...clockPlaceholders,
    ...query.columns.map((column) => column.name),
    ...Object.keys(policy.remediation.examples ?? {}).map((name) => `example.${name}`),
  ]);
  const used = [...new Set(patchTexts(policy).flatMap(placeholdersOf))];
  return used
    .filter((name) => !name.startsWith('param.') && !known.has(name))
    .map((name) =>
      error(at('patch'), `the placeholder {${name}} is no column, example, param.… or clock.… that a patch can use`),
    );
}

/** An example stands for a variable that the commands ask for; one that they do not ask for would prove another repair. */
function exampleProblems(policy: Policy): readonly LintProblem[] {
  const { examples, az, verify } = policy.remediation;
  const commands = [...az, verify ?? ''].join('\n');
  const used = new Set(patchTexts(policy).flatMap(placeholdersOf));
  return Object.keys(examples ?? {}).flatMap((name) => [
    ...(used.has(`example.${name}`) ? [] : [error(at('examples', name), `the patch never uses {example.${name}}`)]),
    ...(new RegExp(`\\$\\{?${name}\\b`).test(commands)
      ? []
      : [error(at('examples', name), `no command asks for ${name}. Write "\${${name}:?set ${name} to …}" in it`)]),
  ]);
}

function afterProblems({ remediation, metadata }: Policy, query: CompiledQuery): readonly LintProblem[] {
  return (remediation.after ?? []).flatMap((one, i) => {
    if (typeof one === 'string') return one === metadata.id ? [error(at('after', i), 'it comes after itself')] : [];
    if (query.columns.some((column) => column.name === one.of)) return [];
    return [error(at('after', i, 'of'), `after names the column ${one.of}, which the query does not return`)];
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
