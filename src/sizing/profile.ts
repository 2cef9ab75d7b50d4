/** What a class of environment is sized with: constants of the strategy, as parameters. */
export interface SizingProfile {
  readonly tiers: readonly string[];
  /** vCores and GiB of memory that PostgreSQL itself takes. */
  readonly baseVCores: number;
  readonly baseMemoryGiB: number;
  /** The machine may burst: a fraction of a vCore or GiB above a whole one is carried by its credits. */
  readonly bursts: boolean;
  /** By how much the declared load is multiplied for the size to aim at. */
  readonly growth: number;
  /** Multiplies the storage need. */
  readonly safety: number;
}

export type SizingClass = 'dev' | 'test' | 'uat' | 'prod';

const ANY_TIER = ['Burstable', 'GeneralPurpose', 'MemoryOptimized'] as const;
const STEADY_TIERS = ['GeneralPurpose', 'MemoryOptimized'] as const;
const SMALL = { tiers: ANY_TIER, baseVCores: 1, baseMemoryGiB: 2, bursts: true, growth: 1, safety: 1.5 } as const;
const STEADY = { tiers: STEADY_TIERS, baseVCores: 2, baseMemoryGiB: 4, bursts: false } as const;

/**
 * Development and test may burst: half the base, and only whole vCores and GiB count. With the strategy's own base of two
 * vCores its proposals for them, B1ms and B2s, could never come out (C02). Growth 1, 1, 1.5 and 2; safety 1.5 and 2
 * (REQ-040).
 */
export const sizingProfiles: Readonly<Record<SizingClass, SizingProfile>> = {
  dev: SMALL,
  test: SMALL,
  uat: { ...STEADY, growth: 1.5, safety: 1.5 },
  prod: { ...STEADY, growth: 2, safety: 2 },
};
