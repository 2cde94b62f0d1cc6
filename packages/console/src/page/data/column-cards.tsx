import type { ColumnSketch } from '../../local-api.ts';
import { formatCount, formatShare } from '../format.ts';
import { Sparkline } from '../parts/sparkline.tsx';

/** What the columns look like in some rows. @param of which ones, in words */
export function ColumnCards({ profile, of }: { profile: readonly ColumnSketch[]; of: string }) {
  return (
    <>
      <p class="faint hint">{of}</p>
      <ul class="column-cards">
        {profile.map((column, at) => (
          <ColumnCard key={at} column={column} />
        ))}
      </ul>
    </>
  );
}

function ColumnCard({ column }: { column: ColumnSketch }) {
  const { name, type, rows, nulls, bad, distinct, min, max, bins, top } = column;
  const share = rows === 0 ? 0 : nulls / rows;
  return (
    <li class="card column-card">
      <h3 class="mono" title={name}>
        {name} <span class="faint">{type}</span>
      </h3>
      <div class="null-bar" role="img" aria-label={`${formatShare(share)} empty`}>
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p class="faint">
        {formatShare(share)} empty · {formatCount(distinct)} distinct
        {bad ? <span class="is-rejected"> · {formatCount(bad)} bad</span> : null}
      </p>
      {bins && distinct > 2 ? (
        <Sparkline kind="bars" values={bins} label={`Spread from ${min} to ${max}`} width={220} height={38} />
      ) : (
        <ul class="top-values">
          {top.slice(0, 3).map(({ value, count }) => (
            <li key={value}>
              <i style={{ width: `${(count / Math.max(1, rows)) * 100}%` }} />
              <span class="mono">{value}</span>
              <b>{formatCount(count)}</b>
            </li>
          ))}
        </ul>
      )}
      {min !== undefined && (
        <p class="faint range mono">
          <span>{min}</span>
          <span>{max}</span>
        </p>
      )}
    </li>
  );
}
