/** A Markdown table; a pipe in a cell is escaped, a line break folded. */
export function table(head, rows) {
  const line = (cells) =>
    `| ${cells
      .map((cell) =>
        String(cell)
          .replaceAll('|', '\\|')
          .replace(/\s*\n\s*/g, ' '),
      )
      .join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Text that an author wrapped, as one paragraph. */
export const folded = (text) => text.trim().replace(/\s*\n\s*/g, ' ');

export const code = (text) => (text === '' ? '' : `\`${text}\``);
