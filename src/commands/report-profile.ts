import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Loaded } from '../inputs/load.ts';
import { loadProfile } from '../inputs/load-profile.ts';
import { nearest } from '../inputs/nearest.ts';
import type { ReportProfile } from '../report/profile.schema.ts';
import { productPath } from './product.ts';
import { UsageError } from './usage-error.ts';

export const defaultProfile = 'auditor';

/** The profile that an option names: one that comes with assay, by its id, or a file. Throws UsageError or InputError. */
export async function openProfile(named: string = defaultProfile): Promise<Loaded<ReportProfile>> {
  if (/[/\\]|\.ya?ml$/.test(named)) return loadProfile(named);
  const shipped = readdirSync(productPath('reports'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
  if (shipped.includes(named)) return loadProfile(productPath('reports', `${named}.yaml`));
  const near = nearest(named, shipped);
  const hint = near === null ? `Write one of: ${shipped.join(', ')}, or a file` : `Did you mean ${near}?`;
  throw new UsageError(`there is no report profile ${named}. ${hint}`);
}

/** Where a bundle keeps the profile that its report.pdf was made by. */
export const profilePath = (id: string): string => `inputs/reports/${id}.yaml`;

/** The profile of a bundle's own report. The name comes from the bundle, so it is held to a name before it is a path. */
export async function profileOfBundle(folder: string, id: unknown): Promise<Loaded<ReportProfile>> {
  const named = typeof id === 'string' && /^[a-z][a-z0-9-]*$/.test(id);
  const file = named ? join(folder, profilePath(id)) : '';
  if (!named || !existsSync(file))
    throw new UsageError(`${folder} does not hold the profile of its report. Make the bundle again with: assay scan`);
  return loadProfile(file);
}
