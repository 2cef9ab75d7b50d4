import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { severities } from '../policy/severity.ts';
import type { ChangeStatus, InputDigests, PreviousFinding, PreviousRun } from '../report/changes.ts';
import { soundBundle } from './sound-bundle.ts';
import { UsageError } from './usage-error.ts';

/**
 * What an earlier bundle found, after its signature and every hash were checked: a changed result would make a fail look
 * fixed. Throws UsageError where the bundle is not as it was sealed, or its results are not those of this product.
 */
export async function readPrevious(folder: string): Promise<PreviousRun> {
  const manifestSha256 = await soundBundle(folder);
  const results = parse(await readFile(join(folder, 'results.json'), 'utf8').catch(() => ''));
  if (results.format !== 'assay-results/1' || !Array.isArray(results.findings))
    throw new UsageError(`${folder} holds no results.json of the format assay-results/1`);
  return {
    asOf: textOf(results.asOf),
    toolVersion: textOf(objectOf(results.tool).version),
    workload: nullable(objectOf(results.workload).id),
    manifestSha256,
    inputs: await sealedInputs(folder),
    findings: results.findings.map((finding, index) => findingOf(finding, `${folder}: finding ${index + 1}`)),
  };
}

/** The files below `inputs/` with the sums that were sealed. */
async function sealedInputs(folder: string): Promise<InputDigests> {
  const { manifestName, parseSums } = await import('../evidence/manifest.ts');
  const sums = parseSums(await readFile(join(folder, manifestName), 'latin1'));
  return new Map(
    sums.flatMap(({ path, sha256 }) =>
      path.startsWith('inputs/') ? [[path.slice('inputs/'.length), sha256] as const] : [],
    ),
  );
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function findingOf(value: unknown, where: string): PreviousFinding {
  const found = objectOf(value);
  const severity = severities.find((each) => each === found.severity);
  const status = statuses.find((each) => each === found.status);
  if (typeof found.id !== 'string' || severity === undefined || status === undefined)
    throw new UsageError(`${where} lacks an id, a severity or a status that is known`);
  return {
    id: found.id,
    severity,
    status: status === 'fail' && found.waived !== null ? 'waived' : status,
    policy: textOf(found.policy),
    title: textOf(found.title),
    resource: textOf(found.resource),
    name: textOf(found.name),
    environment: nullable(found.environment),
  };
}

const statuses: readonly Exclude<ChangeStatus, 'waived'>[] = ['pass', 'fail', 'unknown', 'not-applicable'];

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const nullable = (value: unknown): string | null => (typeof value === 'string' ? value : null);
