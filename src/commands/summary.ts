import process from 'node:process';
import { styleText } from 'node:util';
import type { AssessedFinding, ControlAssessment, ItemStatus } from '../control/assessment.ts';
import { severities } from '../policy/severity.ts';
import { sayValue } from '../policy/template.ts';
import type { Outcome } from './exit.ts';
import type { Judgement } from './judge.ts';

type Format = Parameters<typeof styleText>[0];

/** Colour only for a person at a terminal, and never where NO_COLOR asks for none. */
const paint = (format: Format, text: string): string =>
  process.stdout.isTTY === true && process.env.NO_COLOR === undefined ? styleText(format, text) : text;

/** What a reader wants to know in ten seconds: how much, how bad, what is not known, where the proof lies. */
export function summaryLines(judgement: Judgement, outcome: Outcome, bundle: readonly string[]): readonly string[] {
  const { assessment } = judgement;
  return [
    ...headLines(judgement),
    '',
    ...countLines(assessment.findings),
    '',
    ...assessment.controls.flatMap(controlLines),
    ...waiverLines(judgement),
    ...worstLines(assessment.findings),
    ...bundle.map((line) => `  ${line}`),
    ...(bundle.length > 0 ? [''] : []),
    verdictLine(outcome),
  ];
}

function headLines({ snapshot: { header }, model, inputs }: Judgement): readonly string[] {
  const title = inputs.workload?.metadata.title ?? inputs.workload?.metadata.id ?? 'no declaration';
  const judged = new Set(model.findings.map((finding) => finding.resource.toLowerCase())).size;
  const lines = [
    `${paint('bold', `assay ${model.tool.version}`)}  ${sayValue(title)}  as of ${model.asOf.slice(0, 19)}Z`,
    `  ${header.readableScopes.length} of ${header.requestedScopes.length} subscriptions read, ${judged} resources judged by ${model.policies.length} policies`,
  ];
  return inputs.workload === null
    ? [...lines, paint('yellow', '  no declaration (assay.yaml): every resource is judged as production')]
    : lines;
}

function countLines(findings: readonly AssessedFinding[]): readonly string[] {
  const of = (test: (one: AssessedFinding) => boolean): readonly AssessedFinding[] => findings.filter(test);
  const fails = of(({ finding, waived }) => finding.status === 'fail' && waived === undefined);
  const unknowns = of(({ finding }) => finding.status === 'unknown');
  const line = (word: string, format: Format, n: number, detail: string): string =>
    `  ${paint(n > 0 ? format : 'dim', word.padEnd(15))}${String(n).padStart(5)}   ${detail}`.trimEnd();
  return [
    line('fail', 'red', fails.length, bySeverity(fails)),
    line('unknown', 'yellow', unknowns.length, byReason(unknowns)),
    line('waived', 'cyan', of(({ waived }) => waived !== undefined).length, ''),
    line('pass', 'green', of(({ finding }) => finding.status === 'pass').length, ''),
    line('not applicable', 'dim', of(({ finding }) => finding.status === 'not-applicable').length, ''),
  ];
}

const bySeverity = (findings: readonly AssessedFinding[]): string =>
  severities
    .map((severity) => [severity, findings.filter(({ finding }) => finding.severity === severity).length] as const)
    .filter(([, n]) => n > 0)
    .map(([severity, n]) => `${severity} ${n}`)
    .join(' · ');

function byReason(findings: readonly AssessedFinding[]): string {
  const counts = new Map<string, number>();
  for (const { finding } of findings)
    if (finding.status === 'unknown') counts.set(finding.reason, (counts.get(finding.reason) ?? 0) + 1);
  return [...counts].map(([reason, n]) => `${reason} ${n}`).join(' · ');
}

const colours: Readonly<Record<ItemStatus, Format>> = {
  'not-met': 'red',
  unknown: 'yellow',
  'attestation-needed': 'magenta',
  'met-with-waivers': 'cyan',
  met: 'green',
  'not-applicable': 'dim',
};

function controlLines(control: ControlAssessment): readonly string[] {
  return [
    `  ${paint('bold', control.id)} ${control.title}: ${paint(colours[control.status], control.status)}`,
    ...control.items.map(
      (item) => `    ${paint(colours[item.status], item.status.padEnd(19))} ${item.id}  ${item.title}`,
    ),
    '',
  ];
}

function waiverLines({ assessment }: Judgement): readonly string[] {
  const waivers = assessment.waivers.map(
    (waiver) =>
      `  ${waiver.kind === 'Waiver' ? 'waiver' : 'accepted unknown'} ${waiver.id} ${waiver.state}: ${sayValue(waiver.because)}`,
  );
  const statements = assessment.attestations
    .filter((one) => one.state !== 'valid')
    .map((one) => `  attestation ${one.id} ${one.state}: ${sayValue(one.because)}`);
  const lines = [...waivers, ...statements];
  return lines.length > 0 ? [...lines, ''] : [];
}

const WORST = 5;

function worstLines(findings: readonly AssessedFinding[]): readonly string[] {
  const fails = findings
    .filter(({ finding, waived }) => finding.status === 'fail' && waived === undefined)
    .toSorted(({ finding: a }, { finding: b }) => urgency(a) - urgency(b));
  const shown = fails
    .slice(0, WORST)
    .map(({ finding }) => `    ${finding.severity.padEnd(9)}${finding.policy}  ${sayValue(finding.because)}`);
  if (shown.length === 0) return [];
  const rest = fails.length > WORST ? [`    … and ${fails.length - WORST} more`] : [];
  return ['  worst', ...shown, ...rest, ''];
}

const CLASSES: readonly string[] = ['prod', 'uat', 'test', 'dev'];

/** By severity, then production first. */
const urgency = (finding: AssessedFinding['finding']): number =>
  severities.indexOf(finding.severity) * CLASSES.length + CLASSES.indexOf(finding.class);

function verdictLine({ failing, gaps, code }: Outcome): string {
  const said = [
    ...(failing > 0 ? [`${failing} finding${failing > 1 ? 's' : ''} to repair`] : []),
    ...(gaps.length > 0 ? [`evidence incomplete (${gaps.join(', ')})`] : []),
  ];
  const text = said.length === 0 ? 'clean' : said.join('; ');
  return paint(said.length === 0 ? 'green' : failing > 0 ? 'red' : 'yellow', `${text}: exit ${code}`);
}
