/** What a route answers; the server adds the date and the request ids. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Written as JSON. A string is written as it stands. */
  readonly body: unknown;
}

/** A request as the routes see it. */
export interface Asked {
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A 200 with a body. */
export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers, body };
}

/** An error as Azure Resource Manager writes it: `{ "error": { "code", "message", … } }`. */
export function armError(status: number, code: string, message: string, more: object = {}): Answer {
  return { status, body: { error: { code, message, ...more } } };
}

/** Resource Manager's refusal of a request without a usable api-version; undefined when it has one. */
export function refuseVersion(query: URLSearchParams): Answer | undefined {
  const version = query.get('api-version');
  if (version === null || version === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    return armError(400, 'MissingApiVersionParameter', message);
  }
  if (/^\d{4}-\d{2}-\d{2}(-[a-z]+)?$/i.test(version)) return undefined;
  return armError(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
}

/** The code that Resource Manager gives with a status when no service has one of its own. */
export function codeOfStatus(status: number): string {
  return statusCodes[status] ?? (status < 500 ? 'BadRequest' : 'InternalServerError');
}

const statusCodes: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'AuthenticationFailed',
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  413: 'RequestContentTooLarge',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};
