import type { ChainGraph } from '../graph.ts';
import { layOut } from './layout.ts';

/** The picture of a chain as Mermaid, which GitHub and many editors draw. */
export function drawMermaid(graph: ChainGraph): string {
  const { boxes, arrows } = layOut(graph);
  const ids = new Map(boxes.map(({ id }, index) => [id, `n${index}`]));
  const shapes = boxes.map(({ id, kind, title, lines }) => {
    const text = quoted([title, ...lines].join('<br/>'));
    return `  ${ids.get(id)}${kind === 'source' ? `[(${text})]` : `[${text}]`}`;
  });
  const lines = arrows.map(({ from, to, label, outcome }) => {
    const line = outcome === 'completed' ? '-->' : '-.->';
    return `  ${ids.get(from)} ${line}${label === '' ? '' : `|${quoted(label)}|`} ${ids.get(to)}`;
  });
  return ['flowchart LR', ...shapes, ...lines, ''].join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '#quot;')}"`;
}
