import type { Drift } from '../drift/drift.ts';
import type { ColumnProfile } from '../profile/column-profile-schema.ts';
import { type Html, html } from './html.ts';

const TOP = 5;
const COLUMNS = 500;

/** How the columns have changed. */
export function driftSection(drift: Drift | undefined, id: string): Html | undefined {
  if (!drift || drift.total === 0) return undefined;
  return html`<h2>Changed columns</h2>
<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}-drift"><table id="${id}-drift">
<caption>${drift.total} changes against the ${drift.against === 'schema' ? 'schema' : 'last accepted file'}${drift.changes.length < drift.total ? `, ${drift.changes.length} of them shown` : ''}</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Change</th><th scope="col">Before</th><th scope="col">Now</th><th scope="col">Policy</th></tr></thead>
<tbody>
${drift.changes.map(
  ({
    kind,
    name,
    from,
    to,
    effect,
    policy,
  }) => html`<tr><th scope="row">${name}</th><td>${kind}${effect ? ` (${effect})` : ''}</td><td>${from}</td><td>${to}</td><td>${policy}</td></tr>
`,
)}</tbody>
</table></div>
`;
}

/** What is in each column. */
export function profileSection(profile: readonly ColumnProfile[] | undefined, id: string): Html | undefined {
  if (!profile || profile.length === 0) return undefined;
  const shown = profile.slice(0, COLUMNS);
  return html`<h2>Columns</h2>
<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}-profile"><table id="${id}-profile">
<caption>What is in each column${shown.length < profile.length ? `, the first ${shown.length} of ${profile.length}` : ''}</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col" class="number">Missing</th><th scope="col" class="number">Bad</th><th scope="col" class="number">Distinct, about</th><th scope="col">Least</th><th scope="col">Greatest</th><th scope="col" class="number">Mean length</th><th scope="col">Most frequent</th></tr></thead>
<tbody>
${shown.map(
  (
    column,
  ) => html`<tr><th scope="row">${column.name}</th><td>${column.type}</td><td class="number">${column.nulls}</td><td class="number">${column.bad}</td><td class="number">${column.distinct}</td><td><code>${column.min}</code></td><td><code>${column.max}</code></td><td class="number">${column.meanLength?.toFixed(1)}</td><td>${column.top.slice(0, TOP).map(({ value, count }) => html`<div><code>${value}</code> <span class="soft">${count}</span></div>`)}</td></tr>
`,
)}</tbody>
</table></div>
`;
}
