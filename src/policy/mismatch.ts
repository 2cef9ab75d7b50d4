/** Where an expectation and a fact part: `path` is a JSON pointer into the facts. */
export interface Mismatch {
  readonly path: string;
  readonly expected: string;
  readonly actual: unknown;
}
