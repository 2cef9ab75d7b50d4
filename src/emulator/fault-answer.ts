import { randomUUID } from 'node:crypto';
import { type Answer, armError, codeOfStatus } from './answer.ts';
import { authorizationFailed } from './denial.ts';
import { rateLimited } from './graph-error.ts';
import { quotaHeaders } from './quota.ts';

export interface FaultPlace {
  readonly path: string;
  readonly principal: { readonly objectId: string; readonly appId: string };
  /** Entra writes its errors otherwise than Resource Manager. */
  readonly signIn: boolean;
}

/** What a faulted service answers with an HTTP status: Azure's own words where it has some. */
export function statusAnswer(status: number, { path, principal, signIn }: FaultPlace): Answer {
  if (signIn) return signInFault(status);
  if (status === 403) return authorizationFailed(path, principal);
  const message = faultMessages[status] ?? `The service answered with status ${status}.`;
  const answer = armError(status, codeOfStatus(status), message.replace('PATH', path));
  return status === 429 ? { ...answer, headers: retryAfter } : answer;
}

/** Resource Graph's 429: no Retry-After, only its own headers, and a second to wait. */
export function quotaAnswer(now: Date): Answer {
  return rateLimited(quotaHeaders(0, 1000), now);
}

/** A body that claims to be JSON and stops making sense half way. */
export const brokenJson = '{"value":[{"id":"/subscriptions/","name":';

const retryAfter = { 'retry-after': '1' };

const faultMessages: Readonly<Record<number, string>> = {
  401: 'The access token is invalid.',
  404: "The Resource 'PATH' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  429: 'The request is being throttled as the limit has been reached for this operation.',
  500: 'An unexpected error occurred while processing the request.',
  503: 'The service is temporarily unavailable.',
};

function signInFault(status: number): Answer {
  const error = status === 401 ? 'invalid_client' : status < 500 ? 'invalid_request' : 'temporarily_unavailable';
  const code = status < 500 ? 90023 : 90033;
  const description = `AADSTS${code}: A transient error has occurred.\r\nTrace ID: ${randomUUID()}`;
  return {
    status,
    headers: status === 429 ? retryAfter : {},
    body: { error, error_description: description, error_codes: [code] },
  };
}
