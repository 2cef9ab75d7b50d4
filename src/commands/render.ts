import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { BundleFile } from '../evidence/bundle.ts';
import { canonicalJson } from '../evidence/canonical-json.ts';
import { planMarkdown } from '../remediate/emit-markdown.ts';
import { customerMarkdown, providerMarkdown } from '../remediate/emit-party.ts';
import { stepScripts } from '../remediate/emit-script.ts';
import { controlsCsv, errorsCsv, factsCsv, findingsCsv, planCsv, waiversCsv } from '../report/csv.ts';
import { frameworkCsv } from '../report/framework-csv.ts';
import { summaryMarkdown } from '../report/markdown.ts';
import type { ReportFonts } from '../report/pdf/fonts.ts';
import type { Report } from '../report/report.ts';
import { resultsDocument } from '../report/results.ts';
import type { Judgement } from './judge.ts';
import { reportOf } from './report-of.ts';
import { profilePath } from './report-profile.ts';

/**
 * Every file that follows from the judgement alone, the PDF apart: the same judgement gives the same bytes, and `verify`
 * compares them with those in the bundle.
 */
export function renderFiles(
  judgement: Judgement,
): readonly { readonly path: string; readonly bytes: Uint8Array | string }[] {
  const { model, plan, run, snapshot, inputs, profile } = judgement;
  return [
    { path: 'results.json', bytes: canonicalJson(resultsDocument(model)) },
    { path: 'summary.md', bytes: summaryMarkdown(model) },
    { path: 'findings.csv', bytes: findingsCsv(model) },
    ...model.policies.map(({ id }) => ({ path: `facts/${id}.csv`, bytes: factsCsv(model, id) })),
    { path: 'controls.csv', bytes: controlsCsv(model) },
    ...(model.framework === null ? [] : [{ path: 'framework.csv', bytes: frameworkCsv(model.framework) }]),
    { path: 'waivers.csv', bytes: waiversCsv(model) },
    { path: 'errors.csv', bytes: errorsCsv(model) },
    { path: 'plan.md', bytes: planMarkdown(plan) },
    { path: 'plan.csv', bytes: planCsv(plan.steps) },
    { path: 'plan.json', bytes: canonicalJson(plan) },
    { path: 'plan/provider.md', bytes: providerMarkdown(plan) },
    { path: 'plan/customer.md', bytes: customerMarkdown(plan) },
    ...stepScripts(plan).map(({ path, text }) => ({ path, bytes: text })),
    ...model.policies.map(({ id, query }) => ({ path: `queries/${id}.kql`, bytes: query?.text ?? '' })),
    { path: 'scope.json', bytes: canonicalJson(scopeDocument(judgement)) },
    { path: 'principal.json', bytes: canonicalJson(snapshot.header.principal ?? {}) },
    { path: 'inputs/run.json', bytes: canonicalJson(run) },
    { path: profilePath(profile.value.metadata.id), bytes: profile.yaml.text },
    ...inputs.files.map(({ path, bytes }) => ({ path: `inputs/${path}`, bytes })),
  ];
}

/** What was asked for, what of it could be read, and how complete each table is. */
function scopeDocument({ snapshot: { header } }: Judgement): unknown {
  return {
    cloud: header.cloud,
    endpoint: header.endpoint,
    tenant: header.tenant,
    asOf: header.asOf,
    startedAt: header.startedAt,
    endedAt: header.endedAt,
    requestedScopes: header.requestedScopes,
    readableScopes: header.readableScopes,
    tables: header.tables.map(({ name, rows, pages, complete, query, requestIds }) => ({
      name,
      rows,
      pages,
      complete,
      query: query ?? null,
      requestIds,
    })),
  };
}

/** The files of a snapshot, copied byte for byte. */
export function snapshotFiles(folder: string, judgement: Judgement): readonly BundleFile[] {
  const parts = judgement.snapshot.header.tables.flatMap((table) => table.partitions.map((part) => part.file));
  return ['snapshot.json', 'snapshot.sha256', ...parts].map((file) => ({
    path: `snapshot/${file}`,
    bytes: { copyFrom: `${folder}/${file}` },
  }));
}

const require = createRequire(import.meta.url);

const fontFiles: Readonly<Record<keyof ReportFonts, string>> = {
  regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  bold: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  mono: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
  fallback: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
};

/** The fonts that come with the packages: the PDF never depends on what a machine has installed. */
async function readFonts(): Promise<ReportFonts> {
  const entries = Object.entries(fontFiles).map(
    async ([name, file]) => [name, await readFile(require.resolve(file))] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as unknown as ReportFonts;
}

/** report.pdf; with `signedAt` it carries the place for a signature, and that moment as the signature's date. */
export async function renderReport(judgement: Judgement, signedAt?: Date): Promise<Uint8Array> {
  const signature = signedAt === undefined ? null : { at: signedAt, name: SIGNATURE_NAME };
  return renderPdfOf(reportOf(judgement, { profile: judgement.profile.value, signature }));
}

/** Any report as a PDF. */
export async function renderPdfOf(report: Report): Promise<Uint8Array> {
  const { renderPdf } = await import('../report/pdf.ts');
  return renderPdf(report, await readFonts());
}

/** Names the role, not the key: who signed stands in the certificate. */
const SIGNATURE_NAME = 'assay evidence bundle';
