import type { CatalogueEntry, ControlCatalog } from '../../src/control/catalogue.schema.ts';

export const FRAMEWORK = 'test-framework@1';

/** A partial subcategory with one direct topic; what a test is about, it says itself. */
export const entry = (over: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  id: 'MEASURE 1.1',
  title: 'Something is evaluated',
  assessability: 'partial',
  ceiling: 'supported',
  evidence: [{ strength: 'direct', topics: ['pg.cmk'] }],
  rationale: 'made for a test',
  attestation: 'Was it done?',
  ...over,
});

/** A catalogue of these subcategories; its counts are not looked at once it is loaded. */
export const catalogue = (...controls: readonly CatalogueEntry[]): ControlCatalog => ({
  apiVersion: 'assay/v1',
  kind: 'ControlCatalog',
  metadata: {
    id: 'test-framework',
    version: '1',
    title: 'A framework',
    publisher: '',
    source: 'test',
    status: 'current',
  },
  notice: 'Made for a test.',
  expect: { groups: 1, controls: controls.length, perFunction: { MEASURE: controls.length } },
  statement: { maxAge: 'P1Y', by: 'both', evidenceMin: 0 },
  functions: [{ id: 'MEASURE', title: 'Measure', aliases: ['MS'] }],
  groups: [{ id: 'MEASURE 1', parent: 'MEASURE', title: 'Measured' }],
  controls: [...controls],
});
