import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

/** What the pipeline saw: Azure's clock at the first answer, and how often a quota made us wait. */
export interface Observed {
  firstDate: string | null;
  waits: number;
}

const MAX_QUOTA_RETRIES = 8;
const attempts = new WeakMap<PipelineRequest, number>();

/** How often a request was sent. */
export const attemptsOf = (request: PipelineRequest): number => attempts.get(request) ?? 1;

export function attemptsPolicy(): PipelinePolicy {
  return {
    name: 'assayAttempts',
    sendRequest: (request, next) => {
      attempts.set(request, (attempts.get(request) ?? 0) + 1);
      return next(request);
    },
  };
}

/** Takes Azure's clock from the first answer: everything is judged at that moment, not at this machine's. */
export function observePolicy(observed: Observed): PipelinePolicy {
  return {
    name: 'assayObserve',
    sendRequest: async (request, next) => {
      const response = await next(request);
      observed.firstDate ??= response.headers.get('date') ?? null;
      return response;
    },
  };
}

/**
 * Resource Graph's quota. The SDK retries a 429 with Retry-After and gives up at once on one that carries only
 * x-ms-user-quota-resets-after; here that is waited for too, and an exhausted quota is waited for ahead of the refusal.
 */
export function quotaPolicy(observed: Observed): PipelinePolicy {
  let blockedUntil = 0;
  const wait = async (): Promise<void> => {
    const left = blockedUntil - performance.now();
    if (left <= 0) return;
    observed.waits += 1;
    await sleep(left);
  };
  return {
    name: 'assayQuota',
    sendRequest: async (request, next) => {
      for (let tries = 0; ; tries++) {
        await wait();
        const response = await next(request);
        const resets = resetsAfter(response);
        const isRefused = response.status === 429 && !response.headers.has('retry-after') && resets !== null;
        if (resets !== null && (isRefused || response.headers.get('x-ms-user-quota-remaining') === '0'))
          blockedUntil = performance.now() + resets;
        if (!isRefused || tries >= MAX_QUOTA_RETRIES) return response;
      }
    },
  };
}

/** `hh:mm:ss` in milliseconds. A second more would be waste; a second less would be refused: the header is taken as is. */
function resetsAfter(response: PipelineResponse): number | null {
  const match = /^(\d+):(\d\d):(\d\d)/.exec(response.headers.get('x-ms-user-quota-resets-after') ?? '');
  if (match === null) return null;
  const [hours, minutes, seconds] = match.slice(1).map(Number) as [number, number, number];
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
