import type { Answer, Asked } from './answer.ts';
import { createArm } from './arm.ts';
import type { Estate } from './estate.ts';
import { brokenJson, type FaultPlace, quotaAnswer, statusAnswer } from './fault-answer.ts';
import { armFaults, deniedSubscription, type Fault, parseFault } from './faults.ts';
import { rateLimited } from './graph-error.ts';
import { createPageTokens } from './page-token.ts';
import { azureQuota, createQuota, type QuotaLimit } from './quota.ts';
import { createResourceGraph, isResourceGraph } from './resource-graph.ts';
import { parseAddress } from './resource-id.ts';
import { createSignIn, type SignIn } from './sign-in.ts';

/** What becomes of a request: an answer, and what is done to it on the way out. */
export interface Outcome {
  readonly answer: Answer;
  /** The fault behind it, as it was written. */
  readonly fault?: string;
  /** Only half of the body is sent. */
  readonly cutBody?: boolean;
  /** Nothing is sent: the connection breaks. */
  readonly reset?: boolean;
}

export interface RouteOptions {
  readonly estate: Estate;
  readonly faults: readonly string[];
  readonly now: () => Date;
  readonly quota?: QuotaLimit;
}

export interface Routes {
  readonly signIn: SignIn;
  readonly answer: (asked: Asked) => Outcome;
}

/**
 * Puts sign-in, Resource Manager, Resource Graph and the faults together; the address is known only once the server
 * listens, and links and tokens carry it.
 * @throws EmulatorError `fault-invalid`.
 */
export function createRoutes({ estate, faults, now, quota = azureQuota }: RouteOptions): (url: string) => Routes {
  const nextFault = armFaults(faults);
  const deniedBy = deniedSubscriptions(estate, faults);
  const denied = new Set(deniedBy.keys());
  const takeQuota = createQuota(quota);
  return (url) => {
    const tokens = createPageTokens();
    const signIn = createSignIn(estate, { url, now });
    const arm = createArm({ estate, denied, url, tokens });
    const graph = createResourceGraph({ estate, denied, tokens, now });

    const graphWithinQuota = (asked: Asked, cut: boolean): Answer => {
      const state = takeQuota(estate.principal.objectId, now());
      if (!state.allowed) return rateLimited(state.headers, now());
      const answer = graph(asked, cut);
      return { ...answer, headers: { ...answer.headers, ...state.headers } };
    };
    const normal = (asked: Asked, cut = false) =>
      isResourceGraph(asked.path) ? graphWithinQuota(asked, cut) : arm(asked);

    return {
      signIn,
      answer: (asked) => {
        const entra = signIn.answer(asked);
        const refused = entra === undefined ? signIn.refuse(asked.authorization) : undefined;
        if (refused !== undefined) return { answer: refused };
        const fault = nextFault(asked.method, asked.path);
        if (fault === undefined) return withDenial(entra ?? normal(asked), asked, deniedBy);
        const place = { path: asked.path, principal: estate.principal, signIn: entra !== undefined };
        return faulted(fault, { place, now: now(), normal: (cut) => entra ?? normal(asked, cut) });
      },
    };
  };
}

/** Lower-case subscription id to the fault that denies it; undefined where the estate itself says unreadable. */
function deniedSubscriptions(estate: Estate, faults: readonly string[]): ReadonlyMap<string, string | undefined> {
  const denied = new Map<string, string | undefined>([...estate.unreadable].map((id) => [id, undefined]));
  for (const fault of faults.map(parseFault)) {
    const id = deniedSubscription(fault);
    if (id !== undefined && !denied.has(id)) denied.set(id, fault.text);
  }
  return denied;
}

function withDenial(answer: Answer, { path }: Asked, deniedBy: ReadonlyMap<string, string | undefined>): Outcome {
  const fault = answer.status === 403 ? deniedBy.get(parseAddress(path)?.subscription?.toLowerCase() ?? '') : undefined;
  return fault === undefined ? { answer } : { answer, fault };
}

interface FaultedCall {
  readonly place: FaultPlace;
  readonly now: Date;
  /** What would have been answered; `cut` asks Resource Graph to leave rows out. */
  readonly normal: (cut: boolean) => Answer;
}

function faulted({ kind, text: fault }: Fault, { place, now, normal }: FaultedCall): Outcome {
  switch (kind) {
    case 'reset':
      return { answer: { status: 0, body: '' }, fault, reset: true };
    case 'badjson':
      return { answer: { status: 200, body: brokenJson }, fault };
    case 'quota':
      return { answer: quotaAnswer(now), fault };
    case 'truncated':
      return isResourceGraph(place.path)
        ? { answer: normal(true), fault }
        : { answer: normal(false), fault, cutBody: true };
    default:
      return { answer: statusAnswer(kind, place), fault };
  }
}
