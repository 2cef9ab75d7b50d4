import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPageTokens } from '../../src/emulator/page-token.ts';

describe('a page token', () => {
  it('gives back what it was written with, for its own listing only', () => {
    const tokens = createPageTokens();
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        (listing, other, state) => {
          const token = tokens.write(listing, state);
          expect(tokens.read(listing, token)).toEqual(state);
          if (other !== listing) expect(tokens.read(other, token)).toBeUndefined();
        },
      ),
    );
  });

  it.each(['', 'abc', 'not a token', '=====', 'A'.repeat(100)])('%j is no token', (text) => {
    expect(createPageTokens().read('listing', text)).toBeUndefined();
  });

  it('of another emulator, or changed by one character, is no token', () => {
    const tokens = createPageTokens();
    const token = tokens.write('listing', [100]);
    const changed = `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.at(-1)}`;
    expect(tokens.read('listing', changed)).toBeUndefined();
    expect(createPageTokens().read('listing', token)).toBeUndefined();
  });
});
