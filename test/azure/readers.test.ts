import { describe, expect, it } from 'vitest';
import { childReaders, readerOf, SUBSCRIPTION } from '../../src/azure/readers.ts';
import { graphTableOf } from '../../src/snapshot/tables.ts';

describe.each(childReaders.map((reader) => [reader.type, reader] as const))('the reader of %s', (type, reader) => {
  it('names its type in lower case, once', () => {
    expect(type).toMatch(/^microsoft\.[a-z]+(\/[a-z]+)+$/);
    expect(childReaders.filter((one) => one.type === type)).toHaveLength(1);
    expect(readerOf(type)).toBe(reader);
  });

  it('names the Azure action of a read of that very type', () => {
    expect(reader.permission).toMatch(/^Microsoft\.[A-Za-z]+(\/[a-z][A-Za-z]+)+\/read$/);
    expect(reader.permission.toLowerCase()).toBe(`${type}/read`);
  });

  it('has parents that are read: by Resource Graph, by another reader, or as subscriptions', () => {
    expect(reader.parents.length).toBeGreaterThan(0);
    for (const parent of reader.parents) {
      const isGraph = graphTableOf(parent) === 'resources' && parent.split('/').length === 2;
      expect(parent === SUBSCRIPTION || isGraph || readerOf(parent) !== undefined, parent).toBe(true);
    }
  });

  it('is not its own ancestor', () => {
    const above = (parents: readonly string[]): readonly string[] =>
      parents.flatMap((parent) => [parent, ...above(readerOf(parent)?.parents ?? [])]);
    expect(above(reader.parents)).not.toContain(type);
  });

  it('says absence by a status and a code, and names what is absent', () => {
    for (const answer of reader.absentWhen) expect(answer).toMatch(/^4\d\d [A-Z][A-Za-z]+$/);
    expect(reader.absentName).toMatch(/^[A-Za-z.]+(\/[A-Za-z.]+)+$/);
    // Absence named by an answer is absence of one thing; a list that is empty needs none.
    if (reader.absentWhen.length > 0) expect(reader.form).toBe('get');
  });

  it('pins an api-version where ARM is asked itself', () => {
    if ('path' in reader.by) expect(reader.by.apiVersion).toMatch(/^\d{4}-\d\d-\d\d(-preview)?$/);
    else expect(reader.each).toBeUndefined();
  });
});

it('never asks the data plane: no reader knows another host', () => {
  for (const reader of childReaders) if ('path' in reader.by) expect(reader.by.path).not.toMatch(/:|^\//);
});
