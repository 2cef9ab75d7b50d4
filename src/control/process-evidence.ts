import type { Workload, WorkloadEnvironment } from '../workload/workload.schema.ts';
import type { AssessedFinding, AttestationState, ControlAssessment, WaiverState } from './assessment.ts';
import { countsOf } from './counts.ts';

/** What assay's own working can show beside policies: a closed list, so that a misspelt one is an error. */
export const processEvidences = [
  'attestations current',
  'complete workload declaration',
  'control inventory',
  'each failing finding has a plan step or a waiver',
  'encryption-flow diagram',
  'findings register',
  'framework version pinned',
  'policy tests and lint green',
  'register of what was not assessed',
  'remediation plan',
  'residual-risk statement',
  'scan cadence from the chain',
  'the pipeline gate of the run',
  'the sealed manifest',
  'trend across runs',
  'verification by a second party',
  'waivers approved and unexpired',
] as const;
export type ProcessEvidence = (typeof processEvidences)[number];

/** `elsewhere`: one judgement alone cannot show it; `because` says what would. */
export interface ProcessState {
  readonly what: ProcessEvidence;
  readonly state: 'shown' | 'not-shown' | 'elsewhere';
  readonly because: string;
}

export interface ProcessFacts {
  readonly reference: string;
  readonly findings: readonly AssessedFinding[];
  readonly controls: readonly ControlAssessment[];
  readonly waivers: readonly WaiverState[];
  readonly attestations: readonly AttestationState[];
  readonly workload: Workload | null;
}

/** Whether one kind of process evidence is there, from what this judgement knows. It never moves a status. */
export function processState(what: ProcessEvidence, facts: ProcessFacts): ProcessState {
  return { what, ...rules[what](facts) };
}

type Verdict = Omit<ProcessState, 'what'>;

const shown = (because: string): Verdict => ({ state: 'shown', because });
const notShown = (because: string): Verdict => ({ state: 'not-shown', because });
const elsewhere = (because: string) => (): Verdict => ({ state: 'elsewhere', because });

const rules: Readonly<Record<ProcessEvidence, (facts: ProcessFacts) => Verdict>> = {
  'attestations current': ({ attestations }) =>
    allAre(attestations, ['valid'], 'statement', 'no statement was given, so none can be current'),
  'complete workload declaration': ({ workload }) => declared(workload),
  'control inventory': inventory,
  'each failing finding has a plan step or a waiver': elsewhere(
    'the plan says it: plan.json has a step for every fail',
  ),
  'encryption-flow diagram': elsewhere('this judgement draws none'),
  'findings register': ({ findings }) =>
    findings.length === 0 ? notShown('nothing was judged') : shown(`${findings.length} findings, each with its facts`),
  'framework version pinned': ({ reference }) => shown(`every result names ${reference}`),
  'policy tests and lint green': elsewhere('assay policy test and assay policy lint show it'),
  'register of what was not assessed': ({ findings }) =>
    findings.length === 0
      ? notShown('nothing was judged')
      : shown(`${countsOf(findings).unknown} unknown findings are kept with their reasons`),
  'remediation plan': elsewhere('plan.json of the bundle, made from the same findings'),
  'residual-risk statement': residual,
  'scan cadence from the chain': elsewhere('it takes several sealed bundles, one after the other'),
  'the pipeline gate of the run': elsewhere('the exit code of the run, kept by the pipeline'),
  'the sealed manifest': elsewhere('SHA256SUMS and its signature, once the bundle is sealed'),
  'trend across runs': elsewhere('it takes several sealed bundles, one after the other'),
  'verification by a second party': elsewhere('whoever runs assay verify can state it'),
  'waivers approved and unexpired': ({ waivers }) =>
    allAre(waivers, ['active', 'near-expiry'], 'waiver', 'no waiver is in use'),
};

function allAre(
  states: readonly { readonly id: string; readonly state: string }[],
  good: readonly string[],
  noun: string,
  none: string,
): Verdict {
  if (states.length === 0) return notShown(none);
  const bad = states.filter(({ state }) => !good.includes(state));
  if (bad.length > 0) return notShown(bad.map(({ id, state }) => `${id} is ${state}`).join(', '));
  return shown(states.length === 1 ? `the one ${noun} holds` : `all ${states.length} ${noun}s hold`);
}

/** Parts of an environment's declaration that state a tolerance or a size: without them nothing can be compared. */
const PARTS: readonly (keyof WorkloadEnvironment)[] = ['scopes', 'expect', 'load', 'recovery', 'budget'];

function declared(workload: Workload | null): Verdict {
  if (workload === null) return notShown('there is no declaration');
  if (Object.keys(workload.environments).length === 0) return notShown('no environment is declared');
  const lacking = Object.entries(workload.environments).flatMap(([name, environment]) => {
    const parts = PARTS.filter((part) => environment[part] === undefined);
    return parts.length === 0 ? [] : [`${name} lacks ${parts.join(', ')}`];
  });
  return lacking.length === 0 ? shown(`${workload.metadata.id} declares every part`) : notShown(lacking.join('; '));
}

function inventory({ controls, findings }: ProcessFacts): Verdict {
  const resources = new Set(findings.map(({ finding }) => finding.resource.toLowerCase())).size;
  const items = controls.reduce((sum, control) => sum + control.items.length, 0);
  return items === 0 || resources === 0
    ? notShown('no control was judged on any resource')
    : shown(`${items} items of ${controls.length} controls, with results for ${resources} resources`);
}

function residual({ findings, attestations }: ProcessFacts): Verdict {
  if (findings.length === 0) return notShown('nothing was judged');
  const { fail, waived, unknown } = countsOf(findings);
  const stale = attestations.filter(({ state }) => state !== 'valid').length;
  return shown(`${fail} failing, ${waived} waived, ${unknown} unknown, ${stale} statements that do not hold`);
}
