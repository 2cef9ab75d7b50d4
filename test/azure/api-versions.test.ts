import { expect, it } from 'vitest';
import { childReaders } from '../../src/azure/readers.ts';
import { collected } from './collected.ts';
import { vaultEstate } from './vault-estate.ts';

// What the pinned clients ask with: a new version of a client that asks otherwise is to be seen here first.
const BY_CLIENT = '2025-08-01';

it('every reader asks at its own api-version, and nothing is asked that no reader declares', async () => {
  const wanted = childReaders.map(({ type }) => ({ table: 'childresources', type }));
  const { asked, snapshot } = await collected({ estate: vaultEstate(), wanted });
  const seen = new Map<string, Set<string>>();
  for (const url of asked) {
    const type = typeOf(url.pathname);
    if (type !== null) seen.set(type, (seen.get(type) ?? new Set()).add(url.searchParams.get('api-version') ?? ''));
  }
  const declared = childReaders.map(({ type, by }) => [type, ['path' in by ? [by.apiVersion] : [BY_CLIENT]].flat()]);
  expect(Object.fromEntries([...seen].map(([type, versions]) => [type, [...versions]]))).toEqual(
    Object.fromEntries(declared),
  );
  for (const { type } of childReaders)
    expect(snapshot.header.reads.filter(({ read }) => read === type).length, type).toBeGreaterThan(0);
});

/** The child type that a path asks for; null for a subscription, Resource Graph and sign-in. */
function typeOf(path: string): string | null {
  const [, provider] = /^\/subscriptions\/.*\/providers\/([^?]+)$/i.exec(path) ?? [];
  if (provider === undefined) return null;
  const [namespace = '', ...rest] = provider.toLowerCase().split('/');
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
}
