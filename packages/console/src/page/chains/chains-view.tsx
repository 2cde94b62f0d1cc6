import type { ChainsAnswer } from '@tributary/events/ledger';
import { useState } from 'preact/hooks';
import { useAnswer } from '../api.ts';
import { formatCount } from '../format.ts';
import { useLocal } from '../local.ts';
import { EmptyState, FaultNote, Loading } from '../parts/notes.tsx';
import { linkTo } from '../route.ts';
import { ChainGraph, type Span } from './chain-graph.tsx';
import { groupChains } from './chain-layout.ts';

export function ChainsView() {
  const { data, error } = useAnswer<ChainsAnswer>('v1/chains', { live: true });
  const [span, setSpan] = useState<Span>('lastHour');
  return (
    <>
      <header class="view-head">
        <h1>Chains</h1>
        <div class="switch" role="group" aria-label="Counts of">
          {(['lastHour', 'lastDay'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={span === one} onClick={() => setSpan(one)}>
              {one === 'lastHour' ? 'Hour' : 'Day'}
            </button>
          ))}
        </div>
      </header>
      {error && <FaultNote error={error} />}
      {!data && !error && <Loading />}
      {data?.chains.length === 0 && <NoChains />}
      {data &&
        groupChains(data).map((group) => (
          <article key={group.chains.join(' ')} class="card chain">
            <header class="card-head">
              <h2>
                {group.chains.map((chain, at) => (
                  <span key={chain}>
                    {at > 0 && <span class="faint"> → </span>}
                    {chain}
                  </span>
                ))}
              </h2>
              <a
                class="more"
                href={linkTo(['runs'], group.chains.length === 1 ? { chain: group.chains[0] } : {})}
              >
                {formatCount(group.runs)} {group.runs === 1 ? 'run' : 'runs'}
              </a>
            </header>
            <ChainGraph group={group} span={span} />
          </article>
        ))}
    </>
  );
}

function NoChains() {
  const local = useLocal();
  return (
    <EmptyState icon="chains" title="No chain is deployed yet">
      <p>A chain shows up as soon as a rule wakes one of its steps.</p>
      {local && (
        <pre>
          AWS_ENDPOINT_URL={local.endpoint} \{'\n'}AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \{'\n'}
          npx nx deploy fixed-width-to-tsv
        </pre>
      )}
    </EmptyState>
  );
}
