import type {
  Between,
  Binary,
  Call,
  Element,
  Expr,
  Literal,
  Logical,
  Member,
  Membership,
  NameRef,
  Unary,
} from './ast.ts';
import { apply, made } from './bind-apply.ts';
import { bindCall } from './bind-call.ts';
import { bindMembership } from './bind-membership.ts';
import { type Binder, refuse, type Scope, sayType, shown } from './binder.ts';
import type { Bound } from './bound.ts';
import { mergeUses, NO_USES } from './field.ts';
import { ARITHMETIC } from './functions/arithmetic.ts';
import { type BinaryOperator, COMPARISON } from './functions/comparison.ts';
import { TEXT_MATCH } from './functions/text-match.ts';
import { literalValue } from './literal.ts';
import { didYouMean } from './nearest.ts';
import { allFields, type Relation } from './relation.ts';
import { text } from './value.ts';
import { isLoose, isNumeric, type ValueType } from './value-type.ts';

/**
 * Resolves names and types of an expression against the columns in scope.
 * Throws KqlError: KQL001, KQL005 to KQL008, KQL012, KQL014.
 */
export function bindExpression(b: Binder, expr: Expr, scope: Scope): Bound {
  return BINDERS[expr.node](b, expr as never, scope);
}

type Of<Name extends Expr['node']> = Extract<Expr, { readonly node: Name }>;
type Binders = { readonly [Name in Expr['node']]: (b: Binder, expr: Of<Name>, scope: Scope) => Bound };

const BINDERS: Binders = {
  literal: bindLiteral,
  name: bindName,
  star: (b, expr) => refuse(b, 'KQL002', "'*' cannot stand here.", expr),
  member: (b, expr, scope) => bindPath(b, expr, scope),
  element: (b, expr, scope) => bindPath(b, expr, scope),
  call: (b, expr: Call, scope) => bindCall(b, expr, { scope, bind: bindExpression }),
  unary: bindUnary,
  binary: bindBinary,
  logical: bindLogical,
  membership: (b, expr: Membership, scope) => bindMembership(b, expr, { scope, bind: bindExpression }),
  between: bindBetween,
  subquery: (b, expr) =>
    refuse(b, 'KQL008', 'A tabular expression cannot stand here as a value.', expr, 'Write toscalar(…) around it.'),
};

function bindLiteral(b: Binder, expr: Literal): Bound {
  const { type, value } = literalValue(expr, b.text);
  return made({ kind: 'constant', value }, type, expr, NO_USES);
}

function bindName(b: Binder, expr: NameRef, scope: Scope): Bound {
  const own = scope.relation.fields.find((field) => field.name === expr.name);
  const known = own ?? (b.lets.has(expr.name) ? undefined : scope.relation.open?.field(expr.name));
  if (known !== undefined) {
    const span = { start: expr.start, end: expr.end };
    return {
      kind: 'field',
      field: known,
      type: known.type,
      uses: known.uses,
      span,
      label: known.name,
      path: known.path,
    };
  }
  const bound = b.lets.get(expr.name)?.value;
  if (bound === undefined) return unknownColumn(b, expr, scope);
  return { ...bound, span: { start: expr.start, end: expr.end }, label: expr.name };
}

function unknownColumn(b: Binder, expr: NameRef, scope: Scope): never {
  if (expr.name === '$left' || expr.name === '$right') {
    refuse(b, 'KQL005', `'${expr.name}' exists only in the condition of a join.`, expr);
  }
  const names = allFields(scope.relation).map((field) => field.name);
  const hint = didYouMean(expr.name, [...names, ...b.lets.keys()]);
  return refuse(b, 'KQL005', `There is no column '${expr.name}' here.`, expr, hint ?? listed(names));
}

function listed(names: readonly string[]): string | undefined {
  return names.length === 0 || names.length > 12 ? undefined : `The columns are: ${names.join(', ')}.`;
}

// ---- property paths

/** Binds `a.b['c'][0]` whole: only the longest path of a chain is an occurrence, not each of its beginnings. */
function bindPath(b: Binder, expr: Member | Element, scope: Scope): Bound {
  const bound = bindChain(b, expr, scope);
  const segment = lastSegment(expr, scope);
  if (bound.path === undefined || segment === undefined) return bound;
  bound.path.note(bound.path.text);
  const draft = b.lineage.draft(
    bound.path.text,
    { start: expr.start, end: expr.end },
    { ...segment.label, name: segment.name },
  );
  return { ...bound, uses: new Set([...bound.uses, draft]) };
}

