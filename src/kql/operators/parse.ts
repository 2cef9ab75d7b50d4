import type { OperatorOf, ParsePiece } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { guarded } from '../bind-apply.ts';
import { type Binder, refuse, sayType } from '../binder.ts';
import { compileExpression } from '../compile.ts';
import { type Field, remember } from '../field.ts';
import { isTextual } from '../functions/text-match.ts';
import { markFilters } from '../lineage.ts';
import { quoteRegex, regexOf } from '../regex.ts';
import { driverOf, type Relation, rowByRow } from '../relation.ts';
import type { Eval, Row, Run } from '../run.ts';
import { absent, conversionTo, text, type Value } from '../value.ts';
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
  if (!isTextual(bound.type)) {
    refuse(
      b,
      'KQL008',
      `parse takes a string, not ${sayType(bound.type)}.`,
      operator.value,
      'Write tostring(…) around it.',
    );
  }
  const captures = operator.pieces.flatMap((piece): Capture[] =>
    piece.piece === 'column' ? [{ name: piece.name, type: bindType(b, piece.type, piece) }] : [],
  );
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

function patternOf({ pieces, kind }: ParseOperator): string {
  let column = 0;
  const parts = pieces.map((piece: ParsePiece, index) => {
    const last = index === pieces.length - 1;
    if (piece.piece === 'text') return kind === 'regex' ? `(?:${piece.text})` : quoteRegex(piece.text);
    if (piece.piece === 'any') return last ? '.*' : '.*?';
    return `(?P<c${column++}>${last ? '.*' : '.*?'})`;
  });
  return `(?s)\\A${parts.join('')}\\z`;
}
