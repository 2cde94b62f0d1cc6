import type { Run, StepRun } from '@tributary/events/ledger';
import { formatBytes, formatCount, formatDuration, formatTime } from '../format.ts';
import { Icon } from '../parts/icon.tsx';
import { linkTo } from '../route.ts';
import { ReplayButton } from './replay-button.tsx';

interface ColumnDescriptor {
  name?: string;
  type?: string;
  format?: string;
}

export function StepPanel({ run, step }: { run: Run; step: StepRun }) {
  const {
    fault,
    input,
    outputs,
    quarantine,
    manifest,
    timings = {},
    rows,
    notices = {},
    documents = [],
  } = step;
  const fields = (step.schema?.descriptor as { fields?: ColumnDescriptor[] } | undefined)?.fields;
  const lost = rows.expected !== undefined && rows.in !== undefined && rows.expected !== rows.in;
  return (
    <>
      <div class="panel-head">
        <div>
          <h2>
            {step.step} <span class="faint">of {step.chain}</span>
          </h2>
          <p class="faint">
            {step.service ? `${step.service.name} ${step.service.version}` : 'service not heard of yet'} ·
            began {formatTime(step.startedAt)}
            {step.deliveries > 1 && ` · delivered ${step.deliveries} times`}
            {step.retries > 0 && ` · retried ${step.retries} times`}
            {step.outcome &&
              step.outcome !== 'completed' &&
              ` · ${step.outcome}${step.outcomeReason ? `: ${step.outcomeReason}` : ''}`}
          </p>
        </div>
        <ReplayButton request={{ kind: 'run', run: run.id, step: step.id }} name="From here" />
      </div>
      {fault && (
        <div class={`report is-${fault.kind}`}>
          <strong>{fault.message}</strong>
          <dl>
            <div>
              <dt>Code</dt>
              <dd>
                <a href={linkTo(['runs'], { code: fault.code })}>
                  <code>{fault.code}</code>
                </a>
              </dd>
            </div>
            {(['expected', 'got'] as const).map((name) =>
              fault[name] === undefined ? null : (
                <div key={name}>
                  <dt>{name === 'got' ? 'Got' : 'Expected'}</dt>
                  <dd class="mono">{String(fault[name])}</dd>
                </div>
              ),
            )}
            {fault.where && (
              <div>
                <dt>Where</dt>
                <dd>
                  {Object.entries(fault.where)
                    .map(([name, value]) => `${name} ${value}`)
                    .join(', ')}
                </dd>
              </div>
            )}
          </dl>
        </div>
      )}
      {lost && (
        <div class="report is-failed">
          <strong>
            {formatCount(rows.in)} rows were read, but the step before says it wrote{' '}
            {formatCount(rows.expected)}
          </strong>
        </div>
      )}
      <div
        class="balance"
        role="img"
        aria-label={`${formatCount(rows.in)} rows in are ${formatCount(rows.out)} out and ${formatCount(rows.rejected)} rejected`}
      >
        <span>
          <b>{formatCount(rows.in)}</b> in
        </span>
        <span class="faint">=</span>
        <span>
          <b>{formatCount(rows.out)}</b> out
        </span>
        <span class="faint">+</span>
        <span class={rows.rejected ? 'is-rejected' : ''}>
          <b>{formatCount(rows.rejected ?? 0)}</b> rejected
        </span>
      </div>
      <div class="columns-2">
        <section>
          <h3>Objects</h3>
          <ul class="objects">
            {input && <ObjectLine kind="in" object={input} runId={run.id} />}
            {outputs.map((one) => (
              <ObjectLine key={one.key} kind="out" object={one} runId={run.id} />
            ))}
            {quarantine && <ObjectLine kind="rejects" object={quarantine} />}
            {manifest && <ObjectLine kind="manifest" object={manifest} />}
            {documents.map((one, at) => (
              <ObjectLine key={at} kind="document" object={one as unknown as ListedObject} />
            ))}
          </ul>
          {Object.keys(notices).length > 0 && (
            <>
              <h3>Noticed</h3>
              <ul class="notices">
                {Object.entries(notices).map(([name, count]) => (
                  <li key={name}>
                    <b>{formatCount(Number(count))}</b> {name}
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
        <section>
          <h3>Time</h3>
          <table class="small">
            <tbody>
              {(['queued', 'read', 'convert', 'write', 'total'] as const).map((name) => (
                <tr key={name}>
                  <th scope="row">
                    <i class={`dot is-${name}`} /> {name}
                  </th>
                  <td class="number">{formatDuration(timings[name])}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="faint hint">Reading, converting and writing overlap.</p>
          {fields && (
            <>
              <h3>
                Schema {step.schema?.inferred && <span class="tag">inferred</span>}{' '}
                <span class="faint">{fields.length} columns</span>
              </h3>
              <table class="small">
                <tbody>
                  {fields.slice(0, 60).map(({ name, type, format }) => (
                    <tr key={name}>
                      <th scope="row" class="mono">
                        {name}
                      </th>
                      <td class="faint">
                        {type}
                        {format && format !== 'default' ? ` · ${format}` : ''}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          )}
        </section>
      </div>
    </>
  );
}

interface ListedObject {
  bucket: string;
  key: string;
  bytes?: number | undefined;
  rows?: number | undefined;
}

function ObjectLine({
  kind,
  object: { bucket, key, bytes, rows },
  runId,
}: {
  kind: string;
  object: ListedObject;
  /** Of the data, which the run may know more of. */
  runId?: string;
}) {
  return (
    <li>
      <span class={`tag is-${kind}`}>{kind}</span>
      <a class="mono" href={linkTo(['data'], { bucket, key, ...(runId && { run: runId }) })}>
        <Icon name="file" size={13} /> {bucket}/{key}
      </a>
      <span class="faint number">
        {bytes !== undefined && formatBytes(bytes)}
        {rows !== undefined && ` · ${formatCount(rows)} rows`}
      </span>
    </li>
  );
}
