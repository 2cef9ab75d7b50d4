import { spawnSync } from 'node:child_process';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Fails the test with the package to install when a program is missing: a system test that skips proves nothing.
 * @param debianPackage what `apt-get install` calls it
 */
export function requireTool(program: string, debianPackage: string): void {
  const { error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  if (error === undefined) return;
  throw new Error(`'${program}' is not installed. On Debian: apt-get install ${debianPackage}`);
}

/** Runs a program in a folder, with English messages, and returns what it said. */
export function run(cwd: string, program: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: cwd, LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** Like `run`, but anything other than exit code 0 fails the test with what the program said. */
export function mustRun(cwd: string, program: string, ...args: readonly string[]): Ran {
  const ran = run(cwd, program, ...args);
  if (ran.status === 0) return ran;
  throw new Error(`${program} ${args.join(' ')}\nexit ${ran.status}\n${ran.stdout}${ran.stderr}`);
}
