/** The name most like `wrong` among `names`, or undefined when none is near enough to be what was meant. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  // A third of the letters may differ; of very short names only the case.
  const limit = wrong.length < 3 ? 0 : Math.max(1, Math.floor(wrong.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of names) {
    if (name.toLowerCase() === wrong.toLowerCase() && name !== wrong) return name;
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** The hint of an unknown name: `Did you mean 'x'?`, or nothing. */
export function didYouMean(wrong: string, names: Iterable<string>): string | undefined {
  const name = nearest(wrong, names);
  return name === undefined ? undefined : `Did you mean '${name}'?`;
}

/** Levenshtein distance; gives up (returns `limit`) once it cannot be below the limit. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    if (Math.min(...current) >= limit) return limit;
    previous = current;
  }
  return previous.at(-1) ?? limit;
}
