import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createSelfSigned } from '../x509/certificate.ts';
import type { Asked } from './answer.ts';
import { armError } from './answer.ts';
import { clockFrom } from './clock.ts';
import { EmulatorError } from './errors.ts';
import type { Estate } from './estate.ts';
import type { QuotaLimit } from './quota.ts';
import { createRoutes, type Outcome } from './routes.ts';

export interface EmulatorOptions {
  readonly estate: Estate;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Laid over the estate's own faults; see parseFault. */
  readonly faults?: readonly string[];
  readonly onRequest?: (entry: RequestLogEntry) => void;
  /** The default starts at the estate's asOf and runs with real time. */
  readonly clock?: () => Date;
  /** Resource Graph's limit of queries; the default is Azure's 15 in 5 seconds. */
  readonly quota?: QuotaLimit;
}

/** One request as it was answered. A connection that a fault reset has status 0. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly userAgent: string;
  /** Bytes of the body that were sent. */
  readonly bytes: number;
  /** The fault that shaped the answer, as it was written. */
  readonly fault?: string;
  readonly clientRequestId: string;
}

export interface Emulator {
  readonly url: string;
  readonly port: number;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The certificate to trust, PEM; it was made for this emulator alone. */
  readonly caPem: string;
  /** Every request so far, in the order of the answers. */
  readonly requests: readonly RequestLogEntry[];
  close(): Promise<void>;
}

/**
 * Serves an estate on 127.0.0.1 as Azure would: Entra sign-in, Resource Manager and Resource Graph, over HTTPS.
 * @throws EmulatorError `fault-invalid`, `port-in-use` or `listen-failed`.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { estate, faults = [], onRequest, quota, clock = clockFrom(estate.asOf) } = options;
  const { certPem, keyPem } = await serverCertificate();
  // Longer than any pause of a client between two reads: a connection that is closed just then costs it a retry.
  const server = createServer({ cert: certPem, key: keyPem, keepAliveTimeout: 65_000 });
  const allFaults = [...estate.faults, ...faults];
  // Faults are read before the port is taken: a wrong one must not leave a server behind.
  const routesAt = createRoutes({ estate, faults: allFaults, now: clock, ...(quota && { quota }) });
  const port = await listen(server, options.port ?? 0);
  const url = `https://127.0.0.1:${port}`;
  const { signIn, answer } = routesAt(url);

  const requests: RequestLogEntry[] = [];
  server.on('request', (request, response) => {
    void serve({ request, response }, { answer, now: clock }).then((entry) => {
      requests.push(entry);
      onRequest?.(entry);
    });
  });
  return {
    url,
    port,
    tenantId: estate.tenant,
    clientId: signIn.clientId,
    clientSecret: signIn.clientSecret,
    caPem: certPem,
    requests,
    close: () => close(server),
  };
}

/** TLS is between real machines: the certificate follows the real clock, with an hour for clocks that are behind. */
function serverCertificate(): Promise<{ certPem: string; keyPem: string }> {
  return createSelfSigned({
    commonName: 'assay emulator',
    notBefore: new Date(Date.now() - 3_600_000),
    days: 365,
    hosts: ['localhost', '127.0.0.1'],
    usage: 'tls',
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, port)));
    try {
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    } catch (cause) {
      reject(listenError(cause, port));
    }
  });
}

function listenError(cause: unknown, port: number): EmulatorError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
    const sentence = `Port ${port} on 127.0.0.1 is taken by another program. Choose another, or 0 for any free one.`;
    return new EmulatorError('port-in-use', sentence, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmulatorError('listen-failed', `The emulator cannot listen on port ${port}: ${reason}.`, { cause });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Clients keep connections open for later requests: closing waits for none of them.
    server.closeAllConnections();
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Serving {
  readonly answer: (asked: Asked) => Outcome;
  readonly now: () => Date;
}

/** The largest request body that is read: a query is far smaller. */
const largestRequest = 1_048_576;

async function serve({ request, response }: Exchange, { answer, now }: Serving): Promise<RequestLogEntry> {
  const asked = await readRequest(request);
  const outcome: Outcome = asked === undefined ? { answer: notUnderstood } : attempt(answer, asked);
  const bytes = outcome.reset === true ? reset(request) : send({ request, response }, outcome, now());
  return {
    method: request.method ?? '',
    path: (request.url ?? '').replace(/\?.*/s, ''),
    status: outcome.reset === true ? 0 : outcome.answer.status,
    userAgent: request.headers['user-agent'] ?? '',
    bytes,
    ...(outcome.fault === undefined ? {} : { fault: outcome.fault }),
    clientRequestId: headerText(request, 'x-ms-client-request-id'),
  };
}

const notUnderstood = armError(400, 'BadRequest', 'The request is too large, incomplete, or its path is not valid.');

/** The request in full; undefined when it is too large, breaks off, or names no path. */
async function readRequest(request: IncomingMessage): Promise<Asked | undefined> {
  try {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://127.0.0.1');
    const path = pathname.split('/').map(decodeURIComponent).join('/');
    const { authorization } = request.headers;
    return body && { method: request.method ?? '', path, query: searchParams, authorization, body: body.text };
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<{ readonly text: string } | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= largestRequest) chunks.push(chunk);
  }
  return size > largestRequest ? undefined : { text: Buffer.concat(chunks).toString('utf8') };
}

/** A mistake of the emulator's own is a 500 to one caller, never the end of the server. */
function attempt(answer: Serving['answer'], asked: Asked): Outcome {
  try {
    return answer(asked);
  } catch (error) {
    const message = `The emulator failed: ${error instanceof Error ? error.message : String(error)}`;
    return { answer: armError(500, 'EmulatorFailure', message) };
  }
}

function reset(request: IncomingMessage): number {
  request.socket.destroy();
  return 0;
}

function send({ request, response }: Exchange, { answer, cutBody }: Outcome, now: Date): number {
  const body = Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-cache',
    date: now.toUTCString(),
    ...requestIds(request),
    ...answer.headers,
  });
  if (cutBody !== true) {
    response.end(request.method === 'HEAD' ? undefined : body);
    return request.method === 'HEAD' ? 0 : body.length;
  }
  const half = body.subarray(0, Math.floor(body.length / 2));
  // The rest was promised by content-length and never comes.
  response.write(half, () => request.socket.end());
  return half.length;
}

function requestIds(request: IncomingMessage): Record<string, string> {
  const echoed = headerText(request, 'x-ms-client-request-id');
  return {
    'x-ms-request-id': randomUUID(),
    'x-ms-correlation-request-id': headerText(request, 'x-ms-correlation-request-id') || randomUUID(),
    ...(echoed === '' ? {} : { 'x-ms-client-request-id': echoed }),
  };
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
