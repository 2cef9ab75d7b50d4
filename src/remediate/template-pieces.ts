import { placeholdersOf } from '../policy/template.ts';

/** A stretch of a template and the placeholder that ends it; `name` is null for the rest after the last one. */
export interface Piece {
  readonly text: string;
  readonly name: string | null;
}

/** Takes a template apart in order; joined again with `{name}` between, the pieces are the template. */
export function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const name of placeholdersOf(template)) {
    const at = template.indexOf(`{${name}}`, from);
    pieces.push({ text: template.slice(from, at), name });
    from = at + name.length + 2;
  }
  return [...pieces, { text: template.slice(from), name: null }];
}
