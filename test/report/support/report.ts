import { readFileSync } from 'node:fs';
import { profileFrom } from '../../../src/inputs/load-profile.ts';
import { type ReportInput, reportModel } from '../../../src/report/model.ts';
import type { ReportProfile } from '../../../src/report/profile.schema.ts';
import type { Report } from '../../../src/report/report.ts';

/** A profile that comes with assay. */
export function shippedProfile(id: string): ReportProfile {
  const file = new URL(`../../../reports/${id}.yaml`, import.meta.url);
  return profileFrom(readFileSync(file, 'utf8'), `reports/${id}.yaml`).value;
}

/** A report of a model alone: without a bundle before, traced evidence or scripts, unless they are given. */
export const reportFrom = (given: ReportInput, over: Partial<Report> = {}): Report => ({
  model: reportModel(given),
  profile: shippedProfile('auditor'),
  changes: null,
  evidence: new Map(),
  scripts: new Map(),
  classes: new Map(),
  signature: null,
  ...over,
});
