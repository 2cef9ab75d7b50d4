import type { Bar, Block, Cell, Headline, Piece, TableSpec } from './block.ts';
import { code, prose } from './markdown.ts';
import type { Report } from './report.ts';
import { blocksOf } from './sections/table.ts';
import { ephemeralNotice, unsignedMeaning } from './sentences.ts';
import { planStepMarkdown } from './step-markdown.ts';
import { counted, moment, thousands, visible } from './visible.ts';

/** A report as Markdown: the same sections in the same words. Everything that came from Azure or a file is escaped. */
export function reportMarkdown(report: Report): string {
  const blocks = blocksOf(report).flat();
  const parts = blocks.map((block) => lines(block, report)).filter((each) => each.length > 0);
  return `${parts.map((each) => each.join('\n')).join('\n\n')}\n`;
}

type Lines = readonly string[];

function lines(block: Block, report: Report): Lines {
  switch (block.kind) {
    case 'cover':
      return coverLines(report);
    case 'contents':
      return [];
    case 'headline':
      return headlineLines(block.headline);
    case 'section':
      return [`## ${prose(block.title)}`];
    case 'part':
      return [`### ${prose(block.title)}`];
    case 'label':
      return [`**${prose(block.text)}**`];
    case 'paragraph':
      return [
        block.as === 'lead' ? `**${prose(block.text)}**` : block.as === 'mono' ? code(block.text) : prose(block.text),
      ];
    case 'bullets':
      return block.texts.map((text) => `- ${prose(text)}`);
    case 'notice':
      return [`> **${prose(block.title)}**`, ...block.texts.flatMap((text) => ['>', `> ${prose(text)}`])];
    case 'pairs':
      return block.entries.map(([name, value]) => `- ${prose(name)}: ${[value].flat().map(prose).join('; ')}`);
    case 'table':
      return tableLines(block.table);
    case 'capped':
      return [cappedLine(block.shown, block.all, block.file)];
    case 'code':
      return codeLines(block.text, block.limit, block.rest);
    case 'bars':
      return barLines(block.bars);
    case 'step':
      return planStepMarkdown(block.step, block.lines);
    case 'form':
      return block.lines.map((line) => `- ${prose(line)}: \\_\\_\\_\\_\\_\\_\\_\\_`);
  }
}

function coverLines({ model, profile, signature }: Report): Lines {
  return [
    `# ${prose(profile.metadata.title)}: ${prose(model.workload?.title ?? 'no workload declared')}`,
    '',
    `${prose(profile.purpose)} For ${prose(profile.audience)}.`,
    '',
    `Judged as of ${moment(model.asOf)} by ${prose(model.tool.name)} ${prose(model.tool.version)}.`,
    ...model.gaps.flatMap((gap) => ['', `> ${prose(gap)}`]),
    '',
    `> ${signature === null ? unsignedMeaning : model.signing === 'ephemeral' ? ephemeralNotice : ''}`,
  ];
}

function headlineLines({ title, lines: said, tiles, warnings, lists }: Headline): Lines {
  const parts = lists.flatMap(({ title: name, note, rows, all, rest }) => [
    '',
    `## ${name}`,
    ...(note === null ? [] : ['', prose(note)]),
    ...(rows.length === 0
      ? []
      : ['', ...rows.map((row) => `- **${prose(row.word)}** ${prose(row.text)} (${prose(row.detail)})`)]),
    ...(all > rows.length ? [`- and ${thousands(all - rows.length)} more, in ${rest}`] : []),
  ]);
  return [
    `# ${prose(title)}`,
    ...said.flatMap((line) => ['', prose(line)]),
    '',
    tiles.map(({ value, word }) => `**${value}** ${word}`).join(' · '),
    ...warnings.flatMap((line) => ['', `> ${prose(line)}`]),
    ...parts,
  ];
}

function tableLines(spec: TableSpec): Lines {
  const { columns, rows, none, all = rows.length, rest = 'results.json' } = spec;
  if (rows.length === 0) return none === undefined ? [] : [prose(none)];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(columns.map(({ title }) => prose(title))),
    row(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((cells) => row(cells.map(cellText))),
    ...(rows.length < all ? ['', cappedLine(rows.length, all, rest)] : []),
  ];
}

const cellText = (cell: Cell): string =>
  typeof cell === 'number'
    ? thousands(cell)
    : typeof cell === 'string'
      ? prose(cell)
      : cell.map(pieceText).join('<br>');

function pieceText(piece: Piece): string {
  if ('status' in piece) return `**${prose(piece.status)}**`;
  // Markdown has no pages.
  if ('pageOf' in piece) return '–';
  if (piece.as === 'id') return code(piece.text);
  return piece.as === 'strong' && piece.text !== '' ? `**${prose(piece.text)}**` : prose(piece.text);
}

const cappedLine = (shown: number, all: number, file: string): string =>
  `${thousands(shown)} of ${thousands(all)} shown, the rest in ${prose(file)}.`;

/** An indented block: no fence that a query could close. */
export function codeLines(text: string, limit: number, rest: string): Lines {
  const all = text.trimEnd().split(/\r?\n/);
  const left = all.length - limit;
  const more = left > 0 ? [`    … ${counted(left, 'more line')}, in ${rest}`] : [];
  return [...all.slice(0, limit).map((line) => `    ${visible(line)}`), ...more];
}

function barLines(bars: readonly Bar[]): Lines {
  return bars.map(
    ({ label, parts }) =>
      `- ${prose(label)}: ${parts.map(({ word, value }) => `${word} ${thousands(value)}`).join(', ')}`,
  );
}
