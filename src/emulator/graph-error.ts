import { randomUUID } from 'node:crypto';
import type { KqlError } from '../kql/engine.ts';
import { type Answer, armError } from './answer.ts';

export interface GraphErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly [more: string]: unknown;
}

/** Resource Graph's errors: one sentence for support, and what really happened in `details`. */
export function graphError(status: number, code: string, details: readonly GraphErrorDetail[], now: Date): Answer {
  // Azure writes seven digits of a second.
  const timestamp = now.toISOString().replace('Z', '0000Z');
  const message =
    'Please provide below info when asking for support: ' +
    `timestamp = ${timestamp}, correlationId = ${randomUUID()}.`;
  return armError(status, code, message, { details });
}

export function badGraphRequest(details: readonly GraphErrorDetail[], now: Date): Answer {
  return graphError(400, 'BadRequest', details, now);
}

/** Too many queries: only the quota headers say when to come back, there is no Retry-After. */
export function rateLimited(headers: Readonly<Record<string, string>>, now: Date): Answer {
  const message =
    'Client application has been throttled and should not attempt to repeat the request until an amount of time has ' +
    'elapsed. Please see https://aka.ms/resourcegraph-throttling for help.';
  return { ...graphError(429, 'RateLimiting', [{ code: 'RateLimiting', message }], now), headers };
}

export const invalidQuery: GraphErrorDetail = {
  code: 'InvalidQuery',
  message:
    'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error ' +
    'before retrying.',
};

/**
 * A query that the language refuses. Azure counts `line` from 1 and `characterPositionInLine` from 0, and names the
 * token it stopped at (recorded answers); our own sentence and code stand in the message beyond the syntax errors.
 */
export function queryFailure(error: KqlError, query: string, now: Date): Answer {
  const syntax = syntaxCodes.has(error.code);
  const place = {
    line: error.line,
    characterPositionInLine: error.column - 1,
    token: query.slice(error.start, error.end) || '<EOF>',
  };
  const detail = syntax
    ? { code: 'ParserFailure', message: 'ParserFailure', ...place }
    : { code: 'InvalidQuery', message: `${error.code} ${error.message}`, ...place };
  return badGraphRequest([invalidQuery, detail], now);
}

const syntaxCodes: ReadonlySet<string> = new Set(['KQL001', 'KQL002', 'KQL003', 'KQL010', 'KQL015']);
