import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import type { Column, KqlType } from '../../src/kql/engine.ts';

/**
 * The official analyser of Kusto (@kusto/language-service-next), which says what a query means before it runs: whether
 * it is accepted, and the columns of its result. It is .NET code made into scripts that put `Kusto` into the global
 * object, so its shape is written down here as far as it is used. Loading takes about 0.2 s, a query some milliseconds.
 */
export interface Verdict {
  /** Undefined when it tells no columns, as of a query with errors. */
  readonly columns: readonly Column[] | undefined;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly start: number }[];
}

export type Analyser = (query: string, schema: Readonly<Record<string, readonly Column[]>>) => Verdict;

type Opaque = { readonly __kusto: unknown };

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface Diagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
}

interface Code {
  readonly ResultType: { readonly Columns?: List<{ readonly Name: string; readonly Type: { readonly Name: string } }> };
  GetDiagnostics(): List<Diagnostic>;
}

interface Kusto {
  readonly Language: {
    readonly GlobalState: { readonly Default: { WithDatabase(database: Opaque): Opaque } };
    readonly KustoCode: { ParseAndAnalyze(text: string, globals: Opaque): Code };
    readonly Symbols: {
      readonly ScalarTypes: Readonly<Record<string, Opaque>>;
      readonly ColumnSymbol: new (name: string, type: Opaque) => Opaque;
      /** The constructor of a name and an array of columns; the one of a schema text drops dynamic columns. */
      readonly TableSymbol: { readonly $ctor4: new (name: string, columns: readonly Opaque[]) => Opaque };
      readonly DatabaseSymbol: new (name: string, members: readonly Opaque[]) => Opaque;
    };
  };
}

const TYPES: Readonly<Record<KqlType, string>> = {
  bool: 'Bool',
  int: 'Int',
  long: 'Long',
  real: 'Real',
  decimal: 'Decimal',
  string: 'String',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  guid: 'Guid',
  dynamic: 'Dynamic',
};

/** Loads the analyser. */
export function loadAnalyser(): Analyser {
  const { Language } = loadScripts();
  const { Symbols } = Language;
  const table = ([name, columns]: readonly [string, readonly Column[]]) =>
    new Symbols.TableSymbol.$ctor4(
      name,
      columns.map((column) => new Symbols.ColumnSymbol(column.name, typeOf(Symbols.ScalarTypes, column.type))),
    );
  const known = new WeakMap<object, Opaque>();
  const globalsOf = (schema: Parameters<Analyser>[1]) => {
    const globals =
      known.get(schema) ??
      Language.GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol('db', Object.entries(schema).map(table)));
    known.set(schema, globals);
    return globals;
  };
  return (query, schema) => {
    const code = Language.KustoCode.ParseAndAnalyze(query, globalsOf(schema));
    const errors = listed(code.GetDiagnostics())
      .filter((one) => one.Severity === 'Error')
      .map(({ Code, Message, Start }) => ({ code: Code, message: Message, start: Start }));
    const columns = code.ResultType?.Columns;
    return {
      errors,
      columns: columns && listed(columns).map(({ Name, Type }) => ({ name: Name, type: Type.Name as KqlType })),
    };
  };
}

function typeOf(types: Readonly<Record<string, Opaque>>, type: KqlType): Opaque {
  const found = types[TYPES[type]];
  if (found === undefined) throw new Error(`The analyser has no type ${type}.`);
  return found;
}

function listed<T>(list: List<T>): T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}

function loadScripts(): Kusto {
  const require = createRequire(import.meta.url);
  for (const name of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
    const file = require.resolve(`@kusto/language-service-next/${name}`);
    runInThisContext(readFileSync(file, 'utf8'), { filename: file });
  }
  return (globalThis as unknown as { readonly Kusto: Kusto }).Kusto;
}
