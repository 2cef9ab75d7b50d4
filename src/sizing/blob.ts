import { type BlobTier, capacityPrices, type Redundancy, redundancyFactors } from './blob-prices.data.ts';

export interface BlobLoad {
  readonly documentsPerMonth: number;
  readonly avgMB: number;
  readonly retentionDays: number;
  readonly access: AccessPattern;
}

export type AccessPattern = 'frequent' | 'moderate' | 'rare';

/** Shares of the data by tier; they sum to 1. */
export type TierMix = Readonly<Record<BlobTier, number>>;

export interface BlobSizing {
  /** GB held once uploads and deletions are in balance. */
  readonly totalGB: number;
  /** The mix that the access pattern declares (REQ-073). */
  readonly declaredMix: TierMix;
  /** The mix that the lifecycle itself brings about at the full retention, by steady uploads (C11). */
  readonly steadyMix: TierMix;
  /** Capacity cost a month for each mix; operations and retrieval are not in it. */
  readonly monthlyCost: { readonly declared: number; readonly steady: number };
  readonly costPerGB: { readonly declared: number; readonly steady: number };
}

export interface BlobOptions {
  readonly coolAfterDays?: number;
  readonly archiveAfterDays?: number;
  readonly redundancy?: Redundancy;
  readonly prices?: Readonly<Record<BlobTier, number>>;
}

export const accessPatterns: Readonly<Record<AccessPattern, TierMix>> = {
  frequent: { hot: 0.7, cool: 0.2, archive: 0.1 },
  moderate: { hot: 0.3, cool: 0.5, archive: 0.2 },
  rare: { hot: 0.1, cool: 0.3, archive: 0.6 },
};

/** documents a month × MB × retention/30/1024 (REQ-072), its tiers and what holding them costs (REQ-073, REQ-074). */
export function sizeBlob(load: BlobLoad, options: BlobOptions = {}): BlobSizing {
  const totalGB = (load.documentsPerMonth * load.avgMB * load.retentionDays) / 30 / 1_024;
  const declaredMix = accessPatterns[load.access];
  const steadyMix = lifecycleMix(load.retentionDays, options);
  const [declared, steady] = [pricePerGB(declaredMix, options), pricePerGB(steadyMix, options)];
  return {
    totalGB: to(totalGB, 2),
    declaredMix,
    steadyMix,
    monthlyCost: { declared: to(totalGB * declared, 2), steady: to(totalGB * steady, 2) },
    costPerGB: { declared: to(declared, 5), steady: to(steady, 5) },
  };
}

/**
 * The mix that a lifecycle brings about when the same amount comes in every day and the oldest is `ageDays` old: what is
 * younger than the first threshold is hot, and so on. At 365 days it is 8/16/75 %, whatever anyone declares (C11).
 */
export function lifecycleMix(
  ageDays: number,
  { coolAfterDays = 30, archiveAfterDays = 90 }: BlobOptions = {},
): TierMix {
  const hot = Math.min(ageDays, coolAfterDays);
  const cool = Math.min(ageDays, archiveAfterDays) - hot;
  const share = (days: number): number => (ageDays === 0 ? 0 : to(days / ageDays, 4));
  return { hot: ageDays === 0 ? 1 : share(hot), cool: share(cool), archive: share(ageDays - hot - cool) };
}

function pricePerGB(mix: TierMix, { redundancy = 'LRS', prices = capacityPrices }: BlobOptions): number {
  const price = mix.hot * prices.hot + mix.cool * prices.cool + mix.archive * prices.archive;
  return price * redundancyFactors[redundancy];
}

const to = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
