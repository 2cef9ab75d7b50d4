/** What the strategy's own calculator returns, for whoever has its figures in hand. */
export interface DocumentedSizing {
  readonly vCores: number;
  readonly memoryGiB: number;
  readonly sku: 'B1ms' | 'D2s_v3' | 'D4s_v3' | 'D8s_v3';
}

/**
 * The strategy's calculator, kept to the letter so that its answers can be told apart from ours (C02, C17). Known
 * faults: B1ms cannot come out, B2s is never returned, and whatever is larger than D8s_v3 is still called D8s_v3.
 */
export function sizeAsDocumented(vectors: number, connections: number, growth: number): DocumentedSizing {
  const cores = 2 + Math.ceil(vectors / 500_000) + 0.5 * Math.ceil(connections / 100);
  const memory = 4 + (2 * vectors) / 1_000_000 + (0.1 * connections) / 10;
  const vCores = Math.ceil(cores * growth);
  const memoryGiB = Math.ceil(memory * growth);
  const fits = (mostCores: number, mostMemory: number): boolean => vCores <= mostCores && memoryGiB <= mostMemory;
  const sku = fits(1, 2) ? 'B1ms' : fits(2, 8) ? 'D2s_v3' : fits(4, 16) ? 'D4s_v3' : 'D8s_v3';
  return { vCores, memoryGiB, sku };
}
