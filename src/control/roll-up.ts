import { type ItemAssessment, type ItemStatus, itemStatuses } from './assessment.ts';

/**
 * A control is as its worst item is, in the order of `itemStatuses`; the sentence names the items that decide.
 * A control without items cannot be (its schema asks for one); it would be `unknown`.
 */
export function rollUp(items: readonly Pick<ItemAssessment, 'id' | 'status'>[]): {
  status: ItemStatus;
  because: string;
} {
  const status = worst(items.map((item) => item.status));
  const deciding = items.filter((item) => item.status === status).map((item) => item.id);
  return { status, because: `${deciding.length} of ${items.length} items ${status}: ${deciding.join(', ')}` };
}

/** The worst of several statuses; `unknown` of none, because nothing was judged. */
export function worst(statuses: readonly ItemStatus[]): ItemStatus {
  return itemStatuses.find((status) => statuses.includes(status)) ?? 'unknown';
}
