import type { ChainsAnswer, StepActivity } from '@tributary/events/ledger';

/** Chains that hand files on to one another are one picture. */
export interface ChainGroup {
  chains: string[];
  runs: number;
  steps: StepActivity[];
}

export interface SourceNode {
  kind: 'source';
  id: string;
  /** `bucket/prefix` */
  place: string;
}

export interface StepNode {
  kind: 'step';
  id: string;
  activity: StepActivity;
}

export type Node = (SourceNode | StepNode) & { x: number; y: number };

export interface Edge {
  from: string;
  to: string;
  activity: StepActivity;
}

export interface Layout {
  nodes: Node[];
  edges: Edge[];
  width: number;
  height: number;
}

export interface Measure {
  nodeWidth: number;
  nodeHeight: number;
  sourceHeight: number;
  gapX: number;
  gapY: number;
  vertical: boolean;
}

export const idOf = ({ chain, step }: Pick<StepActivity, 'chain' | 'step'>): string => `${chain}/${step}`;

/** Chains joined where a step of one comes after a step of another. */
export function groupChains({ chains }: ChainsAnswer): ChainGroup[] {
  const group = new Map<string, string>(chains.map(({ chain }) => [chain, chain]));
  const rootOf = (chain: string): string => {
    const above = group.get(chain) ?? chain;
    return above === chain ? chain : rootOf(above);
  };
  for (const { chain, steps } of chains)
    for (const { after } of steps)
      for (const one of after) {
        const before = one.slice(0, one.lastIndexOf('/'));
        if (group.has(before)) group.set(rootOf(chain), rootOf(before));
      }
  const groups = new Map<string, ChainGroup>();
  for (const { chain, runs, steps } of chains) {
    const root = rootOf(chain);
    const found = groups.get(root) ?? { chains: [], runs: 0, steps: [] };
    if (chain === root) found.chains.unshift(chain);
    else found.chains.push(chain);
    // A run through both chains counts in each of them; the larger number is that of files.
    found.runs = Math.max(found.runs, runs);
    found.steps.push(...steps);
    groups.set(root, found);
  }
  for (const found of groups.values()) found.chains = inOrder(found);
  return [...groups.values()];
}

/** Chains after those they take files from. */
function inOrder({ chains, steps }: ChainGroup): string[] {
  const ordered: string[] = [];
  const add = (chain: string, seen: readonly string[]) => {
    if (ordered.includes(chain) || seen.includes(chain)) return;
    for (const { after } of steps.filter((step) => step.chain === chain))
      for (const one of after) add(one.slice(0, one.lastIndexOf('/')), [...seen, chain]);
    if (chains.includes(chain)) ordered.push(chain);
  };
  for (const chain of chains) add(chain, []);
  return ordered;
}

/** Layers by the longest way from a source, left to right, or downwards where there is no room. */
export function layoutGroup({ steps }: ChainGroup, measure: Measure): Layout {
  const byId = new Map(steps.map((activity) => [idOf(activity), activity]));
  const depths = new Map<string, number>();
  const depthOf = (id: string, seen: readonly string[] = []): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    if (seen.includes(id)) return 1; // a loop over replays must not hang the page
    const before = (byId.get(id)?.after ?? []).filter((one) => byId.has(one));
    const depth = 1 + Math.max(0, ...before.map((one) => depthOf(one, [...seen, id])));
    depths.set(id, depth);
    return depth;
  };
  const layers: (SourceNode | StepNode)[][] = [[]];
  const edges: Edge[] = [];
  for (const activity of steps) {
    const id = idOf(activity);
    const depth = depthOf(id);
    layers[depth] = [...(layers[depth] ?? []), { kind: 'step', id, activity }];
    for (const before of activity.after) if (byId.has(before)) edges.push({ from: before, to: id, activity });
    for (const place of activity.sources) {
      const source = `s3:${place}`;
      if (!layers[0]!.some((node) => node.id === source))
        layers[0]!.push({ kind: 'source', id: source, place });
      edges.push({ from: source, to: id, activity });
    }
  }
  return placeLayers(layers.filter(Boolean), edges, measure);
}

function placeLayers(layers: (SourceNode | StepNode)[][], edges: Edge[], measure: Measure): Layout {
  const { nodeWidth, nodeHeight, sourceHeight, gapX, gapY, vertical } = measure;
  const heightOf = (node: SourceNode | StepNode) => (node.kind === 'source' ? sourceHeight : nodeHeight);
  const nodes: Node[] = [];
  if (vertical) {
    let y = 0;
    for (const layer of layers)
      for (const node of layer) {
        nodes.push({ ...node, x: 0, y });
        y += heightOf(node) + gapY;
      }
    return { nodes, edges, width: nodeWidth, height: y - gapY };
  }
  const tall = layers.map((layer) => layer.reduce((sum, node) => sum + heightOf(node) + gapY, -gapY));
  const height = Math.max(...tall);
  layers.forEach((layer, at) => {
    let y = (height - tall[at]!) / 2;
    for (const node of layer) {
      nodes.push({ ...node, x: at * (nodeWidth + gapX), y });
      y += heightOf(node) + gapY;
    }
  });
  return { nodes, edges, width: layers.length * (nodeWidth + gapX) - gapX, height };
}
