import { EmulatorError } from './errors.ts';
import { compileGlob } from './glob.ts';

/** What goes wrong: an HTTP status, or a word. */
export type FaultKind = number | 'reset' | 'badjson' | 'truncated' | 'quota';

export interface Fault {
  /** As it was written: shown in the request log. */
  readonly text: string;
  /** Upper case, or `*` for every method. */
  readonly method: string;
  readonly glob: string;
  readonly kind: FaultKind;
  /** Only the first so many matching requests; undefined means always. */
  readonly times: number | undefined;
}

/**
 * Reads one fault, `METHOD GLOB:FAULT[xN]`, for example `GET **\/managementPolicies/default:403x2`.
 * @throws EmulatorError `fault-invalid` that says which part is wrong and shows a fault that is right.
 */
export function parseFault(text: string): Fault {
  const [, method = '', glob = '', kind = '', times] = faultShape.exec(text.trim()) ?? [];
  if (method === '') throw refusal(text, 'it is not of the form METHOD GLOB:FAULT[xN]');
  if (!methods.includes(method.toUpperCase())) throw refusal(text, `'${method}' is none of ${methods.join(', ')}`);
  if (!/^[/*]/.test(glob)) throw refusal(text, `'${glob}' does not start with / or *`);
  if (times !== undefined && !(Number(times) >= 1)) throw refusal(text, 'x0 would never happen');
  return {
    text: text.trim(),
    method: method.toUpperCase(),
    glob,
    kind: readKind(text, kind.toLowerCase()),
    times: times === undefined ? undefined : Number(times),
  };
}

/**
 * The faults of one emulator, with their counters. Asking takes one use of the first fault that still applies.
 * @throws EmulatorError `fault-invalid` for any text that is no fault.
 */
export function armFaults(texts: readonly string[]): (method: string, path: string) => Fault | undefined {
  const armed = texts.map(parseFault).map((fault) => ({ fault, matches: compileGlob(fault.glob), used: 0 }));
  return (method, path) => {
    const found = armed.find(
      ({ fault, matches, used }) =>
        (fault.times === undefined || used < fault.times) &&
        (fault.method === '*' || fault.method === method) &&
        matches(path),
    );
    if (found !== undefined) found.used += 1;
    return found?.fault;
  };
}

/**
 * The subscription whose read a fault denies for good (`GET /subscriptions/<id>:403`, no wildcard, no count), in lower
 * case. It stands for a missing role: Resource Graph then hides the subscription, and all below it is denied.
 */
export function deniedSubscription({ method, glob, kind, times }: Fault): string | undefined {
  if (kind !== 403 || times !== undefined || (method !== 'GET' && method !== '*')) return undefined;
  return /^\/subscriptions\/([^/*]+)\/?$/i.exec(glob)?.[1]?.toLowerCase();
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '*'];
const words = ['reset', 'badjson', 'truncated', 'quota'] as const;
const example = 'GET **/managementPolicies/default:403x2';

// The last colon parts path and fault: a path may hold colons of its own.
const faultShape = /^(\S+)\s+(\S.*):([A-Za-z]+|\d+)(?:x(\d+))?$/;

function readKind(text: string, kind: string): FaultKind {
  const word = words.find((known) => known === kind);
  if (word !== undefined) return word;
  const status = Number(kind);
  if (Number.isInteger(status) && status >= 400 && status <= 599) return status;
  throw refusal(text, `'${kind}' is neither an HTTP status from 400 to 599 nor ${words.join(', ')}`);
}

function refusal(text: string, reason: string): EmulatorError {
  return new EmulatorError('fault-invalid', `'${text}' is not a fault: ${reason}. Write for example '${example}'.`);
}