function bindChain(b: Binder, expr: Expr, scope: Scope): Bound {
  if (expr.node === 'member') return bindMember(b, expr, scope);
  if (expr.node === 'element') return bindElement(b, expr, scope);
  return bindExpression(b, expr, scope);
}

function bindMember(b: Binder, expr: Member, scope: Scope): Bound {
  const side = sideOf(expr, scope);
  if (side !== undefined) return bindName(b, { ...expr, node: 'name', ...expr.label }, { relation: side });
  const base = bindChain(b, expr.base, scope);
  mustHaveProperties(b, base, expr);
  const label = base.label === undefined ? undefined : `${base.label}_${expr.name}`;
  const path = base.path && { ...base.path, text: base.path.text + pathPart(expr.name) };
  return { ...made({ kind: 'property', base, name: expr.name }, 'dynamic', expr, base.uses), label, path };
}

function bindElement(b: Binder, expr: Element, scope: Scope): Bound {
  const base = bindChain(b, expr.base, scope);
  mustHaveProperties(b, base, expr);
  const index = bindExpression(b, expr.index, scope);
  if (!isNumeric(index.type) && index.type !== 'string' && !isLoose(index.type)) {
    refuse(b, 'KQL008', `An element is found by a number or a string, not by a ${sayType(index.type)}.`, expr.index);
  }
  const known = index.kind === 'constant' ? text(index.value) : '';
  const label = base.label === undefined ? undefined : `${base.label}_${/^\d+$/.test(known) ? known : ''}`;
  const path = base.path && { ...base.path, text: `${base.path.text}[${known}]` };
  return { ...made({ kind: 'element', base, index }, 'dynamic', expr, mergeUses([base, index])), label, path };
}

function pathPart(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) ? `.${name}` : `['${name}']`;
}

function sideOf(expr: Member, scope: Scope): Relation | undefined {
  if (scope.sides === undefined || expr.base.node !== 'name') return undefined;
  return expr.base.name === '$left' ? scope.sides.left : expr.base.name === '$right' ? scope.sides.right : undefined;
}

function mustHaveProperties(b: Binder, base: Bound, expr: Expr): void {
  if (isLoose(base.type)) return;
  const message = `'${shown(b, base.span)}' is a ${sayType(base.type)} and has no properties or elements.`;
  refuse(b, 'KQL008', message, expr, base.type === 'string' ? 'Write parse_json(…) around it.' : undefined);
}

/** The last named property; `$left.id` names a column and no property. */
function lastSegment(expr: Expr, scope: Scope): Member | undefined {
  if (expr.node === 'element') return lastSegment(expr.base, scope);
  return expr.node === 'member' && sideOf(expr, scope) === undefined ? expr : undefined;
}

// ---- operators

const BINARY: Readonly<Record<string, BinaryOperator>> = { ...COMPARISON, ...ARITHMETIC, ...TEXT_MATCH };

function bindBinary(b: Binder, expr: Binary, scope: Scope): Bound {
  const [left, right] = [bindExpression(b, expr.left, scope), bindExpression(b, expr.right, scope)];
  const rule = BINARY[expr.operator]?.(left.type, right.type);
  if (rule === undefined) return wrongTypes(b, expr, left, right);
  if ((expr.operator === '!=' || expr.operator === '!~') && left.type === 'dynamic') {
    b.findings.push({ trap: 'dynamic-inequality', span: left.span, shown: shown(b, left.span) });
  }
  const bound = apply(b, rule, [left, right], { type: rule.type, place: expr });
  const equal = (expr.operator === '==' || expr.operator === '=~') && right.kind === 'constant';
  return equal ? { ...bound, proves: { operand: left, values: [right.value] } } : bound;
}

function wrongTypes(b: Binder, expr: Binary, left: Bound, right: Bound): never {
  const operator = expr.operator === 'matches' ? 'matches regex' : expr.operator;
  const message = `'${operator}' is not defined for ${sayType(left.type)} and ${sayType(right.type)}.`;
  return refuse(b, 'KQL008', message, expr, conversionHint(b, expr.operator, left, right));
}

const CONVERSIONS: Readonly<Partial<Record<ValueType, string>>> = {
  datetime: 'todatetime',
  timespan: 'totimespan',
  string: 'tostring',
  guid: 'tostring',
  long: 'tolong',
  int: 'toint',
  real: 'toreal',
  bool: 'tobool',
};

