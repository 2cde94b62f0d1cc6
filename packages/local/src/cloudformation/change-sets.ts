import type { Change } from './descriptions.ts';
import type { StackSource } from './stacks.ts';

export interface ChangeSet {
  id: string;
  name: string;
  source: StackSource & { id: string };
  status: 'CREATE_COMPLETE' | 'FAILED';
  reason?: string;
  execution: 'AVAILABLE' | 'UNAVAILABLE' | 'EXECUTE_COMPLETE';
  changes: Change[];
  createdAt: number;
}

/** Change sets that are kept; the oldest make room. */
const maxChangeSets = 100;

/** Change sets by id; a new one replaces that of the same name and stack. */
export class ChangeSets {
  #byId = new Map<string, ChangeSet>();

  add(changeSet: ChangeSet): void {
    const twin = this.find(changeSet.name, changeSet.source.name);
    if (twin) this.delete(twin);
    const [oldest] = this.#byId.keys();
    if (oldest && this.#byId.size >= maxChangeSets) this.#byId.delete(oldest);
    this.#byId.set(changeSet.id, changeSet);
  }

  /** By id, or by name within a stack's name or id. */
  find(reference: string, stack: string | null): ChangeSet | undefined {
    const byId = this.#byId.get(reference);
    if (byId) return byId;
    return [...this.#byId.values()].find(
      ({ name, source }) => name === reference && (stack === source.name || stack === source.id),
    );
  }

  delete(changeSet: ChangeSet): void {
    this.#byId.delete(changeSet.id);
  }
}
