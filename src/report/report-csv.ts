import type { Change } from './changes.ts';
import { controlsCsv, csv, errorsCsv, findingsCsv, planCsv, waiversCsv } from './csv.ts';
import { frameworkCsv } from './framework-csv.ts';
import { type GapItem, gapItems } from './gap.ts';
import type { SectionName } from './profile.schema.ts';
import type { Report } from './report.ts';

export interface ReportFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The tables behind a report: for each section of its profile the CSV that has all of what the section shows. */
export function reportCsv(report: Report): readonly ReportFile[] {
  const files = report.profile.sections.flatMap(({ section }) => tables[section]?.(report) ?? []);
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

const findings = ({ model }: Report): readonly ReportFile[] => [{ path: 'findings.csv', bytes: findingsCsv(model) }];
const controls = ({ model }: Report): readonly ReportFile[] => [{ path: 'controls.csv', bytes: controlsCsv(model) }];
const plan = ({ model }: Report): readonly ReportFile[] => [{ path: 'plan.csv', bytes: planCsv(model.plan.steps) }];
const changes = (report: Report): readonly ReportFile[] =>
  report.changes === null ? [] : [{ path: 'changes.csv', bytes: changesCsv(report.changes.list) }];

const tables: Partial<Record<SectionName, (report: Report) => readonly ReportFile[]>> = {
  headline: (report) => [...changes(report), ...findings(report), ...controls(report)],
  changes,
  framework: ({ model }) =>
    model.framework === null ? [] : [{ path: 'framework.csv', bytes: frameworkCsv(model.framework) }],
  scope: ({ model }) => [{ path: 'errors.csv', bytes: errorsCsv(model) }],
  controls,
  'gap-items': (report) => [{ path: 'gap.csv', bytes: gapCsv(gapItems(report)) }, ...findings(report)],
  findings,
  unknowns: findings,
  waivers: ({ model }) => [{ path: 'waivers.csv', bytes: waiversCsv(model) }],
  plan,
  'plan-by-party': plan,
  'evidence-index': (report) => [{ path: 'evidence.csv', bytes: evidenceCsv(report) }],
};

/** One row a finding that is not what it was. */
export function changesCsv(list: readonly Change[]): Uint8Array {
  return csv<Change>(
    {
      change: (one) => one.kind,
      id: (one) => one.id,
      policy: (one) => one.policy,
      title: (one) => one.title,
      severity: (one) => one.severity,
      environment: (one) => one.environment,
      name: (one) => one.name,
      resource: (one) => one.resource,
      before: (one) => one.from,
      now: (one) => one.to,
      because: (one) => one.because,
    },
    list,
  );
}

/** One row a control item: what is required, found, missing, and whether an assessor would be content. */
export function gapCsv(items: readonly GapItem[]): Uint8Array {
  return csv<GapItem>(
    {
      control: (one) => one.control.id,
      item: (one) => one.item.id,
      title: (one) => one.item.title,
      ready: (one) => (one.ready ? 'ready' : 'not ready'),
      status: (one) => one.item.status,
      reason: (one) => one.reason,
      required: (one) => one.required.join(' | '),
      found: (one) => one.found.join(' | '),
      gap: (one) => one.gap.join(' | '),
      missing: (one) => one.missing.join(' | '),
      owners: (one) => one.owners.join(' | '),
      effort: (one) => one.effort,
      first_blocker: (one) => one.blocker,
      requirements: (one) => one.item.requirements.join(' '),
    },
    items,
  );
}

/** One row a source of a finding: the way from findings.csv to the raw answer. */
export function evidenceCsv({ model, evidence }: Report): Uint8Array {
  const rows = model.findings.flatMap((finding) => {
    const found = evidence.get(finding.id);
    return found === undefined ? [] : found.sources.map((source) => ({ finding, found, source }));
  });
  return csv<(typeof rows)[number]>(
    {
      evidence: ({ found }) => found.name,
      id: ({ finding }) => finding.id,
      policy: ({ finding }) => finding.policy,
      resource: ({ finding }) => finding.resource,
      status: ({ finding }) => finding.status,
      findings_row: ({ found }) => found.row,
      facts_row: ({ found }) => found.factsRow,
      read: ({ source }) => source.read,
      outcome: ({ source }) => source.outcome,
      file: ({ source }) => source.file,
      lines: ({ source }) => source.lines.join(' '),
      request_ids: ({ source }) => source.requestIds.join(' '),
    },
    rows,
  );
}
