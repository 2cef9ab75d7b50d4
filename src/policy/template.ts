const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)\}/g;

/** Names in braces, in order of appearance: `{name}`, `{param.minDays}`. JSON text in a template holds none by accident: a name has no quotes or spaces. */
export function placeholdersOf(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}

/** Replaces every placeholder by `textOf(name)`; what a value may do to its surroundings is the caller's to prevent. */
export function fillTemplate(template: string, textOf: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => textOf(name));
}

/** A value as one line of text for a sentence: control characters become visible, long values are cut with a mark. */
export function sayValue(value: unknown, limit = 200): string {
  const text =
    typeof value === 'string' ? value : value === null || value === undefined ? 'null' : JSON.stringify(value);
  const shown = visible(text ?? 'null');
  return shown.length > limit ? `${shown.slice(0, limit)}…` : shown;
}

// Names and tags are hostile: terminal escapes, bidirectional overrides and line breaks must not act where they are shown.
const UNSAFE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

function visible(text: string): string {
  return text.replace(UNSAFE, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}
