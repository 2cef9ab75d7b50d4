import { join } from 'node:path';
import { sha256 } from '../inputs/load.ts';
import { changesBetween, type InputDigests } from '../report/changes.ts';
import type { Report } from '../report/report.ts';
import { EXIT } from './exit.ts';
import type { Judgement } from './judge.ts';
import { judgementOf } from './judgement-of.ts';
import type { InputOptions } from './options.ts';
import { outputFolder, writeFile, writeFolder } from './output-folder.ts';
import { readPrevious } from './previous.ts';
import { printLines, printText } from './print.ts';
import { renderPdfOf } from './render.ts';
import { reportOf } from './report-of.ts';
import { openProfile } from './report-profile.ts';
import { UsageError } from './usage-error.ts';

export const reportFormats = ['pdf', 'md', 'csv'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions extends InputOptions {
  readonly profile?: string;
  readonly format?: readonly ReportFormat[];
  readonly output?: string;
  readonly previous?: string;
  readonly json?: boolean;
}

/** Writes a report of a bundle or a snapshot by a profile. What it says of the estate does not change the exit code. */
export async function report(folder: string, options: ReportOptions): Promise<number> {
  const formats = [...new Set(options.format ?? ['pdf' as const])];
  const { value: profile } = await openProfile(options.profile);
  const place = placeFor(options.output, formats, profile.metadata.id);
  const previous = options.previous === undefined ? null : await readPrevious(options.previous);
  const judgement = await judgementOf(folder, options);
  const changes = previous === null ? null : changesBetween(previous, judgement.model, digestsOf(judgement));
  const files = await filesOf(reportOf(judgement, { profile, changes }), formats);
  if (place === null) printText(files[0]?.bytes ?? '');
  else {
    await (place.single ? writeFile(place.path, files[0]?.bytes ?? '') : writeFolder(place.path, files));
    const written = place.single ? [place.path] : files.map((file) => join(place.path, file.path));
    if (options.json === true)
      printText(`${JSON.stringify({ profile: profile.metadata.id, files: written }, null, 2)}\n`);
    else printLines(written.map((path) => `written  ${path}`));
  }
  return EXIT.clean;
}

const digestsOf = ({ inputs }: Judgement): InputDigests =>
  new Map(inputs.files.map(({ path, bytes }) => [path, sha256(bytes)]));

interface Place {
  readonly path: string;
  readonly single: boolean;
}

/** A file where one is named, a folder otherwise; null for Markdown alone without a name, which goes to stdout. */
function placeFor(output: string | undefined, formats: readonly ReportFormat[], id: string): Place | null {
  const [only, ...more] = formats;
  const file = output !== undefined && /\.(pdf|md|csv)$/i.test(output);
  if (file && (more.length > 0 || only === 'csv' || !output.toLowerCase().endsWith(`.${only}`)))
    throw new UsageError(`${output} names one file, and ${formats.join(', ')} is asked for. Name a folder`);
  if (output === undefined && only === 'md' && more.length === 0) return null;
  return { path: outputFolder(output, `assay-${id}`), single: file };
}

interface Written {
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

async function filesOf(made: Report, formats: readonly ReportFormat[]): Promise<readonly Written[]> {
  const files = await Promise.all(formats.map((format) => writers[format](made)));
  return files.flat();
}

const writers: Readonly<Record<ReportFormat, (made: Report) => Promise<readonly Written[]>>> = {
  pdf: async (made) => [{ path: `${made.profile.metadata.id}.pdf`, bytes: await renderPdfOf(made) }],
  md: async (made) => {
    const { reportMarkdown } = await import('../report/report-markdown.ts');
    return [{ path: `${made.profile.metadata.id}.md`, bytes: reportMarkdown(made) }];
  },
  csv: async (made) => (await import('../report/report-csv.ts')).reportCsv(made),
};
