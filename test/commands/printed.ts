import { vi } from 'vitest';

/** What a command prints on stdout and the exit code it returns, run in this process: the same code, without its start. */
export async function printed(
  work: () => Promise<number>,
): Promise<{ readonly status: number; readonly stdout: string }> {
  let stdout = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  });
  try {
    const status = await work();
    return { status, stdout };
  } finally {
    spy.mockRestore();
  }
}
