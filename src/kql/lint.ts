import type { Expr, JoinOperator, Operator, Pipeline, Query } from './ast.ts';
import type { Finding } from './binder.ts';
import { catalogOf, OPEN_CATALOG } from './catalog.ts';
import type { CompileOptions } from './engine.ts';
import { KqlError, lineAndColumn, type Span } from './errors.ts';
import { parse } from './parse.ts';
import { plan } from './plan.ts';
import { type Visit, visitQuery } from './visit.ts';

/** Everything the linter can say, by code. Errors: Resource Graph would refuse the query. Warnings: it may mislead. */
export const LINT_RULES = {
  KQL101: { severity: 'error', about: 'let: Resource Graph has no let' },
  KQL102: { severity: 'error', about: 'a kind of join that Resource Graph refuses' },
  KQL103: { severity: 'error', about: 'more than three joins' },
  KQL104: { severity: 'error', about: 'more than three mv-expand' },
  KQL105: { severity: 'error', about: 'more than three legs of union' },
  KQL106: { severity: 'error', about: 'a source that is not a table: print, range, datatable' },
  KQL107: { severity: 'error', about: 'an operator or function that Resource Graph does not have' },
  KQL201: { severity: 'warning', about: 'an inequality on a dynamic value: a missing one is kept' },
  KQL202: { severity: 'warning', about: 'a join without a kind: innerunique drops rows of the left' },
  KQL203: { severity: 'warning', about: 'a comparison of array_length(): a missing array is dropped' },
  KQL204: { severity: 'warning', about: "a comparison with 'True': booleans become 'true'" },
  KQL205: { severity: 'warning', about: 'the legacy mvexpand' },
  KQL206: { severity: 'warning', about: 'mv-expand without limit: Resource Graph stops at 128 rows' },
  KQL207: { severity: 'warning', about: 'no id in the output: Resource Graph cannot page it' },
  KQL208: { severity: 'warning', about: 'take or limit: the result cannot be paged' },
  KQL209: { severity: 'warning', about: "an operator that Resource Graph's documentation does not list" },
} as const;

export type LintCode = keyof typeof LINT_RULES;

export interface LintNote {
  /** A code of LINT_RULES, or of KQL_ERRORS when the query cannot be compiled at all. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** What to write instead. */
  readonly fix: string | undefined;
}

/**
 * What Resource Graph would refuse, and what it would answer otherwise than its reader expects (kql.md 4 and 5), in
 * the order of the text. Never throws for a wrong query: its error is a note.
 */
export function lintQuery(text: string, options: CompileOptions = {}): LintNote[] {
  const noted: Noted[] = [];
  try {
    const query = parse(text);
    noted.push(...treeNotes(query));
    const catalog = options.schema === undefined ? OPEN_CATALOG : catalogOf(options.schema);
    const bound = plan(query, { catalog, implicitTable: options.implicitTable ?? 'resources' });
    noted.push(...findingNotes(bound.findings, guardedTexts(query)));
    noted.push(
      ...outputNotes(
        query,
        bound.relation.fields.map((field) => field.name),
        bound.relation.open !== undefined,
      ),
    );
  } catch (error) {
    if (!(error instanceof KqlError)) throw error;
    noted.push({ code: error.code, severity: 'error', span: error, message: error.message, fix: error.hint });
  }
  noted.sort((a, b) => a.span.start - b.span.start || (a.code < b.code ? -1 : 1));
  return noted.map(({ span, ...note }) => ({ ...note, ...lineAndColumn(text, span.start) }));
}

type Noted = Omit<LintNote, 'line' | 'column'> & { readonly span: Span };

function note(code: LintCode, span: Span, message: string, fix?: string): Noted {
  return { code, severity: LINT_RULES[code].severity, span, message, fix };
}

// ---- what the tree alone shows

function treeNotes(query: Query): Noted[] {
  const notes: Noted[] = [];
  const counts: Counts = { joins: 0, expands: 0, legs: 0 };
  for (const statement of query.lets) {
    notes.push(
      note(
        'KQL101',
        statement,
        'Resource Graph does not know let.',
        `Write the value of '${statement.name.name}' where it is used.`,
      ),
    );
  }
  const guards = guardedTexts(query);
  const visit: Visit = {
    pipeline: (pipeline) => notes.push(...sourceNotes(pipeline)),
    operator: (operator) => notes.push(...operatorNotes(operator, counts)),
    expression: (expr) => notes.push(...expressionNotes(query, expr, guards)),
  };
  visitQuery(query, visit);
  return notes;
}

interface Counts {
  joins: number;
  expands: number;
  legs: number;
}

function sourceNotes({ source }: Pipeline): Noted[] {
  if (source.source === 'print' || source.source === 'range' || source.source === 'datatable') {
    return [
      note(
        'KQL106',
        source,
        `Resource Graph has no ${source.source}.`,
        'Begin with one of its tables, such as resources.',
      ),
    ];
  }
  return [];
}

const MOST = 3;

function operatorNotes(operator: Operator, counts: Counts): Noted[] {
  switch (operator.operator) {
    case 'join':
      return joinNotes(operator, ++counts.joins);
    case 'mv-expand':
      return expandNotes(operator, ++counts.expands);
    case 'union': {
      counts.legs += operator.legs.length;
      const over = counts.legs > MOST && counts.legs - operator.legs.length <= MOST;
      return over ? [note('KQL105', operator, `Resource Graph allows ${MOST} legs of union in a query.`)] : [];
    }
    case 'take':
      return [
        note(
          'KQL208',
          operator,
          'A result of take or limit cannot be paged and is not repeatable.',
          'Use top … by id, or leave it out.',
        ),
      ];
    case 'project-keep':
    case 'project-reorder':
      return [unlisted(operator, operator.operator)];
    case 'parse':
      return operator.keep ? [] : [unlisted(operator, 'parse-where')];
    default:
      return [];
  }
}

