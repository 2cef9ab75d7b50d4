import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { RequestLogEntry } from '../emulator/emulator.ts';
import { signInEnvironment } from './estate-session.ts';
import { EXIT } from './exit.ts';
import { printLines } from './print.ts';

export interface EmulateOptions {
  readonly estate: string;
  readonly port?: number;
  readonly fault?: readonly string[];
  readonly log?: boolean;
  readonly json?: boolean;
}

/** Serves an estate until it is interrupted, and prints what another shell needs to read it like Azure. */
export async function emulate(options: EmulateOptions): Promise<number> {
  const { readEstate } = await import('../emulator/estate.ts');
  const { startEmulator } = await import('../emulator/emulator.ts');
  const estate = readEstate(options.estate);
  const onRequest = options.log === true ? { onRequest: logRequest } : {};
  const emulator = await startEmulator({ estate, port: options.port ?? 0, faults: options.fault ?? [], ...onRequest });
  // Before anything is printed: who reads the address may stop us at once.
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const folder = await mkdtemp(join(tmpdir(), 'assay-emulator-'));
  const caFile = join(folder, 'ca.pem');
  try {
    await writeFile(caFile, emulator.caPem);
    const environment = { ...signInEnvironment(emulator), ASSAY_ENDPOINT: emulator.url, ASSAY_CA_FILE: caFile };
    const subscriptions = estate.subscriptions.map(({ id }) => id);
    if (options.json === true)
      printLines([JSON.stringify({ url: emulator.url, title: estate.title, subscriptions, environment }, null, 2)]);
    else
      printLines([
        `# ${estate.title} on ${emulator.url}; in another shell:`,
        ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
        `# then: assay scan ${subscriptions.map((id) => `--subscription ${id}`).join(' ')}`,
      ]);
    await interrupted;
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
  return EXIT.clean;
}

function logRequest({ method, path, status, userAgent, fault }: RequestLogEntry): void {
  const said = fault === undefined ? '' : `  fault ${fault}`;
  process.stderr.write(`${status} ${method} ${path}  ${userAgent}${said}\n`);
}
