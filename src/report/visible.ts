/**
 * Text with everything that hides or reorders made visible: control, format (bidirectional overrides, zero-width
 * joiners, soft hyphens), line and paragraph separators and lone surrogates become `<U+202E>`.
 * Names and tags come from Azure and are hostile: what a reader cannot see must not be able to change what they read.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `<${codePointName(character.codePointAt(0) ?? 0)}>`,
  );
}

/** `U+0009`: at least four hexadecimal digits, as the Unicode standard writes it. */
export function codePointName(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Text that a policy or control author wrapped over lines, as one line. For names from Azure use `visible`. */
export function folded(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

/** 12345 as `12,345`, without asking the machine for its locale. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 finding`, `2 findings`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${thousands(value)} ${value === 1 ? one : many}`;
}

/** ISO time as people read it, `2026-11-12 02:00:00 UTC`; text that is no such time stays as it is. */
export function moment(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?Z$/.exec(iso);
  return match === null ? iso : `${match[1]} ${match[2]} UTC`;
}
