import type { StepActivity, StepCounts } from '@tributary/events/ledger';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCompact, formatDuration } from '../format.ts';
import { useLocal } from '../local.ts';
import { Icon } from '../parts/icon.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { linkTo } from '../route.ts';
import { type ChainGroup, type Edge, layoutGroup, type Measure, type Node } from './chain-layout.ts';
import { SourceDrop } from './source-drop.tsx';

export type Span = 'lastHour' | 'lastDay';

const wide: Measure = {
  nodeWidth: 232,
  nodeHeight: 138,
  sourceHeight: 84,
  gapX: 132,
  gapY: 34,
  vertical: false,
};

/** Below this width the picture goes downwards. */
const NARROW = 720;
const LEAST_NODE = 172;
const LEAST_GAP = 88;

/** Nodes and gaps as wide as there is room for; many steps are scrolled along. */
function measureFor(group: ChainGroup, room: number): Measure {
  const { width } = layoutGroup(group, wide);
  if (width <= room) return wide;
  if (room < NARROW) return { ...wide, nodeWidth: room, gapY: 58, vertical: true };
  const scale = room / width;
  const gapX = Math.max(LEAST_GAP, wide.gapX * scale);
  return { ...wide, gapX, nodeWidth: Math.max(LEAST_NODE, wide.nodeWidth * scale) };
}

/** Steps and what flows between them. */
export function ChainGraph({ group, span }: { group: ChainGroup; span: Span }) {
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(() => Math.min(1200, innerWidth - 32));
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setRoom(entry.contentRect.width));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);
  const measure = measureFor(group, room);
  const { nodes, edges, width, height } = layoutGroup(group, measure);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (
    <div class="graph-frame" ref={frame}>
      <div class="graph" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg class="edges" width={width} height={height} aria-hidden="true">
          {edges.map((edge) => (
            <EdgeLine
              key={`${edge.from} ${edge.to}`}
              edge={edge}
              from={byId.get(edge.from)!}
              to={byId.get(edge.to)!}
              measure={measure}
            />
          ))}
        </svg>
        {nodes.map((node) => (
          <div
            key={node.id}
            class="node"
            style={{
              transform: `translate(${node.x}px, ${node.y}px)`,
              width: `${measure.nodeWidth}px`,
              height: `${node.kind === 'source' ? measure.sourceHeight : measure.nodeHeight}px`,
            }}
          >
            {node.kind === 'source' ? <Source place={node.place} /> : <Step activity={node.activity} />}
          </div>
        ))}
        {edges.map((edge) => (
          <EdgeCounts
            key={`${edge.from} ${edge.to}`}
            edge={edge}
            span={span}
            from={byId.get(edge.from)!}
            to={byId.get(edge.to)!}
            measure={measure}
          />
        ))}
      </div>
    </div>
  );
}

interface Ends {
  edge: Edge;
  from: Node;
  to: Node;
  measure: Measure;
}

/** Where the edge leaves one node and reaches the other. */
function pathOf({ from, to, measure }: Ends): { x1: number; y1: number; x2: number; y2: number } {
  const height = (node: Node) => (node.kind === 'source' ? measure.sourceHeight : measure.nodeHeight);
  if (measure.vertical) {
    const x = 28;
    return { x1: x, y1: from.y + height(from), x2: x, y2: to.y };
  }
  return {
    x1: from.x + measure.nodeWidth,
    y1: from.y + height(from) / 2,
    x2: to.x,
    y2: to.y + height(to) / 2,
  };
}

function EdgeLine(ends: Ends) {
  const { x1, y1, x2, y2 } = pathOf(ends);
  const middle = (x1 + x2) / 2;
  const path = ends.measure.vertical
    ? `M${x1} ${y1}V${y2 - 7}`
    : `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - 7} ${y2}`;
  const head = ends.measure.vertical
    ? `M${x2 - 4.5} ${y2 - 8}l4.5 7 4.5-7z`
    : `M${x2 - 8} ${y2 - 4.5}l7 4.5-7 4.5z`;
  const { inFlight, lastDay } = ends.edge.activity;
  const used = total(lastDay) > 0 || inFlight > 0;
  return (
    <g class={`edge ${inFlight > 0 ? 'flows' : ''} ${used ? '' : 'unused'}`}>
      <path d={path} class="edge-line" />
      <path d={head} class="edge-head" />
    </g>
  );
}

