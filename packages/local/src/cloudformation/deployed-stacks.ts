import { Journal } from '../journal.ts';
import type { Stack, StackSource } from './stacks.ts';

interface Kept extends StackSource {
  id: string;
  deployedAt: number;
}

/** What was deployed over the API, kept so that a restart brings it back: AWS would not forget it either. */
export class DeployedStacks {
  #journal: Journal<Kept>;

  private constructor(journal: Journal<Kept>) {
    this.#journal = journal;
  }

  static async open(directory: string): Promise<DeployedStacks> {
    return new DeployedStacks(await Journal.open<Kept>(directory));
  }

  async keep(stack: Stack, { template, parameters = {} }: StackSource): Promise<void> {
    const kept = { name: stack.name, id: stack.id, template, parameters, deployedAt: Date.now() };
    await this.#journal.write(stack.name, kept);
  }

  async forget(name: string): Promise<void> {
    await this.#journal.remove(name);
  }

  /** In the order they were deployed first to last. */
  async all(): Promise<Kept[]> {
    const kept: Kept[] = [];
    for await (const [, one] of this.#journal.entries()) kept.push(one);
    return kept.sort((a, b) => a.deployedAt - b.deployedAt);
  }
}
