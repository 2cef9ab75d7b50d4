import { existsSync } from 'node:fs';
import { loadWorkload } from '../inputs/load.ts';
import { sizeAsDocumented } from '../sizing/as-documented.ts';
import { type AccessPattern, type BlobLoad, type BlobSizing, sizeBlob } from '../sizing/blob.ts';
import { blobPriceSource, type Redundancy } from '../sizing/blob-prices.data.ts';
import { diskSizeSource } from '../sizing/disk-sizes.data.ts';
import { type PostgresLoad, type PostgresSizing, type Recommendation, sizePostgres } from '../sizing/postgres.ts';
import { postgresSkuSources } from '../sizing/postgres-skus.data.ts';
import { type StorageSizing, sizePostgresStorage } from '../sizing/postgres-storage.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';
import { EXIT } from './exit.ts';
import { printLines, printText } from './print.ts';
import { UsageError } from './usage-error.ts';

export interface SizeOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export interface PostgresOptions extends SizeOptions {
  readonly class: EnvironmentClass;
  readonly vectors?: number;
  readonly connections?: number;
  readonly dims?: number;
  readonly halfvec?: boolean;
  readonly dataGb?: number;
  readonly growthGb?: number;
  readonly asDocumented?: boolean;
}

export interface BlobOptions extends SizeOptions {
  readonly documents?: number;
  readonly avgMb?: number;
  readonly retentionDays?: number;
  readonly access?: AccessPattern;
  readonly redundancy: Redundancy;
}

interface SizedPostgres extends PostgresSizing {
  readonly environment: string | null;
  readonly load: PostgresLoad;
  readonly storage: StorageSizing | null;
}

interface SizedBlob extends BlobSizing {
  readonly environment: string | null;
  readonly load: BlobLoad;
}

const sources = [...postgresSkuSources, diskSizeSource];

/** The compute and the disk that a load needs: one given by options, or every environment of the declaration. */
export async function sizePostgresCommand(options: PostgresOptions): Promise<number> {
  const sized = options.vectors === undefined ? await declaredPostgres(options) : [givenPostgres(options)];
  if (options.asDocumented === true) return printDocumented(sized, options);
  if (options.json === true) printText(`${JSON.stringify({ sized, sources: sources }, null, 2)}\n`);
  else
    printLines([
      ...sized.flatMap(postgresLines),
      ...sources.map(({ article, dated }) => `source    ${article} (${dated})`),
    ]);
  return EXIT.clean;
}

/** The amount, the tiers and the capacity cost of a record plane. */
export async function sizeBlobCommand(options: BlobOptions): Promise<number> {
  const sized = options.documents === undefined ? await declaredBlob(options) : [givenBlob(options)];
  if (options.json === true) printText(`${JSON.stringify({ sized, prices: blobPriceSource }, null, 2)}\n`);
  else
    printLines([
      ...sized.flatMap(blobLines),
      `prices    ${blobPriceSource.source}, ${blobPriceSource.dated}, ${blobPriceSource.currency}; capacity alone`,
    ]);
  return EXIT.clean;
}

function givenPostgres({ vectors = 0, connections, dims, halfvec, ...options }: PostgresOptions): SizedPostgres {
  if (connections === undefined)
    throw new UsageError('--vectors and --connections belong together. Give both, or neither for the declaration');
  const load = {
    vectors,
    connections,
    ...(dims === undefined ? {} : { dims }),
    ...(halfvec === true ? { bytesPerDim: 2 } : {}),
  };
  const storage =
    options.dataGb === undefined
      ? null
      : sizePostgresStorage(
          { ...load, dataGB: options.dataGb, growthGBPerMonth: options.growthGb ?? 0 },
          options.class,
        );
  return { environment: null, load, ...sizePostgres(load, options.class), storage };
}

async function declaredPostgres({ config }: PostgresOptions): Promise<readonly SizedPostgres[]> {
  return (await declaredEnvironments(config)).flatMap(([environment, { class: of, load }]) => {
    if (load?.vectors === undefined || load.connections === undefined) return [];
    const given = {
      vectors: load.vectors,
      connections: load.connections,
      ...(load.dims === undefined ? {} : { dims: load.dims }),
    };
    const storage = load.dataGB === undefined ? null : sizePostgresStorage({ ...given, dataGB: load.dataGB }, of);
    return [{ environment, load: given, ...sizePostgres(given, of), storage }];
  });
}

