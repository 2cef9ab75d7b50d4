/** What a child is read below: an ARM id and the parts of it that a client call wants. */
export interface Parent {
  readonly id: string;
  readonly subscriptionId: string;
  /** Empty for a subscription. */
  readonly resourceGroup: string;
  /** Names below the provider, outermost first: an account's, or an account's and `default`. */
  readonly names: readonly string[];
}

const SHAPE = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+)(?:\/providers\/[^/]+((?:\/[^/]+\/[^/]+)+))?)?$/i;

/**
 * The parts of an ARM id; null for an id that is none, which no client could be called with. A segment of dots is none
 * either: as part of an address it would lead elsewhere.
 */
export function parentOf(id: string): Parent | null {
  const [, subscriptionId, resourceGroup = '', below = ''] = SHAPE.exec(id) ?? [];
  if (subscriptionId === undefined || id.split('/').some((segment) => /^\.+$/.test(segment))) return null;
  return { id, subscriptionId, resourceGroup, names: below.split('/').filter((_, i) => i > 0 && i % 2 === 0) };
}

/** The scope that an extension resource stands on: what its id has before its own provider. */
export function scopeOfExtension(id: string): string {
  return id.slice(0, Math.max(0, id.toLowerCase().lastIndexOf('/providers/')));
}
