import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/errors.md', 'utf8');

/** Every code of the closed lists, read from the unions that the code itself is checked against. */
const codes = [...readdirSync('src').map((room) => `src/${room}/errors.ts`), 'src/inputs/input-error.ts'].flatMap(
  (file) => {
    const text = existing(file);
    const unions = [...text.matchAll(/export type \w+Code =([\s\S]*?);/g)].map(([, union = '']) => union);
    return unions.flatMap((union) => [...union.matchAll(/'([a-z][a-z-]+)'/g)].map(([, code = '']) => code));
  },
);

function existing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

it('explains every code that an error can carry, and none that does not exist', () => {
  expect(codes.length).toBeGreaterThan(40);
  const explained = [...page.matchAll(/`([a-z]+(?:-[a-z]+)+|schema|query|lint|reference|missing|exists)`/g)].map(
    ([, code = '']) => code,
  );
  expect(codes.filter((code) => !explained.includes(code))).toEqual([]);
  expect(explained.filter((code) => !codes.includes(code))).toEqual([]);
});
