import type { ChainStep } from '../chain-file/chain.ts';
import { describeSource } from '../check/keys.ts';
import { type ChainGraph, describePlace } from '../graph.ts';

/** One box of the picture. */
export interface Box {
  id: string;
  title: string;
  /** Smaller, below the title. */
  lines: string[];
  kind: 'source' | 'step';
  /** Column from the left, row from the top; a row may lie half way between two. */
  column: number;
  row: number;
}

export interface Arrow {
  from: string;
  to: string;
  label: string;
  outcome: 'completed' | 'rejected' | 'failed';
}

export interface Picture {
  title: string;
  boxes: Box[];
  arrows: Arrow[];
  columns: number;
  rows: number;
}

/** Places the steps of a chain, which is a tree: what follows a step stands right of it, the step amid its followers. */
export function layOut(graph: ChainGraph): Picture {
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  let rows = 0;
  let columns = 0;
  const place = (step: ChainStep | undefined, column: number): Box => {
    columns = Math.max(columns, column + 1);
    const below = graph.next(step).map((follower) => {
      const box = place(follower, column + 1);
      arrows.push({
        from: step?.name ?? sourceId,
        to: follower.name,
        label: labelOf(follower),
        outcome: follower.after?.outcome ?? 'completed',
      });
      return box.row;
    });
    const row = below.length === 0 ? rows++ : (below[0]! + below.at(-1)!) / 2;
    const box = step ? stepBox(step, column, row) : sourceBox(graph, column, row);
    boxes.push(box);
    return box;
  };
  place(undefined, 0);
  return { title: graph.chain.description ?? graph.chain.name, boxes, arrows, columns, rows };
}

/** No step is called so. */
const sourceId = 'source.';

function sourceBox({ chain }: ChainGraph, column: number, row: number): Box {
  const { suffixes } = chain.source;
  const [first] = describeSource({ source: { ...chain.source, suffixes: [] } }).split(', ');
  const lines = [first!, ...(suffixes.length > 0 ? [suffixes.join('  ')] : [])];
  return { id: sourceId, title: chain.name, lines, kind: 'source', column, row };
}

function stepBox({ name, service, output }: ChainStep, column: number, row: number): Box {
  return { id: name, title: name, lines: [service, describePlace(output)], kind: 'step', column, row };
}

function labelOf({ after, when }: ChainStep): string {
  const outcome = after && after.outcome !== 'completed' ? after.outcome : '';
  return [outcome, when ? 'when …' : ''].filter(Boolean).join(', ');
}
