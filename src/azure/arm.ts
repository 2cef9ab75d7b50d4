import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Connection } from './connection.ts';

/** A response as a pipeline has it: the raw body, not an SDK's model, which renames and drops fields. */
export interface RawResponse {
  readonly status: number;
  readonly bodyAsText?: string | null | undefined;
  readonly headers: { get(name: string): string | undefined };
}

/** Raw reads of ARM. Both throw RestError on anything but 200. */
export interface Arm {
  /** Reads one path: `get('/subscriptions/…', '2022-12-01')`. Ids are encoded here, by segment. */
  get(path: string, apiVersion: string): Promise<RawResponse>;
  /** Reads the next page of a list. A link to another host is refused before a token could go there. */
  follow(nextLink: string): Promise<RawResponse>;
}

/** The raw reader for everything that has no client of its own: same credential, retries and observation. */
export function openArm(connection: Connection): Arm {
  const { tlsOptions, retryOptions, userAgentOptions, additionalPolicies } = connection.clientOptions;
  const pipeline = createPipelineFromOptions({ ...(tlsOptions ? { tlsOptions } : {}), retryOptions, userAgentOptions });
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({ credential: connection.credential, scopes: [connection.scope] }),
  );
  for (const { policy, position } of additionalPolicies)
    pipeline.addPolicy(policy, position === 'perRetry' ? { afterPhase: 'Retry' } : {});
  const http = createDefaultHttpClient();
  const read = async (url: URL): Promise<RawResponse> => {
    const request = createPipelineRequest({ url: url.href });
    const response = await pipeline.sendRequest(http, request);
    if (response.status === 200) return response;
    const message = `GET ${url.pathname} answered ${response.status}`;
    throw new RestError(message, { statusCode: response.status, request, response });
  };
  return {
    get: (path, apiVersion) => {
      const url = new URL(path.split('/').map(encodeURIComponent).join('/'), connection.endpoint);
      url.searchParams.set('api-version', apiVersion);
      return read(url);
    },
    follow: async (nextLink) => read(linkOf(nextLink, connection.endpoint)),
  };
}

/** The link as it was given: it carries its own api-version, and its token must not be written anew. */
function linkOf(nextLink: string, endpoint: string): URL {
  if (!URL.canParse(nextLink, endpoint))
    throw new RestError('a list names a next page that is no address', { code: 'InvalidNextLink' });
  const url = new URL(nextLink, endpoint);
  if (url.origin === new URL(endpoint).origin) return url;
  throw new RestError(`a list names a next page on another host, ${url.host}: it was not followed`, {
    code: 'ForeignNextLink',
  });
}
