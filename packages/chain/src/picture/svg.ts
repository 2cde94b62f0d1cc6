import type { ChainGraph } from '../graph.ts';
import { type Arrow, type Box, layOut } from './layout.ts';

/** Pixels. Text is not measured, so a letter counts as the widest of its font. */
const [letter, smallLetter, lineHeight, padding] = [8.4, 6.7, 17, 14];
const [gapAcross, gapDown, margin] = [112, 26, 20];
const longest = 46;

const style = `
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2933; }
  .small, .label { font-size: 11px; fill: #52606d; }
  .box { fill: #ffffff; stroke: #9aa5b1; }
  .source .box { fill: #e3f2fd; stroke: #4a90c2; }
  .arrow { fill: none; stroke: #627d98; stroke-width: 1.5; }
  .head { fill: #627d98; }
  .rejected .arrow, .failed .arrow { stroke: #c05621; stroke-dasharray: 5 4; }
  .rejected .head, .failed .head { fill: #c05621; }
  .rejected .label, .failed .label { fill: #c05621; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; }
    .small, .label { fill: #9fb3c8; }
    .box { fill: #1f2933; stroke: #616e7c; }
    .source .box { fill: #102a43; stroke: #4a90c2; }
    .arrow { stroke: #9fb3c8; }
    .head { fill: #9fb3c8; }
    .rejected .arrow, .failed .arrow { stroke: #f0a060; }
    .rejected .head, .failed .head { fill: #f0a060; }
    .rejected .label, .failed .label { fill: #f0a060; }
  }`;

/** The picture of a chain as SVG, for light and dark pages; it needs nothing from elsewhere. */
export function drawSvg(graph: ChainGraph): string {
  const { title, boxes, arrows, columns, rows } = layOut(graph);
  const height = padding * 2 + lineHeight * 3 - 4;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...boxes.filter((box) => box.column === column).map(widthOf)),
  );
  const left = (column: number) =>
    margin + widths.slice(0, column).reduce((sum, width) => sum + width + gapAcross, 0);
  const top = (row: number) => margin + row * (height + gapDown);
  const size = { width: left(columns) - gapAcross + margin, height: top(rows) - gapDown + margin };
  const byId = new Map(boxes.map((box) => [box.id, box]));

  const drawArrow = ({ from, to, label, outcome }: Arrow) => {
    const [a, b] = [byId.get(from)!, byId.get(to)!];
    const [x1, y1] = [left(a.column) + widths[a.column]!, top(a.row) + height / 2];
    const [x2, y2] = [left(b.column) - 7, top(b.row) + height / 2];
    const middle = (x1 + x2) / 2;
    const text =
      label === ''
        ? ''
        : `<text class="label" x="${x2}" y="${y2 < y1 ? y2 - 9 : y2 + 18}" text-anchor="end">${escaped(label)}</text>`;
    return `<g class="${outcome}"><path class="arrow" d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/><path class="head" d="M${x2} ${y2 - 5} l8 5 l-8 5 z"/>${text}</g>`;
  };
  const drawBox = (box: Box) => {
    const [x, y, width] = [left(box.column), top(box.row), widths[box.column]!];
    const texts = [box.title, ...box.lines].map(
      (line, index) =>
        `<text${index === 0 ? ' font-weight="600"' : ' class="small"'} x="${x + padding}" y="${y + padding + 11 + index * lineHeight}">${escaped(shortened(line))}</text>`,
    );
    return `<g class="${box.kind}"><rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="${box.kind === 'source' ? height / 3 : 7}"/>${texts.join('')}</g>`;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    ...arrows.map(drawArrow),
    ...boxes.map(drawBox),
    '</svg>',
    '',
  ].join('\n');
}

function widthOf({ title, lines, kind }: Box): number {
  const text = Math.max(
    shortened(title).length * letter,
    ...lines.map((line) => shortened(line).length * smallLetter),
  );
  return Math.ceil(text) + padding * (kind === 'source' ? 3 : 2);
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
