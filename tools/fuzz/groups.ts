import type { Amount, Fared } from './run-targets.ts';
import { runKernelTarget, runTarget } from './run-targets.ts';
import type { Target } from './target.ts';

/** Targets that are run together, each under its name. */
export interface FuzzGroup {
  members: readonly { name: string; weight?: number }[];
  run(name: string, amount: Amount): Promise<Fared>;
  close(): Promise<void>;
}

/** What there is to fuzz; each is loaded when it is asked for. */
export const fuzzGroups: Record<string, () => Promise<FuzzGroup>> = {
  async kernel() {
    const { kernelTargets } = await import('./kernel/index.ts');
    const members = kernelTargets();
    const run = (name: string, amount: Amount) => runKernelTarget(byName(members, name), amount);
    return { members, run, close: async () => {} };
  },
  codec: async () => groupOf(await (await import('./targets/codec.ts')).codecTargets()),
  texts: async () => groupOf((await import('./targets/texts.ts')).textTargets),
  servers: async () => groupOf(await (await import('./targets/servers.ts')).serverTargets()),
};

function groupOf(members: readonly Target[]): FuzzGroup {
  return {
    members,
    run: (name, amount) => runTarget(byName(members, name), amount),
    close: async () => {
      for (const { close } of members) await close?.();
    },
  };
}

function byName<T extends { name: string }>(all: readonly T[], wanted: string): T {
  return all.find(({ name }) => name === wanted)!;
}
