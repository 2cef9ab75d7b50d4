import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, visit } from 'yaml';
import { InputError, type InputProblem } from './input-error.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML file that still knows where everything stood. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** Where a path stands; the nearest enclosing place that exists, for paths that do not. */
  placeOf(path: readonly (string | number)[]): Place;
  /** Where an offset inside a text value stands, so that an error in a query points into the YAML. */
  placeInText(path: readonly (string | number)[], line: number, column: number): Place;
}

/** A file larger than this is not something a person wrote. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_DEPTH = 64;
// Keys that would reach an object's prototype in code that is less careful than ours.
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses one YAML 1.2 document (core schema: `on` and `no` stay text). Aliases, several documents, duplicate keys, deep
 * nesting and prototype keys are refused. Throws InputError with line and column.
 */
export function parseYaml(text: string, file: string): YamlFile {
  if (Buffer.byteLength(text) > MAX_BYTES) throw problem('file-too-large', file, 0, 0, 'is larger than 2 MiB');
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { version: '1.2', schema: 'core', uniqueKeys: true, lineCounter: lines });
  const [document] = documents as readonly Document.Parsed[];
  if (document === undefined) throw problem('yaml-syntax', file, 1, 1, 'the file is empty');
  const at = (offset: number): Place => ({ line: lines.linePos(offset).line, column: lines.linePos(offset).col });
  refuseSyntaxErrors(document, file, at);
  if (documents.length > 1) throw problem('yaml-syntax', file, 1, 1, 'holds several documents. Write one per file');
  refuseUnsafe(document, file, at);
  const placeOf = (path: readonly (string | number)[]): Place => at(nodeAt(document, path).range?.[0] ?? 0);
  return {
    file,
    text,
    value: document.toJS({ maxAliasCount: 0 }),
    placeOf,
    placeInText: (path, line, column) => placeInText(nodeAt(document, path), text, at, { line, column }),
  };
}

function refuseSyntaxErrors(document: Document.Parsed, file: string, at: (offset: number) => Place): void {
  if (document.errors.length === 0) return;
  throw new InputError(
    document.errors.map((error) => ({
      code: 'yaml-syntax' as const,
      file,
      ...at(error.pos[0]),
      message: (error.message.split('\n')[0] ?? error.message).replace(/ at line \d+, column \d+:?$/, ''),
    })),
  );
}

function refuseUnsafe(document: Document.Parsed, file: string, at: (offset: number) => Place): void {
  visit(document, {
    Node: (_, node, path) => {
      const place = at((node as Node).range?.[0] ?? 0);
      if (isAlias(node) || (isScalar(node) || isMap(node) || isSeq(node) ? node.anchor !== undefined : false))
        throw problem(
          'yaml-unsafe',
          file,
          place.line,
          place.column,
          'anchors and aliases are not used here. Write the value out',
        );
      if (path.length > MAX_DEPTH) throw problem('yaml-unsafe', file, place.line, place.column, 'is nested too deeply');
    },
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || !FORBIDDEN.has(String(pair.key.value))) return;
      const place = at(pair.key.range?.[0] ?? 0);
      throw problem('yaml-unsafe', file, place.line, place.column, `the key ${String(pair.key.value)} is not allowed`);
    },
  });
}

/** The node at a path, or the last one on the way to it. For a missing key of a map, the map itself. */
function nodeAt(document: Document.Parsed, path: readonly (string | number)[]): Node {
  let node: Node | null = document.contents;
  let found: Node = node ?? ({ range: [0, 0, 0] } as unknown as Node);
  for (const step of path) {
    node = isMap(node) || isSeq(node) ? ((node.get(step, true) as Node | undefined) ?? null) : null;
    if (node === null) return found;
    found = node;
  }
  return found;
}

/** Block scalars keep their lines, indented; other scalars are pointed at as a whole. */
function placeInText(node: Node, text: string, at: (offset: number) => Place, inner: Place): Place {
  const start = at(node.range?.[0] ?? 0);
  if (!isScalar(node) || (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')) return start;
  const body = text
    .slice(node.range?.[0] ?? 0)
    .split('\n')
    .slice(1);
  const indent = /^ */.exec(body.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  return { line: start.line + inner.line, column: indent + inner.column };
}

function problem(code: InputProblem['code'], file: string, line: number, column: number, message: string): InputError {
  return new InputError([{ code, file, line, column, message }]);
}
