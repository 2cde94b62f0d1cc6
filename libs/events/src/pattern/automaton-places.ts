import type { Branch } from './branches.ts';
import type { Alternative } from './field-test.ts';

/** A state of event-ruler's automaton: the fields asked for there, with the alternatives of all branches. */
interface State {
  fields: Map<string, { alternatives: Alternative[]; next: Map<string, State> }>;
}

/**
 * The lists of alternatives that event-ruler holds one value against at once. It adds all branches to one automaton,
 * field by field in the order of their paths, so branches that begin alike share what follows.
 */
export function automatonPlaces(branches: readonly Branch[]): Set<readonly Alternative[]> {
  const start: State = { fields: new Map() };
  const places = new Set<readonly Alternative[]>();
  for (const branch of branches) {
    let states = new Set([start]);
    for (const path of [...branch.keys()].sort()) {
      const next = new Set<State>();
      for (const state of states) {
        let place = state.fields.get(path);
        if (place === undefined) {
          place = { alternatives: [], next: new Map() };
          state.fields.set(path, place);
          places.add(place.alternatives);
        }
        let last: State | undefined;
        for (const alternative of branch.get(path)!) {
          place.alternatives.push(alternative);
          const identity = JSON.stringify(alternative);
          last = place.next.get(identity) ?? last ?? { fields: new Map() };
          place.next.set(identity, last);
          next.add(last);
        }
      }
      states = next;
    }
  }
  return places;
}
