export type BlobTier = 'hot' | 'cool' | 'archive';
export type Redundancy = 'LRS' | 'ZRS' | 'GRS';

/**
 * Capacity prices by which costs are compared, never billed: those of the platform's strategy, which are like list
 * prices of locally redundant storage. A price of your own contract and region belongs in --prices.
 */
export const blobPriceSource = {
  source: "the platform's deployment strategy, section 3 (locally redundant, no region named)",
  dated: '2025-12-31',
  currency: 'USD',
} as const;

/** Per GB and month. */
export const capacityPrices: Readonly<Record<BlobTier, number>> = { hot: 0.018, cool: 0.01, archive: 0.002 };

/** Roughly what redundancy multiplies the capacity price by; a second region is a second copy (C12). */
export const redundancyFactors: Readonly<Record<Redundancy, number>> = { LRS: 1, ZRS: 1.25, GRS: 2 };
