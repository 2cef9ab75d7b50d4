import { describe, expect, it } from 'vitest';
import { parentOf, scopeOfExtension } from '../../src/azure/parent.ts';

const account = '/subscriptions/s1/resourceGroups/Rg/providers/Microsoft.Storage/storageAccounts/st1';

describe('the parts of a parent', () => {
  it.each<[id: string, resourceGroup: string, names: string[]]>([
    ['/subscriptions/s1', '', []],
    ['/subscriptions/s1/resourcegroups/Rg', 'Rg', []],
    [account, 'Rg', ['st1']],
    [`${account}/blobServices/default`, 'Rg', ['st1', 'default']],
    [account.toUpperCase(), 'RG', ['ST1']],
  ])('of %s', (id, resourceGroup, names) => {
    expect(parentOf(id)).toMatchObject({ id, resourceGroup, names });
  });

  it.each([
    '',
    'st1',
    '//elsewhere.example/subscriptions/s1',
    'https://elsewhere.example/subscriptions/s1',
    '/providers/Microsoft.Management/managementGroups/m1',
    `${account}/blobServices`,
    '/subscriptions/s1/resourceGroups/Rg/providers/Microsoft.Storage/storageAccounts/..',
    '/subscriptions/../resourceGroups/Rg',
    '/subscriptions/s1/resourceGroups/./providers/Microsoft.Storage/storageAccounts/st1',
  ])('are none of %j', (id) => {
    expect(parentOf(id)).toBeNull();
  });
});

describe('the scope of an extension', () => {
  it.each([
    [`${account}/providers/Microsoft.Authorization/locks/l1`, account],
    ['/subscriptions/s1/providers/Microsoft.Authorization/locks/l1', '/subscriptions/s1'],
    [`${account}/PROVIDERS/Microsoft.Authorization/locks/l1`, account],
    ['l1', ''],
  ])('of %s is %s', (id, scope) => {
    expect(scopeOfExtension(id)).toBe(scope);
  });
});
