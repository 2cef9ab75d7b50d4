import { tally } from '../control/counts.ts';
import { type RequirementView, requirementsView } from '../control/requirements.ts';
import { requirementsCsv } from '../report/framework-csv.ts';
import { EXIT } from './exit.ts';
import { printLines, printText } from './print.ts';
import { type JudgedOptions, readJudged } from './read-judged.ts';
import { UsageError } from './usage-error.ts';

export interface RequirementsOptions extends JudgedOptions {
  readonly format: string;
}

const FORMATS = ['text', 'csv', 'json'];

/** Every requirement with what serves it, and its state where there is something to judge. */
export async function controlRequirements(options: RequirementsOptions): Promise<number> {
  if (!FORMATS.includes(options.format))
    throw new UsageError(`--format ${options.format} is not known. Write ${FORMATS.join(', ')}`);
  const { inputs, judgement } = await readJudged(options);
  const { requirements } = inputs;
  if (requirements === null)
    throw new UsageError('the controls folder holds no requirements. Add a file of kind: Requirements');
  const rows = requirementsView({ ...inputs, requirements, assessment: judgement?.assessment ?? null });
  const format = options.json === true ? 'json' : options.format;
  if (format === 'json') printText(`${JSON.stringify(document(rows), null, 2)}\n`);
  else if (format === 'csv') printText(requirementsCsv(rows));
  else printLines(lines(rows));
  return EXIT.clean;
}

function document(rows: readonly RequirementView[]): unknown {
  return { total: rows.length, states: tally(rows.map(stateText)), open: openOf(rows), requirements: rows };
}

const openOf = (rows: readonly RequirementView[]): readonly string[] =>
  rows.filter(({ state }) => state === 'open').map(({ id }) => id);

/** What serves a requirement counts as `served` where nothing was judged. */
const stateText = ({ state }: RequirementView): string => state ?? 'served';

function lines(rows: readonly RequirementView[]): readonly string[] {
  const open = openOf(rows);
  const states = Object.entries(tally(rows.map(stateText))).map(([state, count]) => `${state} ${count}`);
  return [
    ...rows.map(rowLine),
    '',
    `${rows.length} requirements: ${states.join(', ')}`,
    ...(open.length === 0 ? [] : [`open, served by no policy and no control item (${open.length}): ${open.join(' ')}`]),
  ];
}

function rowLine(row: RequirementView): string {
  const servedBy = [...row.policies, ...row.items].join(' ') || '-';
  const head = `${row.id}  ${row.kind.padEnd(4)}  ${row.owner.padEnd(8)}  ${row.severity.padEnd(8)}`;
  return `${head}  ${stateText(row).padEnd(18)}  ${row.text}  [${servedBy}]`;
}