function givenBlob({ documents = 0, avgMb, retentionDays, access = 'moderate', redundancy }: BlobOptions): SizedBlob {
  if (avgMb === undefined || retentionDays === undefined)
    throw new UsageError(
      '--documents, --avg-mb and --retention-days belong together. Give all, or none for the declaration',
    );
  const load = { documentsPerMonth: documents, avgMB: avgMb, retentionDays, access };
  return { environment: null, load, ...sizeBlob(load, { redundancy }) };
}

async function declaredBlob({ config, redundancy }: BlobOptions): Promise<readonly SizedBlob[]> {
  return (await declaredEnvironments(config)).flatMap(([environment, { blob }]) => {
    if (blob?.documentsPerMonth === undefined || blob.avgMB === undefined || blob.retentionDays === undefined)
      return [];
    const { documentsPerMonth, avgMB, retentionDays, access = 'moderate' } = blob;
    const load = { documentsPerMonth, avgMB, retentionDays, access };
    return [{ environment, load, ...sizeBlob(load, { redundancy }) }];
  });
}

async function declaredEnvironments(config = 'assay.yaml') {
  if (!existsSync(config))
    throw new UsageError(`there is no ${config}. Name a declaration with --config, or give the load by options`);
  return Object.entries((await loadWorkload(config)).value.environments);
}

function printDocumented(sized: readonly SizedPostgres[], { json }: SizeOptions): number {
  const answers = sized.flatMap(({ environment, load }) =>
    [1, 2].map((growth) => ({ environment, growth, ...sizeAsDocumented(load.vectors, load.connections, growth) })),
  );
  const lines = answers.map(
    (one) => `${titleOf(one.environment)}growth ${one.growth}: ${one.vCores} vCores, ${one.memoryGiB} GB, ${one.sku}`,
  );
  if (json === true) printText(`${JSON.stringify(answers, null, 2)}\n`);
  else printLines(lines);
  return EXIT.clean;
}

const titleOf = (environment: string | null): string => (environment === null ? '' : `${environment}: `);

function postgresLines({
  environment,
  load,
  start,
  target,
  ceiling,
  storage,
  class: of,
}: SizedPostgres): readonly string[] {
  const documented = start.need.memoryAsDocumentedGiB;
  return [
    `${titleOf(environment)}${load.vectors} vectors, ${load.connections} connections, class ${of}`,
    recommendationLine('start', start),
    recommendationLine('target', target),
    recommendationLine('ceiling', ceiling),
    `  memory    at start ${start.need.memoryGiB} GiB with the index by its own size; ${documented} GiB at 2 GB a million vectors`,
    ...(storage === null ? [] : [storageLine(storage)]),
  ];
}

const recommendationLine = (word: string, { need, sku, because }: Recommendation): string =>
  `  ${word.padEnd(9)} growth ${need.growth}: ${need.vCores} vCores, ${need.memoryGiB} GiB: ${sku?.name ?? 'none'} (${sku === null ? because : `${sku.tier}, ${sku.vCores} vCores, ${sku.memoryGiB} GiB`})`;

function storageLine({ terms, safety, needGB, disk }: StorageSizing): string {
  const sum = `(${terms.data} data + ${terms.index} index + ${terms.wal} WAL + ${terms.growth} growth) × ${safety}`;
  const held = disk === null ? 'no disk holds it' : `${disk.sizeGiB} GiB, ${disk.iops} IOPS`;
  return `  storage   ${sum} = ${needGB} GB: ${held}`;
}

function blobLines({
  environment,
  load,
  totalGB,
  declaredMix,
  steadyMix,
  monthlyCost,
  costPerGB,
}: SizedBlob): readonly string[] {
  const mix = (of: BlobSizing['declaredMix']): string =>
    `${percent(of.hot)} hot, ${percent(of.cool)} cool, ${percent(of.archive)} archive`;
  return [
    `${titleOf(environment)}${load.documentsPerMonth} documents a month of ${load.avgMB} MB, kept ${load.retentionDays} days: ${totalGB} GB`,
    `  declared  ${load.access}: ${mix(declaredMix)}: ${monthlyCost.declared} a month, ${costPerGB.declared} a GB`,
    `  steady    what the lifecycle brings about: ${mix(steadyMix)}: ${monthlyCost.steady} a month, ${costPerGB.steady} a GB`,
  ];
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
