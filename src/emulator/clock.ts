/**
 * A clock that starts at `asOf` and then runs with real time, so that an estate looks as old as it did when it was
 * written, on any day. Steps of the machine's own clock do not move it.
 */
export function clockFrom(asOf: Date): () => Date {
  const started = performance.now();
  return () => new Date(asOf.getTime() + Math.floor(performance.now() - started));
}