function conversionHint(b: Binder, operator: string, left: Bound, right: Bound): string | undefined {
  if (operator === '+' && (left.type === 'string' || right.type === 'string'))
    return 'Write strcat(…) to join strings.';
  if (operator in TEXT_MATCH || operator === '=~' || operator === '!~') {
    return 'Write tostring(…) around what is not a string.';
  }
  if (left.type === 'string' && right.type === 'string') {
    return `Write strcmp(${shown(b, left.span)}, ${shown(b, right.span)}) ${operator} 0.`;
  }
  const dynamic = isLoose(left.type) ? left : isLoose(right.type) ? right : undefined;
  if (dynamic !== undefined && (left.type === 'string' || right.type === 'string')) {
    const what = shown(b, dynamic.span);
    return `Write tostring(${what}), or compare with a number.`;
  }
  const [weak, strong] = isLoose(right.type) || right.type === 'string' ? [right, left] : [left, right];
  const name = CONVERSIONS[strong.type];
  return name === undefined ? undefined : `Write ${name}(${shown(b, weak.span)}).`;
}

function bindUnary(b: Binder, expr: Unary, scope: Scope): Bound {
  const operand = bindExpression(b, expr.operand, scope);
  if (expr.operator === '+' && isNumeric(operand.type) && operand.type !== 'int')
    return { ...operand, label: undefined };
  const zero = operand.type === 'timespan' ? timespanZero(b, expr) : numberZero(expr);
  const rule = ARITHMETIC['-']?.(zero.type, operand.type);
  if (rule === undefined) return refuse(b, 'KQL008', `'-' is not defined for ${sayType(operand.type)}.`, expr);
  const type = operand.type === 'dynamic' ? 'dynamic' : rule.type;
  const signed = expr.operator === '+' ? (ARITHMETIC['+']?.(zero.type, operand.type) ?? rule) : rule;
  return apply(b, signed, [zero, operand], { type, place: expr });
}

function numberZero(place: Unary): Bound {
  return made({ kind: 'constant', value: 0 }, 'int', place, NO_USES);
}

function timespanZero(b: Binder, place: Unary): Bound {
  const literal: Literal = { ...place, node: 'literal', form: 'duration', text: '0s', type: '' };
  return bindLiteral(b, literal);
}

function bindLogical(b: Binder, expr: Logical, scope: Scope): Bound {
  const terms = expr.terms.map((term) => bindExpression(b, term, scope));
  for (const term of terms) {
    if (term.type === 'bool' || isLoose(term.type)) continue;
    refuse(
      b,
      'KQL008',
      `'${expr.operator}' joins conditions; '${shown(b, term.span)}' is a ${sayType(term.type)}.`,
      term.span,
    );
  }
  return made({ kind: expr.operator === 'and' ? 'all' : 'any', terms }, 'bool', expr, mergeUses(terms));
}

const TIMES: ReadonlySet<ValueType> = new Set(['datetime', 'timespan', 'open']);

function bindBetween(b: Binder, expr: Between, scope: Scope): Bound {
  const operand = bindExpression(b, expr.operand, scope);
  const low = bindExpression(b, expr.low, scope);
  const high = bindExpression(b, expr.high, scope);
  const relative = low.type === 'datetime' && high.type === 'timespan';
  const plus = relative ? ARITHMETIC['+']?.(low.type, high.type) : undefined;
  const end = plus === undefined ? high : apply(b, plus, [low, high], { type: plus.type, place: expr.high });
  for (const bound of [low, end]) {
    if (isNumeric(bound.type) || TIMES.has(bound.type) || isNumeric(operand.type)) continue;
    refuse(
      b,
      'KQL008',
      `between takes numbers or times; '${shown(b, bound.span)}' is a ${sayType(bound.type)}.`,
      bound.span,
    );
  }
  const [from, to] = [COMPARISON['>=']?.(operand.type, low.type), COMPARISON['<=']?.(operand.type, end.type)];
  if (from === undefined || to === undefined) {
    const types = `${sayType(operand.type)} between ${sayType(low.type)} and ${sayType(high.type)}`;
    return refuse(b, 'KQL008', `Kusto does not compare ${types}.`, expr, conversionHint(b, 'between', operand, low));
  }
  const terms = [
    apply(b, from, [operand, low], { type: 'bool', place: expr }),
    apply(b, to, [operand, end], { type: 'bool', place: expr }),
  ];
  const inside = made({ kind: 'all', terms }, 'bool', expr, mergeUses(terms));
  if (!expr.negated) return inside;
  return apply(b, { run: (value: boolean) => !value }, [inside], { type: 'bool', place: expr });
}
