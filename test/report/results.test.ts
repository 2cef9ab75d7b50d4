import { describe, expect, test } from 'vitest';
import { reportModel } from '../../src/report/model.ts';
import { resultsDocument } from '../../src/report/results.ts';
import { emptyInput, hostileInput, input, model, passing, withFindings } from './support/estate.ts';

function undefinedPaths(value: unknown, path = '$'): readonly string[] {
  if (value === undefined) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => undefinedPaths(member, `${path}.${key}`));
}

describe('results.json', () => {
  test('carries the format, the clock, the counts and every finding', () => {
    const document = resultsDocument(model);
    expect(document).toMatchObject({ format: 'assay-results/1', asOf: input.asOf, previous: null });
    expect(document.counts).toMatchObject({ findings: { fail: 1, waived: 1, unknown: 1 } });
    expect(document.findings).toHaveLength(5);
    expect(document.plan).toEqual({ steps: 2, counts: { 'replace-by-restore': 2 }, needsCustomer: 2 });
  });

  test.each([
    ['the sample', input],
    ['an empty estate', emptyInput],
    ['hostile names', hostileInput],
  ])('%s has no undefined value and survives JSON unchanged', (_name, given) => {
    const document = resultsDocument(reportModel(given));
    expect(undefinedPaths(document)).toEqual([]);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test('a number beyond what JSON holds exactly is text', () => {
    const finding = passing({ id: 'f', facts: { size: 2n ** 60n, nothing: undefined, rate: Number.NaN } });
    const [row] = resultsDocument(reportModel(withFindings([{ finding }]))).findings;
    expect(row).toMatchObject({ facts: { size: '1152921504606846976', rate: 'NaN' } });
  });

  test('two runs give the same text', () => {
    expect(JSON.stringify(resultsDocument(reportModel(input)))).toBe(
      JSON.stringify(resultsDocument(reportModel(input))),
    );
  });
});
