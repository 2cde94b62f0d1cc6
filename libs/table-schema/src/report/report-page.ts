import { grouped } from './grouped-number.ts';
import { Html, html } from './html.ts';
import { driftSection, profileSection } from './page-sections.ts';
import { pageStyle } from './page-style.ts';
import type { ErrorCount, ReportError, ReportTask, ValidationReport } from './validation-report.ts';

const EXAMPLES = 10;
/** Groups of errors with examples of their own; the table of counts has all. */
const GROUPS = 100;
const CELLS = 20;

/**
 * A report as a page for people: what is valid, what is not and why, errors by column and code with examples. One file that needs
 * no other, without scripts.
 * @example `await writeFile('report.html', printReportPage(report))`
 */
export function printReportPage(report: ValidationReport): string {
  const places = report.tasks.map(({ place }) => place).join(', ');
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.valid ? 'Valid' : 'Not valid'}: ${places}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<main>
${report.tasks.map((task, i) => taskSection(task, i + 1))}
</main>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page.text}`;
}

function taskSection(task: ReportTask, number: number): Html {
  const { stats } = task;
  const facts: (readonly [string, string | number | undefined])[] = [
    ['Rows', stats.rows],
    ['Rows with errors', stats.invalidRows],
    ['Columns', stats.fields],
    ['Bytes', stats.bytes],
    ['Errors', stats.errors],
    ['Warnings', stats.warnings],
    ['Seconds', stats.seconds.toFixed(2)],
  ];
  const id = `file-${number}`;
  return html`<section aria-labelledby="${id}">
<h1 id="${id}">${task.place}</h1>
<p class="verdict ${task.valid ? 'valid' : 'invalid'}">${task.valid ? '✓ Valid' : '✗ Not valid'}</p>
<dl>${facts.flatMap(([name, value]) => (value === undefined ? [] : [html`<div><dt>${name}</dt><dd>${typeof value === 'number' ? grouped(value) : value}</dd></div>`]))}</dl>
${task.warnings.length > 0 ? html`<h2>Warnings</h2><ul>${task.warnings.map((text) => html`<li>${text}</li>`)}</ul>` : undefined}
${task.errorCounts.length > 0 ? errorSection(task, id) : undefined}
${driftSection(task.drift, id)}
${profileSection(task.profile, id)}
</section>
`;
}

function errorSection(task: ReportTask, id: string): Html {
  const counts = task.errorCounts;
  const shown = counts.slice(0, 1000);
  const examples = new Map(counts.slice(0, GROUPS).map((count) => [keyOf(count), [] as ReportError[]]));
  for (const error of task.errors) {
    const group = examples.get(keyOf(error)) ?? examples.get(keyOf({ type: error.type }));
    if (group && group.length < EXAMPLES) group.push(error);
  }
  return html`<h2>Errors</h2>
${scrolled(
  `${id}-errors`,
  html`<table id="${id}-errors">
<caption>${grouped(task.stats.errors)} errors by column and code${shown.length < counts.length ? `, the first ${shown.length} of ${counts.length} kinds` : ''}</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Code</th><th scope="col">What</th><th scope="col" class="number">Errors</th></tr></thead>
<tbody>
${shown.map((count, i) => {
  const title = titleOf(task, count);
  const what = i < GROUPS ? html`<a href="#${id}-group-${i + 1}">${title}</a>` : title;
  return html`<tr><th scope="row">${columnOf(count)}</th><td><code>${count.type}</code></td><td>${what}</td><td class="number">${grouped(count.count)}</td></tr>
`;
})}</tbody>
</table>`,
)}
${counts.slice(0, GROUPS).map((count, i) => groupSection(count, examples.get(keyOf(count)) ?? [], `${id}-group-${i + 1}`, titleOf(task, count)))}`;
}

function groupSection(count: ErrorCount, examples: readonly ReportError[], id: string, title: string): Html {
  const description = examples[0]?.description;
  return html`<h3 id="${id}">${columnOf(count)}: ${title} <code class="soft">${count.type}</code></h3>
${description ? html`<p>${description}</p>` : undefined}
${
  examples.length === 0
    ? html`<p class="soft">${grouped(count.count)} errors, no examples kept.</p>`
    : scrolled(
        `${id}-examples`,
        html`<table id="${id}-examples">
<caption>${examples.length === count.count ? `All ${count.count}` : `${examples.length} of ${grouped(count.count)}`}</caption>
<thead><tr><th scope="col" class="number">Row</th><th scope="col">Cell</th><th scope="col">Why</th></tr></thead>
<tbody>
${examples.map(
  (
    error,
  ) => html`<tr><td class="number">${error.rowNumber}</td><td>${cellOf(error)}</td><td>${error.note || error.message}</td></tr>
`,
)}</tbody>
</table>`,
      )
}
`;
}

function cellOf({ cell, label, cells }: ReportError): Html | undefined {
  const text = cell ?? (label || undefined);
  if (text !== undefined)
    return text === '' ? html`<span class="soft">empty</span>` : html`<code>${text}</code>`;
  if (!cells) return undefined;
  return html`<code>${cells.slice(0, CELLS).join(' | ')}${cells.length > CELLS ? ' | …' : ''}</code>`;
}

/** A table that is too wide scrolls by itself, by keyboard too. */
function scrolled(id: string, table: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}">${table}</div>`;
}

function columnOf({ fieldName, fieldNumber }: ErrorCount): string {
  if (fieldName) return fieldName;
  return fieldNumber ? `Column ${fieldNumber}` : 'The table';
}

function titleOf(task: ReportTask, { type }: ErrorCount): string {
  return task.errors.find((error) => error.type === type)?.title ?? type;
}

function keyOf({ type, fieldNumber }: { type: string; fieldNumber?: number | undefined }): string {
  return `${type} ${fieldNumber ?? ''}`;
}
