interface Series {
  values: readonly (number | null)[];
  /** What the whole says, for whoever does not see it. */
  label: string;
  kind: 'bars' | 'line';
  width?: number;
  height?: number;
  /** What the full height stands for; the greatest value if left out. */
  full?: number;
}

/** A small chart of a few numbers; gaps are gaps. */
export function Sparkline({ values, label, kind, width = 96, height = 22, full }: Series) {
  const most = full ?? Math.max(1e-9, ...values.map((value) => value ?? 0));
  const step = width / Math.max(1, values.length);
  const y = (value: number) => height - 1 - (value / most) * (height - 3);
  return (
    <svg
      class={`spark ${kind}`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} class="axis" />
      {kind === 'bars'
        ? values.map((value, at) =>
            value ? (
              <rect
                key={at}
                x={at * step + 0.5}
                width={Math.max(1, step - 1)}
                y={y(value)}
                height={height - y(value)}
                rx="1"
              />
            ) : null,
          )
        : segments(values).map((segment) =>
            segment.length === 1 ? (
              <circle key={segment[0]} cx={(segment[0]! + 0.5) * step} cy={y(values[segment[0]!]!)} r="1.8" />
            ) : (
              <polyline
                key={segment[0]}
                points={segment.map((at) => `${(at + 0.5) * step},${y(values[at]!)}`).join(' ')}
              />
            ),
          )}
    </svg>
  );
}

/** Indexes of values that follow one another without a gap. */
function segments(values: readonly (number | null)[]): number[][] {
  const found: number[][] = [];
  let open: number[] = [];
  values.forEach((value, at) => {
    if (value !== null) open.push(at);
    else if (open.length > 0) {
      found.push(open);
      open = [];
    }
  });
  if (open.length > 0) found.push(open);
  return found;
}