function EdgeCounts({ span, ...ends }: Ends & { span: Span }) {
  const { x1, y1, x2, y2 } = pathOf(ends);
  const { activity } = ends.edge;
  const counts = activity[span];
  const shown = [
    ['running', activity.inFlight, 'in flight'],
    ['stuck', activity.stuck, 'stuck'],
    ['completed', counts.completed, 'completed'],
    ['partly-rejected', counts.partlyRejected, 'partly rejected'],
    ['rejected', counts.rejected, 'rejected'],
    ['failed', counts.failed, 'failed'],
  ] as const;
  const some = shown.filter(([, count]) => count > 0);
  const words = some.map(([, count, name]) => `${count} ${name}`).join(', ') || 'nothing yet';
  const style = ends.measure.vertical
    ? { transform: `translate(48px, ${(y1 + y2) / 2}px) translateY(-50%)` }
    : { transform: `translate(${(x1 + x2) / 2}px, ${(y1 + y2) / 2}px) translate(-50%, -50%)` };
  return (
    <a
      class="edge-counts"
      style={style}
      href={linkTo(['runs'], { chain: activity.chain })}
      aria-label={`Into ${activity.chain} ${activity.step}, last ${span === 'lastHour' ? 'hour' : '24 hours'}: ${words}`}
      title={words}
    >
      {some.length === 0 ? (
        <span class="none">idle</span>
      ) : (
        some.map(([state, count]) => (
          <span key={state}>
            <StateMark state={state} size={13} />
            {formatCompact(count)}
          </span>
        ))
      )}
    </a>
  );
}

function Source({ place }: { place: string }) {
  const local = useLocal();
  const bucket = place.slice(0, place.indexOf('/'));
  const prefix = place.slice(bucket.length + 1);
  const inner = (
    <>
      <span class="node-kind">
        <Icon name="bucket" size={14} /> {bucket}
      </span>
      <a class="node-name mono" href={linkTo(['data'], { bucket, prefix })} title={place}>
        {prefix || '/'}
      </a>
    </>
  );
  return local ? (
    <SourceDrop bucket={bucket} prefix={prefix}>
      {inner}
    </SourceDrop>
  ) : (
    <div class="source">{inner}</div>
  );
}

function Step({ activity }: { activity: StepActivity }) {
  const { chain, step, service, outputs, throughput, latency } = activity;
  const done = throughput.reduce((sum, count) => sum + count, 0);
  const last = latency.findLast((value) => value !== null);
  const [output = ''] = outputs;
  const bucket = output.slice(0, output.indexOf('/'));
  return (
    <section class="step" aria-label={`Step ${step} of ${chain}`}>
      <span class="node-kind">{service ?? chain}</span>
      <a class="node-name" href={linkTo(['runs'], { chain })} title={`${chain}/${step}`}>
        {step === 'convert' || step === service ? chain : step}
      </a>
      <div class="sparks">
        <span title="Ended runs of each of the last 24 hours">
          <Sparkline kind="bars" values={throughput} label={`${done} in 24 hours`} />
          <b>{formatCompact(done)}</b> /day
        </span>
        <span title="Median time of each of the last 24 hours">
          <Sparkline kind="line" values={latency} label={`Median ${formatDuration(last)}`} />
          <b>{formatDuration(last)}</b>
        </span>
      </div>
      {output && (
        <a
          class="node-output mono"
          href={linkTo(['data'], { bucket, prefix: output.slice(bucket.length + 1) })}
          title={output}
        >
          → {output}
        </a>
      )}
    </section>
  );
}

function total({ completed, partlyRejected, rejected, failed }: StepCounts): number {
  return completed + partlyRejected + rejected + failed;
}
