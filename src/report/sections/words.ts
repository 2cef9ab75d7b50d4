import type { ReportScope } from '../scope.ts';

/** `prod`, or `blue (prod)` where an environment is not called like its class. */
export function environmentName(entry: { readonly environment: string | null; readonly class: string }): string {
  if (entry.environment === null) return 'no environment';
  return entry.environment === entry.class ? entry.environment : `${entry.environment} (${entry.class})`;
}

export function principalText(principal: ReportScope['principal']): string {
  if (principal === null) return 'not recorded in the snapshot';
  const parts = [
    ['', principal.name],
    ['object ', principal.objectId],
    ['application ', principal.appId],
    ['tenant ', principal.tenantId],
  ] as const;
  const said = parts.flatMap(([word, value]) => (value === undefined ? [] : [`${word}${value}`]));
  return said.length === 0 ? 'not recorded in the snapshot' : clip(said.join(', '), 240);
}

/** Hostile names may be thousands of characters long; what must stay one page, or one line, cuts them visibly. */
export function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most).join('')}… (${characters.length} characters)` : text;
}
