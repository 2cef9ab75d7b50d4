import type { StatusCounts } from './counts.ts';
import type { ReportModel } from './model.ts';
import { itemSentence } from './sentences.ts';
import { counted, moment, thousands, visible } from './visible.ts';

const shown = 10;

/** One page for a pull request or a chat. Everything that came from Azure or from a file is escaped. */
export function summaryMarkdown(model: ReportModel): string {
  const parts = [
    [`## ${prose(model.title)}: ${prose(model.workload?.title ?? 'no workload declared')}`],
    [
      `As of ${moment(model.asOf)}, ${prose(model.tool.name)} ${prose(model.tool.version)}. **Items: ${itemSentence(model.counts.items)}.**`,
    ],
    warnings(model),
    environmentTable(model),
    failing(model),
    undecided(model),
    controls(model),
    dates(model),
    [
      `${counted(model.plan.steps.length, 'repair step')} planned. Everything else is in the bundle: findings.csv, report.pdf, VERIFY.md.`,
    ],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Text that Markdown, HTML and GitHub leave alone: no markup, no links, no mentions. */
export function prose(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+\-!|~:$^]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '@\u200b') // GitHub mentions a person even from an escaped @; nothing follows a zero-width space.
    .replace(/www\./gi, '$&\u200b');
}

/** A code span that the text cannot leave: its fence is longer than any run of backticks inside; `|` for table cells. */
export function code(text: string): string {
  const clean = visible(text).replace(/\|/g, '\\|');
  const longest = Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = clean === '' || /^[` ]|[` ]$/.test(clean) ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`;
}

function warnings(model: ReportModel): readonly string[] {
  const ephemeral = model.signing === 'ephemeral' ? ['> **Signed with an ephemeral key: untrusted.**'] : [];
  const incomplete = model.gaps.length > 0 ? [`> **Evidence is incomplete.** ${model.gaps.map(prose).join(' ')}`] : [];
  const undeclared =
    model.workload === null ? ['> **No workload declared:** every resource is judged by the strictest defaults.'] : [];
  return [...undeclared, ...incomplete, ...ephemeral]
    .join('\n>\n')
    .split('\n')
    .filter((line) => line !== '');
}

function environmentTable(model: ReportModel): readonly string[] {
  const row = (label: string, counts: StatusCounts): string =>
    `| ${[label, ...[counts.fail, counts.waived, counts.unknown, counts.pass, counts.notApplicable].map(thousands)].join(' | ')} |`;
  return [
    '| environment | fail | waived | unknown | pass | not applicable |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...model.counts.environments
      .slice(0, shown)
      .map(({ environment, counts }) => row(environment === null ? 'none' : code(environment), counts)),
    ...rest(model.counts.environments.length, 'environment').map((line) => `| ${line} | | | | | |`),
    row('**all**', model.counts.findings),
  ];
}

function failing(model: ReportModel): readonly string[] {
  const policies = model.policies.filter((policy) => policy.counts.fail > 0);
  if (policies.length === 0) return [];
  const lines = policies
    .slice(0, shown)
    .map(
      (policy) =>
        `- **${policy.severity}** ${code(policy.id)} ${prose(policy.title)}: ${thousands(policy.counts.fail)} fail`,
    );
  return [
    '**Failing policies**',
    '',
    ...lines,
    ...rest(policies.length, 'policy', 'policies').map((line) => `- ${line}`),
  ];
}

function undecided(model: ReportModel): readonly string[] {
  const { unknown, accepted } = model.counts.findings;
  if (unknown === 0) return [];
  const reasons = model.counts.unknownReasons.map(({ reason, count }) => `${reason} ${thousands(count)}`);
  const laid = accepted > 0 ? `; of these ${thousands(accepted)} accepted for a time` : '';
  return [`**Unknown by reason:** ${reasons.join(', ')}${laid}.`];
}

function controls(model: ReportModel): readonly string[] {
  const open = model.controls.filter((control) =>
    ['not-met', 'unknown', 'attestation-needed'].includes(control.status),
  );
  if (open.length === 0) return [];
  const lines = open
    .slice(0, shown)
    .map(
      (control) =>
        `- ${code(control.id)} ${prose(control.title)}: **${control.status}**, ${prose(short(control.because))}`,
    );
  return ['**Controls that are open**', '', ...lines, ...rest(open.length, 'control').map((line) => `- ${line}`)];
}

function dates(model: ReportModel): readonly string[] {
  const due = model.waivers.filter((waiver) => waiver.state !== 'active');
  if (due.length === 0) return [];
  const lines = due
    .slice(0, shown)
    .map(
      (waiver) =>
        `- ${code(waiver.id)} ${waiver.state}, until ${prose(waiver.expires)}: ${prose(short(waiver.because))}`,
    );
  return ['**Waivers to look at**', '', ...lines, ...rest(due.length, 'waiver').map((line) => `- ${line}`)];
}

function rest(count: number, one: string, many?: string): readonly string[] {
  return count > shown ? [`and ${counted(count - shown, `further ${one}`, `further ${many ?? `${one}s`}`)}`] : [];
}

function short(text: string): string {
  const points = [...text];
  return points.length > 200 ? `${points.slice(0, 200).join('')}…` : text;
}
