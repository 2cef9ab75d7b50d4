import { describe, expect, it } from 'vitest';
import { childReaders } from '../../src/azure/readers.ts';
import { permissionsFor } from '../../src/commands/permissions.ts';
import { loadPolicies } from '../../src/inputs/load.ts';
import { assay } from './assay.ts';

const pack = (await loadPolicies('policies')).map(({ value }) => value);

describe('assay doctor', () => {
  it('is content with an estate that can be read', async () => {
    const { status, stdout } = await assay(['doctor', '--estate', 'fixtures/estates/clean', '--json']);
    expect(status).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: { what: string; state: string }[] };
    expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'ok'));
    expect(checks.map(({ what }) => what)).toEqual([
      'Node',
      'sign-in',
      expect.stringMatching(/^subscription /),
      'permissions',
    ]);
  });

  it('names the subscription that is denied and what to do, and ends with 2', async () => {
    const { status, stdout } = await assay(['doctor', '--estate', 'fixtures/estates/denied']);
    expect(stdout).toMatch(/^wrong +subscription 5\S+: 403 AuthorizationFailed\n +assign Reader/m);
    expect(stdout).toMatch(/^ok +subscription 4/m);
    expect(status).toBe(2);
  });

  it('says how to sign in where nothing is there to sign in with', async () => {
    const env = { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' };
    const { status, stdout } = await assay(['doctor', '-s', '11111111-1111-4111-8111-111111111111'], { env });
    expect(stdout).toMatch(/^wrong +sign-in: no credential\n +Sign in with `az login`/m);
    expect(status).toBe(2);
  });

  it('wants something to read', async () => {
    const ran = await assay(['doctor'], { cwd: 'fixtures' });
    expect(ran.stderr).toMatch(/nothing to read\. Give --subscription/);
    expect(ran.status).toBe(2);
  });
});

describe('the role', () => {
  it('allows exactly what the chosen policy reads', async () => {
    const { stdout } = await assay([
      'doctor',
      '--role',
      '--policy',
      'st-lifecycle',
      '-s',
      '11111111-1111-4111-8111-111111111111',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      Actions: [
        'Microsoft.Resources/subscriptions/read',
        'Microsoft.Storage/storageAccounts/managementPolicies/read',
        'Microsoft.Storage/storageAccounts/read',
      ],
      DataActions: [],
      AssignableScopes: ['/subscriptions/11111111-1111-4111-8111-111111111111'],
    });
  });

  it('names the nearest policy for one that there is not', async () => {
    const ran = await assay(['doctor', '--role', '--policy', 'st-lifecycel']);
    expect(ran.stderr).toMatch(/Did you mean st-lifecycle\?/);
    expect(ran.status).toBe(2);
  });

  it('of the whole pack reads, and does nothing else', () => {
    const actions = permissionsFor(pack).map(({ action }) => action);
    expect(actions.filter((action) => !/^Microsoft\.[A-Za-z]+(\/[A-Za-z]+)*\/read$/.test(action))).toEqual([]);
    expect(new Set(actions.map((action) => action.toLowerCase())).size).toBe(actions.length);
  });

  it('spells a type as its reader does', () => {
    const known = new Map(childReaders.map(({ permission }) => [permission.toLowerCase(), permission]));
    for (const { action } of permissionsFor(pack)) expect(action).toBe(known.get(action.toLowerCase()) ?? action);
  });
});
