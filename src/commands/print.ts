import process from 'node:process';

/** stdout carries data: these are the only two ways to it. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function printText(text: string | Uint8Array): void {
  process.stdout.write(text);
}
