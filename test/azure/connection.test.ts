import { expect, it, onTestFinished, vi } from 'vitest';
import { connect, signIn } from '../../src/azure/connection.ts';
import { signInEnvironment } from '../../src/commands/estate-session.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { estateOf } from '../emulator/small-estate.ts';

it('a refused sign-in tells what Entra answered and the ways to give a credential', async () => {
  const emulator = await startEmulator({ estate: estateOf() });
  onTestFinished(() => emulator.close());
  const environment = { ...signInEnvironment(emulator), AZURE_CLIENT_SECRET: 'wrong' };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { url } = emulator;
  const connection = connect({ endpoint: url, authorityHost: url, ca: emulator.caPem, userAgent: 'assay/test' });
  await expect(signIn(connection)).rejects.toMatchObject({
    code: 'no-credential',
    message: expect.stringMatching(
      /Entra answered AADSTS7000215: Invalid client secret[^\n]*\n {4}Sign in with `az login`/,
    ),
  });
});
