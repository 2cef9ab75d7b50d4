/** A value as the cases write it: what Kusto's own tools display. */
export function display(value: unknown): string {
  if (value === null) return '(null)';
  if (value === true) return 'True';
  if (value === false) return 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
