/**
 * Text that Markdown, HTML and GitHub leave alone: no markup, no links, no mentions, one line. Control and invisible
 * characters become `<U+202E>`. It must follow other text on its line, where `-`, `+` and `1.` begin no list. (The renderers' room has the like for summaries; this room may not import it.)
 */
export function prose(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]#!|~$]|:(?=\/\/)/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '@\u200b') // A mention reaches a person even from an escaped @; nothing follows a zero-width space.
    .replace(/www\./gi, '$&\u200b');
}

/** A code span that the text cannot leave: its fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const clean = visible(text);
  const fence = '`'.repeat(longestRun(clean) + 1);
  const pad = clean === '' || /^[` ]|[` ]$/.test(clean) ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/** A code span in a table: a bar would end the cell even inside the span. */
export function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

/** A fenced block that no line of it can end. Line breaks stay; other control characters become visible. */
export function fenced(language: string, lines: readonly string[]): readonly string[] {
  const clean = lines.flatMap((line) => line.split('\n')).map(visible);
  const fence = '`'.repeat(Math.max(3, ...clean.map((line) => longestRun(line) + 1)));
  return [`${fence}${language}`, ...clean, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Everything that hides or reorders, made visible: what a reader cannot see must not change what they read. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => {
    const point = (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `<U+${point.padStart(4, '0')}>`;
  });
}
