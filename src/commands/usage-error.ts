/** Wrong usage of the command line: one sentence with the way out. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
