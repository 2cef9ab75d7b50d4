import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/emulator/resource-id.ts';

const cases: [path: string, expected: Record<string, unknown>][] = [
  ['/subscriptions', { type: 'Microsoft.Resources/subscriptions', collection: true, name: '', parentId: '' }],
  ['/subscriptions/S', { type: 'Microsoft.Resources/subscriptions', collection: false, name: 'S', parentId: '' }],
  [
    '/subscriptions/S/resourcegroups',
    { type: 'Microsoft.Resources/resourceGroups', collection: true, parentId: '/subscriptions/S' },
  ],
  [
    '/subscriptions/S/resourceGroups/G/',
    { type: 'Microsoft.Resources/resourceGroups', collection: false, name: 'G', parentId: '/subscriptions/S' },
  ],
  [
    '/subscriptions/S/providers/N/types',
    { type: 'N/types', collection: true, name: 'S', parentId: '/subscriptions/S', resourceGroup: undefined },
  ],
  [
    '/subscriptions/S/resourceGroups/G/providers/N/types/one',
    {
      type: 'N/types',
      collection: false,
      name: 'one',
      parentId: '/subscriptions/S/resourceGroups/G',
      resourceGroup: 'G',
    },
  ],
  [
    '/subscriptions/S/resourceGroups/G/providers/N/types/one/children',
    {
      type: 'N/types/children',
      collection: true,
      name: 'one',
      parentId: '/subscriptions/S/resourceGroups/G/providers/N/types/one',
    },
  ],
  [
    '/subscriptions/S/resourceGroups/G/providers/N/types/one/children/two',
    {
      type: 'N/types/children',
      collection: false,
      name: 'two',
      parentId: '/subscriptions/S/resourceGroups/G/providers/N/types/one',
    },
  ],
  [
    '/subscriptions/S/resourceGroups/G/providers/N/types/one/providers/X/settings/two',
    {
      type: 'X/settings',
      collection: false,
      name: 'two',
      parentId: '/subscriptions/S/resourceGroups/G/providers/N/types/one',
    },
  ],
  [
    '/subscriptions/S/resourceGroups/G/providers/N/types/one/providers/X/settings',
    { type: 'X/settings', collection: true, parentId: '/subscriptions/S/resourceGroups/G/providers/N/types/one' },
  ],
  [
    '/providers/Microsoft.Management/managementGroups/mg',
    {
      type: 'Microsoft.Management/managementGroups',
      collection: false,
      name: 'mg',
      parentId: '',
      subscription: undefined,
    },
  ],
];

describe('an ARM path', () => {
  it.each(cases)('%s names what Azure means by it', (path, expected) => {
    expect(parseAddress(path)).toMatchObject(expected);
  });

  it.each([
    '',
    '/',
    '/subscriptions/S/providers',
    '/subscriptions/S/providers/N',
    '/subscriptions/S/nonsense',
    '/subscriptions/S/nonsense/providers/N/t/x',
    '/robots.txt',
    '/subscriptions/S/resourceGroups/G/providers/N/t/x/providers/M',
  ])('%j names nothing', (path) => {
    expect(parseAddress(path)).toBeUndefined();
  });

  it('never fails, and a child names its parent by the text before it', () => {
    const segment = fc.constantFrom(
      'subscriptions',
      'resourceGroups',
      'providers',
      'S',
      'G',
      'a.b',
      '',
      '%2F',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 12 }), (segments) => {
        const address = parseAddress(`/${segments.join('/')}`);
        if (address !== undefined) expect(address.path.startsWith(address.parentId)).toBe(true);
      }),
    );
  });
});
