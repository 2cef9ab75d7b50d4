type Row = Readonly<Record<string, unknown>>;

/** Where resources of an environment can lie, as far as the declaration tells. */
export interface Extent {
  /** Subscriptions in lower case, each `/subscriptions/<id>`. */
  readonly scopes: readonly string[];
  /** Whether anything at all could place a resource there. */
  readonly placesNothing: boolean;
}

/**
 * The subscriptions that must have been read before anything can be said of an environment: those of its own scopes,
 * those of the shared ones, and, where resources are placed by tag, every known subscription that no other environment
 * claims as a whole. `rows` is the `workload` table, `row` the environment's own; `known` are the scopes of the collection.
 */
export function extentOf(row: Row, rows: readonly Row[], known: readonly string[]): Extent {
  const own = textsOf(row.scopes);
  const byTag = tagOf(row) !== null;
  const claimed = new Set(rows.filter((one) => one.id !== row.id).flatMap((one) => textsOf(one.scopes).map(lower)));
  const free = byTag ? known.filter((scope) => !claimed.has(lower(scope))) : [];
  const scopes = [...own, ...textsOf(partOf(row.shared, 'scopes')), ...free].map(subscriptionOf);
  return { scopes: [...new Set(scopes)], placesNothing: own.length === 0 && !byTag };
}

const tagOf = (row: Row): string | null => {
  const tag = partOf(row.match, 'environmentTag');
  return typeof tag === 'string' ? tag : null;
};

const lower = (scope: string): string => scope.toLowerCase().replace(/\/+$/, '');

const subscriptionOf = (scope: string): string => /^\/subscriptions\/[^/]+/.exec(lower(scope))?.[0] ?? lower(scope);

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Row)[name] : undefined;

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
