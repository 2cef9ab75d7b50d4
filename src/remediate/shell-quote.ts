// What no POSIX shell, in no place, reads as anything but itself.
const PLAIN = /^[A-Za-z0-9_/][A-Za-z0-9_/.:,@%+-]*$/;
// Line breaks would end a comment or a Markdown fence, terminal escapes act when the line is shown, and marks of
// direction or of no width make a line read as another than it is.
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/**
 * One argument for a POSIX shell: bare where it is harmless, else in single quotes. A value with control or invisible
 * characters becomes `$'…'` with three-digit octal bytes, so that it stays on one line and can be seen; everything that
 * could end the quotes is octal there, so that a shell without `$'…'` gets a wrong value, never a command.
 * A NUL cannot be an argument: see `isQuotable`.
 */
export function shellQuote(value: string): string {
  if (PLAIN.test(value)) return value;
  if (INVISIBLE.test(value)) return `$'${[...value].map(visibleChar).join('')}'`;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Whether a value can be an argument at all: no NUL, and no half of a surrogate pair, which has no bytes in UTF-8. */
export function isQuotable(value: string): boolean {
  return !/[\0\p{Cs}]/u.test(value);
}

function visibleChar(char: string): string {
  if (!INVISIBLE.test(char) && !"'\\!".includes(char)) return char;
  return [...new TextEncoder().encode(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
