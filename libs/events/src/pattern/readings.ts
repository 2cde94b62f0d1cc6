import type { Branch } from './branches.ts';
import { type Alternative, type Reading, readingOf } from './field-test.ts';

/** A place in event-ruler's automaton: the fields that can be asked for there, with all alternatives of all branches. */
interface State {
  fields: Map<string, { alternatives: Alternative[]; next: Map<string, State> }>;
}

/**
 * How each field of each branch reads values. event-ruler adds all branches to one automaton, field by field in the
 * order of their paths, and how a value is read (as a number, as an address) is decided by everything that can be
 * asked at one place of it: so branches that begin alike share their reading.
 */
export function readingsOf(branches: readonly Branch[]): Map<string, Reading>[] {
  const places = placesOf(branches);
  return places.map(
    (fields) =>
      new Map(
        [...fields].map(([path, all]) => {
          const readings = [...all].map((alternatives) => readingOf(alternatives));
          return [
            path,
            {
              numeric: readings.some(({ numeric }) => numeric),
              address: readings.some(({ address }) => address),
            },
          ] as const;
        }),
      ),
  );
}

/** Lays the branches out as the automaton; for each branch and field, the lists of alternatives at its places. */
export function placesOf(branches: readonly Branch[]): Map<string, Set<readonly Alternative[]>>[] {
  const start: State = { fields: new Map() };
  return branches.map((branch) => {
    const places = new Map<string, Set<readonly Alternative[]>>();
    let states = new Set([start]);
    for (const path of [...branch.keys()].sort()) {
      const next = new Set<State>();
      const lists = new Set<readonly Alternative[]>();
      for (const state of states) {
        let place = state.fields.get(path);
        if (place === undefined) {
          place = { alternatives: [], next: new Map() };
          state.fields.set(path, place);
        }
        lists.add(place.alternatives);
        let last: State | undefined;
        for (const alternative of branch.get(path)!) {
          place.alternatives.push(alternative);
          const identity = JSON.stringify(alternative);
          last = place.next.get(identity) ?? last ?? { fields: new Map() };
          place.next.set(identity, last);
          next.add(last);
        }
      }
      places.set(path, lists);
      states = next;
    }
    return places;
  });
}
