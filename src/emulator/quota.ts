/** How many Resource Graph queries a principal may make in a window of time. */
export interface QuotaLimit {
  readonly queries: number;
  readonly seconds: number;
}

/** Azure's documented example: 15 queries in every 5 seconds. */
export const azureQuota: QuotaLimit = { queries: 15, seconds: 5 };

export interface QuotaState {
  readonly allowed: boolean;
  /** The two headers of every Resource Graph answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts queries per principal in windows that start with the first query. Refused queries cost nothing. */
export function createQuota(limit: QuotaLimit): (principal: string, now: Date) => QuotaState {
  const windows = new Map<string, { readonly endsAt: number; used: number }>();
  return (principal, now) => {
    const current = windows.get(principal);
    const open = current !== undefined && now.getTime() < current.endsAt;
    const window = open ? current : { endsAt: now.getTime() + limit.seconds * 1000, used: 0 };
    windows.set(principal, window);
    const allowed = window.used < limit.queries;
    if (allowed) window.used += 1;
    return { allowed, headers: quotaHeaders(limit.queries - window.used, window.endsAt - now.getTime()) };
  };
}

/** `x-ms-user-quota-resets-after` is hh:mm:ss, whole seconds, rounded up so that waiting it out is enough. */
export function quotaHeaders(remaining: number, resetsInMs: number): Readonly<Record<string, string>> {
  const seconds = Math.max(1, Math.ceil(resetsInMs / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return {
    'x-ms-user-quota-remaining': String(remaining),
    'x-ms-user-quota-resets-after': parts.map((part) => String(part).padStart(2, '0')).join(':'),
  };
}
