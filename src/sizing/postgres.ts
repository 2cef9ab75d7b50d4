import { type PostgresSku, postgresSkus } from './postgres-skus.data.ts';
import { type SizingClass, type SizingProfile, sizingProfiles } from './profile.ts';

/** The load of one PostgreSQL server, as a workload declares it. */
export interface PostgresLoad {
  readonly vectors: number;
  readonly connections: number;
  /** Dimensions of a vector; the strategy's embeddings have 1,536. */
  readonly dims?: number;
  /** Bytes a dimension: 4 for `vector`, 2 for `halfvec`. */
  readonly bytesPerDim?: number;
  /** Links a node of the HNSW index keeps above its lowest layer (pgvector's `m`). */
  readonly links?: number;
}

/** Compute that a load needs: vCores are whole numbers or halves before they meet a product. */
export interface PostgresNeed {
  readonly growth: number;
  readonly vCores: number;
  readonly memoryGiB: number;
  readonly connections: number;
  /** What the strategy's own figure of 2 GB a million vectors would give, for comparison (C07). */
  readonly memoryAsDocumentedGiB: number;
}

export interface Recommendation {
  readonly need: PostgresNeed;
  /** The smallest product that meets the need; null where none does. */
  readonly sku: PostgresSku | null;
  readonly because: string;
}

export interface PostgresSizing {
  readonly class: SizingClass;
  /** At growth 1: below this the declared load does not fit. */
  readonly start: Recommendation;
  /** At the growth of the class: what to order. */
  readonly target: Recommendation;
  /** At growth 2: above this money is spent without a declared reason (C28). */
  readonly ceiling: Recommendation;
}

export const VECTORS_PER_VCORE = 500_000;
export const CONNECTIONS_PER_HALF_VCORE = 100;
/** 100 MB for every 10 connections (REQ-032). */
export const GIB_PER_CONNECTION = 0.01;
/** Connections that the service keeps for itself (Azure: limits, 2025-11-13). */
export const RESERVED_CONNECTIONS = 15;
export const DEFAULT_DIMS = 1_536;

const GIB = 1_024 ** 3;

/**
 * Memory that an HNSW index over the vectors wants so that it is searched without reading the disk, in GiB.
 * A node holds its vector (dims × bytes and a header of 8) and 6-byte pointers: 2m in the lowest layer and m in each
 * layer above, of which there are 1/(m − 1) on average (pgvector, hnsw.h; Malkov and Yashunin 2018). Page overhead is
 * not counted.
 */
export function indexMemoryGiB({ vectors, dims = DEFAULT_DIMS, bytesPerDim = 4, links = 16 }: PostgresLoad): number {
  const pointers = 2 * links + links / (links - 1);
  return (vectors * (dims * bytesPerDim + 8 + 6 * pointers)) / GIB;
}

/**
 * (base + ⌈vectors/500,000⌉ + ½⌈connections/100⌉) × growth vCores, and (base + index + 0.1 GB per 10 connections) ×
 * growth memory (REQ-027 to REQ-032), with the index by its own size instead of 2 GB a million (C07). Where the machine
 * may burst, shares are counted as they are instead of rounded up, and the sum is rounded down.
 */
export function postgresNeed(load: PostgresLoad, profile: SizingProfile, growth: number): PostgresNeed {
  const { bursts } = profile;
  const step = (share: number): number => (bursts ? share : Math.ceil(share));
  const total = (sum: number): number => (bursts ? Math.floor(sum * growth) : round(sum * growth));
  const cores = step(load.vectors / VECTORS_PER_VCORE) + 0.5 * step(load.connections / CONNECTIONS_PER_HALF_VCORE);
  const memory = (index: number): number =>
    total(profile.baseMemoryGiB + index + GIB_PER_CONNECTION * load.connections);
  return {
    growth,
    vCores: total(profile.baseVCores + cores),
    memoryGiB: memory(indexMemoryGiB(load)),
    connections: load.connections,
    memoryAsDocumentedGiB: memory((2 * load.vectors) / 1_000_000),
  };
}

/** Start, target and ceiling for a load in a class of environment. */
export function sizePostgres(load: PostgresLoad, of: SizingClass): PostgresSizing {
  const profile = sizingProfiles[of];
  const at = (growth: number): Recommendation => recommend(postgresNeed(load, profile, growth), profile);
  return { class: of, start: at(1), target: at(profile.growth), ceiling: at(2) };
}

/** The smallest product of an allowed tier with enough vCores, memory and connections; never the last of a list. */
export function recommend(need: PostgresNeed, { tiers }: SizingProfile): Recommendation {
  const fitting = postgresSkus.filter((sku) => tiers.includes(sku.tier) && lacking(sku, need).length === 0);
  const [sku = null] = [...fitting].sort(bySize);
  if (sku !== null) return { need, sku, because: `smallest of ${fitting.length} products that fit` };
  const largest = postgresSkus
    .filter(({ tier }) => tiers.includes(tier))
    .sort(bySize)
    .at(-1);
  const because =
    largest === undefined
      ? 'no tier is allowed'
      : `no product fits: the largest has too few ${lacking(largest, need).join(', ')}`;
  return { need, sku: null, because };
}

/** What of a need a product does not meet: `vCores`, `memory`, `connections`. */
export function lacking(sku: PostgresSku, need: PostgresNeed): readonly string[] {
  return [
    ...(sku.vCores < need.vCores ? ['vCores'] : []),
    ...(sku.memoryGiB < need.memoryGiB ? ['memory'] : []),
    ...(usableConnections(sku) < need.connections ? ['connections'] : []),
  ];
}

/** Connections that users can have. Where Azure lists none (v6), the figure of the same memory in older generations. */
export function usableConnections({ maxConnections, memoryGiB }: PostgresSku): number {
  const known =
    maxConnections ??
    postgresSkus.find((other) => other.maxConnections !== null && other.memoryGiB >= memoryGiB)?.maxConnections;
  return (known ?? MOST_CONNECTIONS) - RESERVED_CONNECTIONS;
}

const MOST_CONNECTIONS = 5_000;

/** Fewest vCores, then least memory, then a figure that Azure publishes, then the newest generation. */
function bySize(a: PostgresSku, b: PostgresSku): number {
  return (
    a.vCores - b.vCores ||
    a.memoryGiB - b.memoryGiB ||
    Number(a.maxConnections === null) - Number(b.maxConnections === null) ||
    generation(b) - generation(a) ||
    (a.name < b.name ? -1 : 1)
  );
}

const generation = ({ name }: PostgresSku): number => Number(/_v(\d+)$/.exec(name)?.[1] ?? 0);

/** Sums of fractions, to a hundredth: 0.1 + 0.2 is 0.3 here. */
export const round = (value: number): number => Math.round(value * 100) / 100;
