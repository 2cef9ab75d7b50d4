import { RestError } from '@azure/core-rest-pipeline';
import { attemptsOf } from './policies.ts';

export type AzureCode = 'no-credential' | 'unreadable-scope' | 'no-reader';

/** Why a collection cannot start at all. What fails after that is recorded in the snapshot, never thrown. */
export class AzureError extends Error {
  readonly code: AzureCode;

  constructor(code: AzureCode, message: string) {
    super(message);
    this.name = 'AzureError';
    this.code = code;
  }
}

/** What a failed call says of itself: HTTP status (0 where there was no answer), ARM's error code, one line of text. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly requestId?: string;
}

/** Reads a failure from whatever a client threw. ARM's own code wins over the client's. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof RestError)) return { status: 0, code: 'Failed', message: oneLine(error), attempts: 1 };
  const body = errorBody(error);
  const requestId = error.response?.headers.get('x-ms-request-id');
  return {
    status: error.statusCode ?? 0,
    code: body.code ?? error.code ?? 'Failed',
    message: body.message ?? oneLine(error),
    attempts: error.request === undefined ? 1 : attemptsOf(error.request),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function errorBody(error: RestError): { readonly code?: string; readonly message?: string } {
  try {
    const body: unknown = JSON.parse(error.response?.bodyAsText ?? '{}');
    const inner = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
    if (typeof inner !== 'object' || inner === null) return {};
    return {
      ...('code' in inner && typeof inner.code === 'string' ? { code: inner.code } : {}),
      ...('message' in inner && typeof inner.message === 'string' ? { message: oneLine(inner.message) } : {}),
    };
  } catch {
    return {};
  }
}

const oneLine = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 500);
};
