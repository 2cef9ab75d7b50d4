import type { OperatorOf, ParsePiece } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { guarded } from '../bind-apply.ts';
import { type Binder, refuse } from '../binder.ts';
import { compileExpression } from '../compile.ts';
import { type Field, remember } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { quoteRegex, regexOf } from '../regex.ts';
import { driverOf, type Relation, rowByRow } from '../relation.ts';
import type { Eval, Row, Run } from '../run.ts';
import { absent, conversionTo, text, typeNamed, type Value } from '../value.ts';
import type { KqlType } from '../value-type.ts';
import { bindType } from './source.ts';

type ParseOperator = OperatorOf<'parse'>;

interface Capture {
  readonly name: string;
  readonly type: KqlType;
}

/**
 * parse: takes text apart by a pattern of literals, columns and `*`. A row that does not match keeps its other columns
 * and gets empty ones (parse-where drops it). A column whose value is not of its type spoils the whole match, except
 * with kind=relaxed.
 */
export function parseText(b: Binder, operator: ParseOperator, input: Relation): Relation {
  const bound = bindExpression(b, operator.value, { relation: input });
  const captures = operator.pieces.flatMap((piece): Capture[] =>
    piece.piece === 'column' ? [{ name: piece.name, type: bindType(b, piece.type, piece) }] : [],
  );
  const names = new Set<string>();
  for (const piece of operator.pieces) {
    if (piece.piece !== 'column') continue;
    if (names.has(piece.name)) refuse(b, 'KQL011', `The column '${piece.name}' is given twice.`, piece);
    names.add(piece.name);
  }
  const match = remember(matcher(b, operator, compileExpression(bound), captures), b.slot());
  const made = captures.map((capture, index): Field => {
    const missing = absent(capture.type);
    const read: Eval = (row, run) => (match(row, run) as readonly Value[] | undefined)?.[index] ?? missing;
    return { name: capture.name, type: capture.type, uses: bound.uses, path: undefined, computed: true, read };
  });
  if (!operator.keep) markFilters(bound.uses);
  return { ...withColumns(input, made), rows: operator.keep ? input.rows : matchingRows(input, match) };
}

function withColumns(input: Relation, made: readonly Field[]): Relation {
  const byName = new Map(made.map((field) => [field.name, field]));
  const names = new Set(input.fields.map((field) => field.name));
  const kept = input.fields.map((field) => byName.get(field.name) ?? field);
  return { ...input, fields: [...kept, ...made.filter((field) => !names.has(field.name))] };
}

function matchingRows(input: Relation, match: Eval): Relation['rows'] {
  const rows = function* (run: Run): Iterable<Row> {
    for (const row of input.rows(run)) if (match(row, run) !== undefined) yield row;
  };
  return rowByRow(driverOf(input), rows);
}

/** The values of the columns, or undefined when the text does not match. */
function matcher(b: Binder, operator: ParseOperator, read: Eval, captures: readonly Capture[]): Eval {
  const pattern = patternOf(operator);
  const [first, last] = [operator.pieces[0], operator.pieces.at(-1)];
  // Compiled here already, so that a wrong pattern has a place in the text.
  guarded(b, { start: first?.start ?? operator.start, end: last?.end ?? operator.end }, () => regexOf(pattern));
  const strict = operator.kind !== 'relaxed';
  return (row, run) => {
    const match = regexOf(pattern).matcher(text(read(row, run)));
    if (!match.find()) return undefined;
    const values = captures.map(({ type }, index) => {
      const found = match.group(`c${index}`) ?? '';
      return type === 'string' ? found : conversionTo(type)(found.trim());
    });
    return strict && values.includes(null) ? undefined : values;
  };
}

function patternOf({ pieces, kind, flags }: ParseOperator): string {
  let column = 0;
  const regex = kind === 'regex';
  const parts = pieces.map((piece, index) => {
    const next = pieces[index + 1];
    if (piece.piece === 'text') return regex ? `(?:${piece.text})` : quoteRegex(piece.text);
    if (piece.piece === 'any') return next === undefined ? '.*' : '.*?';
    return `(?P<c${column++}>${valuePattern(piece.type, next, regex)})`;
  });
  return `(?s${regex ? flags : ''})\\A${parts.join('')}\\z`;
}

/** Text goes on as far as it may in regular expressions (the flag U turns that round), else to the next literal. */
function valuePattern(type: string, next: ParsePiece | undefined, regex: boolean): string {
  if (next === undefined) return '.*';
  const value = VALUES[typeNamed(type) ?? 'string'];
  if (next.piece === 'any') return value ?? TIME;
  return regex ? (value ?? '.*') : '.*?';
}

const TIME = '[-+0-9][-+0-9TZ:./ ]*';

/** What a value looks like where no literal ends it. */
const VALUES: Readonly<Partial<Record<KqlType, string>>> = {
  int: '[-+]?\\d+',
  long: '[-+]?\\d+',
  real: '[-+]?\\d*\\.?\\d+(?:[eE][-+]?\\d+)?',
  decimal: '[-+]?\\d*\\.?\\d+',
  bool: '(?i:true|false)',
  guid: '[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}',
};
