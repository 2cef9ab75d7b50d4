import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Connection } from './connection.ts';

/** Reads one ARM path raw: `get('/subscriptions/…', '2022-12-01')`. Throws RestError on anything but 200. */
export type ArmGet = (path: string, apiVersion: string) => Promise<unknown>;

/** The raw reader for everything that has no client of its own: same credential, retries and observation. */
export function openArm(connection: Connection): ArmGet {
  const { tlsOptions, retryOptions, userAgentOptions, additionalPolicies } = connection.clientOptions;
  const pipeline = createPipelineFromOptions({ ...(tlsOptions ? { tlsOptions } : {}), retryOptions, userAgentOptions });
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({ credential: connection.credential, scopes: [connection.scope] }),
  );
  for (const { policy, position } of additionalPolicies)
    pipeline.addPolicy(policy, position === 'perRetry' ? { afterPhase: 'Retry' } : {});
  const http = createDefaultHttpClient();
  return async (path, apiVersion) => {
    const url = new URL(path, connection.endpoint);
    url.searchParams.set('api-version', apiVersion);
    const request = createPipelineRequest({ url: url.href });
    const response = await pipeline.sendRequest(http, request);
    if (response.status !== 200)
      throw new RestError(`GET ${url.pathname} answered ${response.status}`, {
        statusCode: response.status,
        request,
        response,
      });
    return JSON.parse(response.bodyAsText ?? '');
  };
}
