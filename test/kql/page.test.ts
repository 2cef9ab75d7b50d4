import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../../src/kql/parse-operators.ts';
import { casesOf, renderPage } from './page.ts';

/** Rows that only Resource Graph itself and the linter have to do with. */
const LINTED = [41, 50];

describe('docs/kql.md', () => {
  it('is what the tables of the engine say', async () => {
    await expect(renderPage()).toMatchFileSnapshot('../../docs/kql.md');
  });

  it('describes every operator', () => {
    const page = renderPage();
    for (const name of Object.keys(OPERATORS)) expect(page).toMatch(new RegExp(`\\| \`${name}\` \\| .+ \\|`));
  });

  it.each(Array.from({ length: 52 }, (_, at) => at + 1).filter((row) => !LINTED.includes(row)))(
    'row %d has a case',
    (row) => {
      expect(casesOf(row)).toBeGreaterThan(0);
    },
  );
});
