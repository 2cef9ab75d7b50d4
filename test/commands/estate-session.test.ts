import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assay } from './assay.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const collect = ['collect', '--estate', 'fixtures/estates/clean', '--quiet', '--output'];

it.each([
  ['HTTP_PROXY', 'http://127.0.0.1:9'],
  ['ALL_PROXY', 'http://127.0.0.1:9'],
  ['all_proxy', 'http://127.0.0.1:9'],
  ['https_proxy', 'http://127.0.0.1:9'],
  ['AZURE_REGIONAL_AUTHORITY_NAME', 'westeurope'],
  ['AZURE_TOKEN_CREDENTIALS', 'dev'],
  ['AZURE_AUTHORITY_HOST', 'https://login.example'],
])('an estate on this machine is read whatever %s says', async (name, value) => {
  const { status, stderr } = await assay([...collect, join(home, 's')], { env: { [name]: value } });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('a subscription that is named twice is read once', async () => {
  const id = '33333333-3333-4333-8333-333333333333';
  const { status } = await assay([...collect, join(home, 's'), '--subscription', id, '--subscription', id]);
  expect(status).toBe(0);
  const header = JSON.parse(readFileSync(join(home, 's', 'snapshot.json'), 'utf8'));
  expect(header).toMatchObject({ requestedScopes: [`/subscriptions/${id}`], cloud: 'emulator' });
});
