import { stringify } from 'csv-stringify/sync';
import type { AlsoChanges, Step } from '../remediate/step.ts';
import { ReportError } from './errors.ts';
import { mismatchText, parameterTexts, type ReportFinding } from './finding.ts';
import type { ReportModel } from './model.ts';
import { jsonText } from './plain.ts';
import { visible } from './visible.ts';

// UTF-8 without a byte order mark, a header row, RFC 4180 quoting. Lines end in LF, which every reader of RFC 4180
// takes: the bundle is also read with cut, grep and diff, where a CR would cling to the last column.
type Cell = string | number | bigint | null;
export type Columns<T> = Readonly<Record<string, (row: T) => Cell>>;

const findingColumns: Columns<ReportFinding> = {
  id: (finding) => finding.id,
  policy: (finding) => finding.policy,
  title: (finding) => finding.title,
  topic: (finding) => finding.topic,
  severity: (finding) => finding.severity,
  activity: (finding) => finding.activity,
  status: (finding) => finding.status,
  reason: (finding) => finding.reason,
  waived_by: (finding) => finding.waived?.waiver ?? null,
  waived_until: (finding) => finding.waived?.expires ?? null,
  accepted_by: (finding) => finding.accepted?.waiver ?? null,
  accepted_until: (finding) => finding.accepted?.expires ?? null,
  environment: (finding) => finding.environment,
  class: (finding) => finding.class,
  subject: (finding) => finding.subject,
  resource: (finding) => finding.resource,
  name: (finding) => finding.name,
  sub: (finding) => finding.sub,
  because: (finding) => finding.because,
  mismatches: (finding) => finding.mismatches.map(mismatchText).join(' | '),
  settled_by: (finding) => finding.settledBy.join(' | '),
  parameters: (finding) => parameterTexts(finding.parameters).join(' | '),
  step: (finding) => finding.step,
};

/** Every finding, passes included: severity, then policy, then resource. */
export function findingsCsv(model: ReportModel): Uint8Array {
  return csv(findingColumns, model.findings);
}

/**
 * The population of one policy: id, name, environment, class, status, reason, then one column a fact, in the order of
 * the query's columns. The facts `id` and `name` are left out where they repeat the fixed columns on every row; any
 * other fact that shares a fixed column's name stands as `fact_<name>`. Dynamic values are compact JSON.
 * @throws ReportError `REPORT_UNKNOWN_POLICY` when the model knows no such policy.
 */
export function factsCsv(model: ReportModel, policy: string): Uint8Array {
  if (!model.policies.some(({ id }) => id === policy)) {
    throw new ReportError(
      'REPORT_UNKNOWN_POLICY',
      `No policy "${policy}" was judged. Name one of the report's policies.`,
    );
  }
  const rows = model.findings.filter((finding) => finding.policy === policy);
  const fixed: Columns<ReportFinding> = {
    id: (finding) => finding.resource,
    name: (finding) => finding.name,
    environment: (finding) => finding.environment,
    class: (finding) => finding.class,
    status: (finding) => finding.status,
    reason: (finding) => finding.reason,
  };
  const names = [...new Set(rows.flatMap((finding) => Object.keys(finding.facts)))].filter(
    (name) =>
      !(name === 'id' && rows.every(repeats('id', 'resource'))) &&
      !(name === 'name' && rows.every(repeats('name', 'name'))),
  );
  const facts = names.map((name): [string, (finding: ReportFinding) => Cell] => [
    Object.hasOwn(fixed, name) ? `fact_${name}` : name,
    (finding) => (Object.hasOwn(finding.facts, name) ? factCell(finding.facts[name]) : null),
  ]);
  return table([...Object.entries(fixed), ...facts], rows);
}

/** One row a control item. */
export function controlsCsv(model: ReportModel): Uint8Array {
  const rows = model.controls.flatMap((control) => control.items.map((item) => ({ control, item })));
  return csv<(typeof rows)[number]>(
    {
      catalog: ({ control }) => control.catalog,
      control: ({ control }) => control.id,
      control_title: ({ control }) => control.title,
      control_status: ({ control }) => control.status,
      owner: ({ control }) => control.owner,
      item: ({ item }) => item.id,
      item_title: ({ item }) => item.title,
      status: ({ item }) => item.status,
      because: ({ item }) => item.because,
      requirements: ({ item }) => item.requirements.join(' '),
      policies: ({ item }) => item.policies.map(({ policy, role }) => `${policy} (${role})`).join(' | '),
      pass: ({ item }) => sum(item.policies.map((policy) => policy.pass)),
      fail: ({ item }) => sum(item.policies.map((policy) => policy.fail)),
      waived: ({ item }) => sum(item.policies.map((policy) => policy.waived)),
      unknown: ({ item }) => sum(item.policies.map((policy) => policy.unknown)),
      not_applicable: ({ item }) => sum(item.policies.map((policy) => policy.notApplicable)),
      attestation_state: ({ item }) => item.attestation?.state ?? null,
      attestation: ({ item }) => item.attestation?.attestation ?? null,
      attestation_valid_until: ({ item }) => item.attestation?.validUntil ?? null,
      conflict: ({ item }) => item.conflict,
      mappings: ({ control }) => control.mappings.map(({ to, relation }) => `${to} (${relation})`).join(' | '),
    },
    rows,
  );
}