function unlisted(span: Span, word: string): Noted {
  return note(
    'KQL209',
    span,
    `Resource Graph's documentation does not list ${word}.`,
    'Write project, or parse and where.',
  );
}

/** Resource Graph's documentation lists the first three; fullouter works in practice and is relied on (kql.md 39). */
const JOIN_KINDS: readonly string[] = ['innerunique', 'inner', 'leftouter', 'fullouter'];

function joinNotes(operator: JoinOperator, count: number): Noted[] {
  const notes: Noted[] = [];
  if (operator.lookup)
    notes.push(note('KQL107', operator, 'Resource Graph has no lookup.', 'Write join kind=leftouter.'));
  if (operator.kind !== undefined && !JOIN_KINDS.includes(operator.kind.name)) {
    const fix = `Write one of ${JOIN_KINDS.join(', ')}; for an anti join, leftouter and isempty() of a right column.`;
    notes.push(note('KQL102', operator.kind, `Resource Graph refuses join kind=${operator.kind.name}.`, fix));
  }
  if (count === MOST + 1) notes.push(note('KQL103', operator, `Resource Graph allows ${MOST} joins in a query.`));
  return notes;
}

function expandNotes(operator: Extract<Operator, { operator: 'mv-expand' }>, count: number): Noted[] {
  const notes: Noted[] = [];
  if (operator.word === 'mv-apply')
    notes.push(note('KQL107', operator, 'Resource Graph has no mv-apply.', 'Write mv-expand.'));
  if (operator.word === 'mvexpand')
    notes.push(note('KQL205', operator, 'mvexpand is the legacy form.', 'Write mv-expand.'));
  if (operator.limit === undefined && operator.body === undefined) {
    const fix = 'Write mv-expand … limit 400, and judge longer arrays as a whole.';
    notes.push(note('KQL206', operator, 'Resource Graph expands at most 128 elements of each array.', fix));
  }
  if (count === MOST + 1) notes.push(note('KQL104', operator, `Resource Graph allows ${MOST} mv-expand in a query.`));
  return notes;
}

function expressionNotes(query: Query, expr: Expr, guards: ReadonlySet<string>): Noted[] {
  if (expr.node === 'call' && expr.name === 'toscalar') {
    return [note('KQL107', expr, 'Resource Graph has no toscalar().', 'Join the value instead.')];
  }
  if (expr.node !== 'binary' || !COMPARISONS.has(expr.operator)) return [];
  const notes: Noted[] = [];
  for (const side of [expr.left, expr.right]) {
    if (
      side.node === 'literal' &&
      side.form === 'string' &&
      /^(?:True|False)$/.test(side.text) &&
      CASED.has(expr.operator)
    ) {
      const lower = side.text.toLowerCase();
      notes.push(
        note(
          'KQL204',
          side,
          `A boolean becomes '${lower}', never '${side.text}'.`,
          `Write == ${lower} without quotes.`,
        ),
      );
    }
    const argument = side.node === 'call' && side.name === 'array_length' ? side.args[0]?.value : undefined;
    if (argument !== undefined && !guards.has(sourceOf(query, argument))) {
      const path = sourceOf(query, argument);
      notes.push(
        note(
          'KQL203',
          side,
          `When ${path} is missing, its length is null and the comparison is not true.`,
          `Write isnull(${path}) or array_length(${path}) ….`,
        ),
      );
    }
  }
  return notes;
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<>', '<', '<=', '>', '>=', '=~', '!~']);
const CASED: ReadonlySet<string> = new Set(['==', '!=', '<>']);

// ---- what only the binder knows

function findingNotes(findings: readonly Finding[], guards: ReadonlySet<string>): Noted[] {
  return findings.flatMap(({ trap, span, shown }): Noted[] => {
    if (trap === 'default-join') {
      return [
        note(
          'KQL202',
          span,
          'A join without a kind is innerunique: it keeps one left row a key.',
          'Write join kind=inner or kind=leftouter.',
        ),
      ];
    }
    if (trap === 'dynamic-inequality' && !guards.has(shown.replace(/\s+/g, ''))) {
      const fix = `Write isnotnull(${shown}) and …, or isnull(${shown}) or …, to say what a missing one means.`;
      return [note('KQL201', span, `A row without ${shown} is kept by this inequality.`, fix)];
    }
    return [];
  });
}

const GUARDS: ReadonlySet<string> = new Set([
  'isnull',
  'isnotnull',
  'notnull',
  'isempty',
  'isnotempty',
  'notempty',
  'coalesce',
]);

/** The texts that the query asks about being null or empty: about these the author has thought. */
function guardedTexts(query: Query): ReadonlySet<string> {
  const guarded = new Set<string>();
  const expression = (expr: Expr) => {
    if (expr.node !== 'call' || !GUARDS.has(expr.name)) return;
    for (const { value } of expr.args) {
      guarded.add(sourceOf(query, value));
      if (value.node === 'call' && value.args[0] !== undefined) guarded.add(sourceOf(query, value.args[0].value));
    }
  };
  visitQuery(query, { expression });
  return guarded;
}

function sourceOf({ text }: Query, span: Span): string {
  return text.slice(span.start, span.end).replace(/\s+/g, '');
}

function outputNotes(query: Query, columns: readonly string[], open: boolean): Noted[] {
  if (open || columns.includes('id')) return [];
  const last = query.pipeline.operators.at(-1) ?? query.pipeline;
  return [
    note(
      'KQL207',
      last,
      'The result has no column id, without which Resource Graph cannot page it.',
      'Keep id in the last project.',
    ),
  ];
}
