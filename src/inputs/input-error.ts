/** The closed list of what can be wrong with a file that a person wrote. */
export type InputCode =
  | 'file-missing'
  | 'file-unreadable'
  | 'file-too-large'
  | 'yaml-syntax'
  | 'yaml-unsafe'
  | 'schema'
  | 'query'
  | 'lint'
  | 'reference'
  | 'duplicate-id'
  | 'empty-folder';

/** One thing that is wrong, where, and what to write instead. Line and column count from 1; 0 where there is no place. */
export interface InputProblem {
  readonly code: InputCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** Bad input: everything that was found wrong at once, ordered by place. Nothing has been written when it is thrown. */
export class InputError extends Error {
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'InputError';
    this.problems = problems;
  }
}

/** `file:line:column message [code]` and the hint on a line of its own; docs/errors.md explains each code. */
export function formatProblem(problem: InputProblem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const said = `${place} ${problem.message} [${problem.code}]`;
  return problem.hint === undefined ? said : `${said}\n    ${problem.hint.replaceAll('\n', '\n    ')}`;
}