/** Waivers, accepted unknowns and attestations with their states, expired and refused ones included. */
export function waiversCsv(model: ReportModel): Uint8Array {
  const nothing = {
    environments: '',
    statement: null,
    assessedOn: null,
    requestedBy: null,
    role: null,
    risk: null,
    reference: null,
    findings: '',
  };
  const waivers = model.waivers.map((waiver) => ({
    ...nothing,
    ...waiver,
    covers: waiver.policy,
    environments: waiver.environments.join(' '),
    by: waiver.approvedBy,
    role: waiver.approverRole,
    text: waiver.reason,
    findings: waiver.findings.join(' '),
  }));
  const attestations = model.attestations.map((attestation) => ({
    ...nothing,
    ...attestation,
    kind: 'Attestation',
    covers: attestation.item,
    environments: attestation.environments.join(' '),
    by: attestation.attester,
    expires: attestation.validUntil,
    text: null,
  }));
  return csv<(typeof waivers)[number] | (typeof attestations)[number]>(
    {
      kind: (row) => row.kind,
      id: (row) => row.id,
      covers: (row) => row.covers,
      environments: (row) => row.environments,
      state: (row) => row.state,
      because: (row) => row.because,
      statement: (row) => row.statement,
      assessed_on: (row) => row.assessedOn,
      expires: (row) => row.expires,
      requested_by: (row) => row.requestedBy,
      by: (row) => row.by,
      role: (row) => row.role,
      risk: (row) => row.risk,
      reason: (row) => row.text,
      reference: (row) => row.reference,
      findings: (row) => row.findings,
    },
    [...waivers, ...attestations],
  );
}

/** What could not be read: errors, denials, truncated answers. "Nothing there" is a fact and not in here. */
export function errorsCsv(model: ReportModel): Uint8Array {
  return csv<ReportModel['scope']['unread'][number]>(
    {
      read: (unread) => unread.read,
      where: (unread) => unread.where,
      outcome: (unread) => unread.outcome,
      rows: (unread) => unread.rows,
      status: (unread) => unread.status,
      code: (unread) => unread.code,
      message: (unread) => unread.message,
      attempts: (unread) => unread.attempts,
      permission: (unread) => unread.permission,
      at: (unread) => unread.at,
    },
    model.scope.unread,
  );
}

/** The steps in the order given; command lines are joined by ` && ` since each is complete in itself. */
export function planCsv(steps: readonly Step[]): Uint8Array {
  return csv<Step>(
    {
      order: (step) => step.order,
      step: (step) => step.id,
      finding: (step) => step.finding,
      policy: (step) => step.policy,
      title: (step) => step.title,
      severity: (step) => step.severity,
      environment: (step) => step.environment,
      name: (step) => step.name,
      resource: (step) => step.resource,
      activity: (step) => step.activity,
      class: (step) => step.class,
      downtime: (step) => step.downtime,
      effort: (step) => step.effort,
      approval: (step) => step.approval,
      owner_role: (step) => step.owner.role,
      owner_party: (step) => step.owner.party,
      owner_contact: (step) => step.owner.contact,
      customer_input: (step) => step.owner.customerInput,
      after: (step) => step.after.join(' '),
      waived_by: (step) => step.waivedBy,
      text: (step) => step.text,
      will_break: (step) => step.willBreak,
      commands: (step) => step.az.join(' && '),
      files: (step) => step.files.map((file) => file.name).join(' '),
      verify: (step) => step.verify,
      unresolved: (step) => step.unresolved.join(' '),
      state: (step) => step.state,
      before: (step) => step.proof?.before ?? null,
      after_repair: (step) => step.proof?.after ?? null,
      after_because: (step) => (step.proof === null ? step.unproven : step.proof.because),
      assumes: (step) => step.proof?.assumes.join(' | ') ?? null,
      also_changes: (step) => step.proof?.alsoChanges.map(alsoText).join(' | ') ?? null,
      also_more: (step) => step.proof?.more ?? null,
      proven_together: (step) => step.proof?.together ?? null,
      alternatives: (step) => step.alternatives.join(' | '),
    },
    steps,
  );
}

export const alsoText = ({ policy, resource, from, to }: AlsoChanges): string =>
  `${policy} ${resource}: ${from} to ${to}`;

/** A header and one line a row, with hidden characters shown and formulas made harmless. */
export function csv<T>(columns: Columns<T>, rows: readonly T[]): Uint8Array {
  return table(Object.entries(columns), rows);
}

// Batches keep the strings small: one string for a million rows would pass the engine's limit.
const batch = 5_000;

function table<T>(columns: readonly (readonly [string, (row: T) => Cell])[], rows: readonly T[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = [encoder.encode(lines([columns.map(([name]) => safe(name))]))];
  for (let start = 0; start < rows.length; start += batch) {
    const cells = rows.slice(start, start + batch).map((row) => columns.map(([, cell]) => safe(cell(row))));
    parts.push(encoder.encode(lines(cells)));
  }
  return joined(parts);
}

/** `escape_formulas` prefixes cells that a spreadsheet would run (= + - @ tab CR) with an apostrophe; numbers stay. */
function lines(records: readonly (readonly Cell[])[]): string {
  return stringify([...records], { escape_formulas: true, record_delimiter: '\n' });
}

function safe(cell: Cell): Cell {
  return typeof cell === 'string' ? visible(cell) : cell;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(sum(parts.map((part) => part.length)));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function factCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : jsonText(value);
}

function repeats(fact: string, field: 'resource' | 'name'): (finding: ReportFinding) => boolean {
  return (finding) => !Object.hasOwn(finding.facts, fact) || finding.facts[fact] === finding[field];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
