/** What a waiver is written for: ids, or patterns with `*` inside one segment; `wide` opens whole scopes. */
export interface WaiverScope {
  readonly subjects: readonly string[];
  readonly environments?: readonly string[];
  readonly breadth?: 'wide';
}

/**
 * Whether a resource id lies in the scope. Ids compare without regard to case, segment by segment; a `*` never reaches
 * over a slash. With `breadth: wide` a subject that is a subscription or a resource group covers all that is below it.
 */
export function inWaiverScope(scope: WaiverScope, resource: string, environment: string | null): boolean {
  if (scope.environments !== undefined && (environment === null || !scope.environments.includes(environment))) {
    return false;
  }
  const id = segmentsOf(resource);
  return scope.subjects.some((subject) => covers(segmentsOf(subject), id, scope.breadth === 'wide'));
}

/** Why the subjects may not stand as they are written, or null. A refused scope leaves every fail counting. */
export function scopeFault(scope: WaiverScope): string | null {
  for (const subject of scope.subjects) {
    const segments = segmentsOf(subject);
    const patterns = segments.filter((segment) => segment.includes('*')).length;
    if (patterns > 1) return `${say(subject)} has * in ${patterns} segments; only one segment may hold a pattern`;
    if (spansSubscription(segments) && scope.breadth !== 'wide') {
      return `${say(subject)} reaches over a whole subscription; say so with breadth: wide, or name the resources`;
    }
  }
  return null;
}

function covers(pattern: readonly string[], id: readonly string[], wide: boolean): boolean {
  const below = wide && isScope(pattern) && id.length > pattern.length;
  if (!below && id.length !== pattern.length) return false;
  return pattern.every((segment, index) => matchesSegment(segment, id[index] ?? ''));
}

const isScope = (segments: readonly string[]): boolean =>
  segments[0] === 'subscriptions' &&
  (segments.length === 2 || (segments.length === 4 && segments[2] === 'resourcegroups'));

const isOnlyStars = (segment: string | undefined): boolean => segment !== undefined && /^\*+$/.test(segment);

/** A subscription itself, any subscription of several, or any resource group of one. */
function spansSubscription(segments: readonly string[]): boolean {
  if (segments[0]?.includes('*')) return true;
  if (segments[0] !== 'subscriptions') return false;
  return segments.length <= 2 || segments[1]?.includes('*') === true || isOnlyStars(segments[3]);
}

/** Matching without a regular expression: `a*a*a*a*b` against a long name must not cost more than its product. */
function matchesSegment(pattern: string, text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (next < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      resume = next;
    } else if (pattern[at] === text[next]) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

const segmentsOf = (id: string): readonly string[] =>
  id
    .trim()
    .toLowerCase()
    .replace(/^\/|\/$/g, '')
    .split('/');

const say = (subject: string): string => JSON.stringify(subject);
