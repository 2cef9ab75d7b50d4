import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/evaluate/prepare.ts';
import { lintPolicy } from '../../src/policy/lint.ts';
import { samplePolicy } from '../evaluate/sample.ts';

const messages = (query: string): readonly string[] => {
  const policy = samplePolicy({ query });
  return lintPolicy(policy, prepare(policy).query).map(({ message }) => message);
};

describe('lint of what a query reads', () => {
  const untyped = /without naming a type/;

  it('finds a table of Azure that is read without a type: nobody would know whether it was read', () => {
    const query = "resources | where name startswith 'st' | project id, name, tls = '1.2' | order by id asc";
    expect(messages(query)).toContainEqual(expect.stringMatching(untyped));
  });

  it.each(['workload', 'placements', 'reference', 'collectionerrors'])('lets %s be read as a whole', (table) => {
    const query = `resources | where type == 'microsoft.storage/storageaccounts' | extend one = 'x' | join kind=leftouter (${table} | summarize n = count() by one = 'x') on one | project id, name, tls = '1.2', n | order by id asc`;
    expect(messages(query)).not.toContainEqual(expect.stringMatching(untyped));
  });
});
