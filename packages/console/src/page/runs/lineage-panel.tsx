import type { Run, StepRun } from '@tributary/events/ledger';
import type { ObjectOrigin } from '../../local-api.ts';
import { useAnswer } from '../api.ts';
import { formatBytes, formatCount } from '../format.ts';
import { useLocal } from '../local.ts';
import { Icon } from '../parts/icon.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { linkTo } from '../route.ts';

/** What came of what: the run that wrote the source object, if one did; the steps it went into, their outputs, and so on down. */
export function LineagePanel({ run }: { run: Run }) {
  const local = useLocal();
  const query = new URLSearchParams({ bucket: run.root.bucket, key: run.root.key });
  const origin = useAnswer<ObjectOrigin>(local && `local/origin?${query}`).data;
  const roots = run.steps.filter(
    ({ parent }) => parent === undefined || !run.steps.some(({ id }) => id === parent),
  );
  return (
    <ul class="lineage">
      <li>
        {origin?.run !== undefined && origin.run !== run.id && (
          <span class="lineage-step">
            <a href={linkTo(['runs', origin.run], { tab: 'lineage' })}>the run that wrote it</a>
          </span>
        )}
        <ObjectNode bucket={run.root.bucket} objectKey={run.root.key} bytes={run.bytes.in} />
        <ul>
          {roots.map((step) => (
            <StepNode key={step.id} run={run} step={step} />
          ))}
        </ul>
      </li>
    </ul>
  );
}

function StepNode({ run, step }: { run: Run; step: StepRun }) {
  const children = run.steps.filter(({ parent }) => parent === step.id);
  const placed = new Set<string>();
  return (
    <li>
      <span class="lineage-step">
        <StateMark state={step.state} size={14} />
        <b>{step.step}</b>
        <span class="faint">
          {step.chain}
          {step.service && ` · ${step.service.name} ${step.service.version}`}
        </span>
      </span>
      <ul>
        {step.outputs.map((output) => {
          const readers = children.filter(
            ({ input }) => input?.bucket === output.bucket && input.key === output.key,
          );
          for (const { id } of readers) placed.add(id);
          return (
            <li key={output.key}>
              <ObjectNode
                bucket={output.bucket}
                objectKey={output.key}
                bytes={output.bytes}
                rows={output.rows}
              />
              {readers.length > 0 && (
                <ul>
                  {readers.map((reader) => (
                    <StepNode key={reader.id} run={run} step={reader} />
                  ))}
                </ul>
              )}
            </li>
          );
        })}
        {step.quarantine && (
          <li>
            <ObjectNode
              bucket={step.quarantine.bucket}
              objectKey={step.quarantine.key}
              bytes={step.quarantine.bytes}
              rows={step.quarantine.rows}
              tone="rejected"
            />
          </li>
        )}
        {children
          .filter(({ id }) => !placed.has(id))
          .map((child) => (
            <StepNode key={child.id} run={run} step={child} />
          ))}
      </ul>
    </li>
  );
}

interface ObjectFacts {
  bucket: string;
  objectKey: string;
  bytes?: number | undefined;
  rows?: number | undefined;
  tone?: string;
}

function ObjectNode({ bucket, objectKey, bytes, rows, tone }: ObjectFacts) {
  return (
    <span class={`lineage-object ${tone ? `is-${tone}` : ''}`}>
      <Icon name="file" size={14} />
      <a class="mono" href={linkTo(['data'], { bucket, key: objectKey })}>
        {bucket}/{objectKey}
      </a>
      <span class="faint">
        {bytes !== undefined && formatBytes(bytes)}
        {rows !== undefined && ` · ${formatCount(rows)} rows`}
      </span>
      <a
        class="more"
        href={linkTo(['runs'], { key: `${bucket}/${objectKey}` })}
        title="Runs of this object as a source"
      >
        runs
      </a>
    </span>
  );
}
