import type { Place, Resolved } from '../policy/parameters.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Prepared } from './prepare.ts';
import type { ReadIndex } from './reads.ts';
import type { Subject } from './subjects.ts';

/** What judging one policy's subjects needs beside their rows. */
export interface Bench {
  readonly prepared: Prepared;
  readonly snapshot: Snapshot;
  readonly reads: ReadIndex;
  place(subject: Subject): Place;
  parameters(place: Place): Resolved;
}

/** Where a resource stands, and what a policy's parameters are there. */
export interface Rules {
  place(subject: Subject): Place;
  parameters(place: Place): Resolved;
}

/** Parameters are resolved once for each place: as many as there are environments, not resources. */
export function benchFor(prepared: Prepared, snapshot: Snapshot, reads: ReadIndex, rules: Rules): Bench {
  const resolved = new Map<string, Resolved>();
  return {
    prepared,
    snapshot,
    reads,
    place: rules.place,
    parameters: (place) => {
      const key = `${place.environment ?? ''}/${place.class}`;
      const known = resolved.get(key) ?? rules.parameters(place);
      resolved.set(key, known);
      return known;
    },
  };
}
