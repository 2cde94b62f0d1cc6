import { render } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { LocalAbout } from '../local-api.ts';
import { ChainsView } from './chains/chains-view.tsx';
import { FoldersView } from './data/folders-view.tsx';
import { DeadLettersView } from './dead-letters/dead-letters-view.tsx';
import { FeedsView } from './feeds/feeds-view.tsx';
import { useKeyboard } from './keyboard.ts';
import { onLive } from './live.ts';
import { LocalContext, useAbout } from './local.ts';
import { HelpDialog } from './parts/help-dialog.tsx';
import { Shell, views } from './parts/shell.tsx';
import { type Route, useRoute } from './route.ts';
import { RunView } from './runs/run-view.tsx';
import { RunsView } from './runs/runs-view.tsx';
import { applyTheme } from './theme.ts';

function Console() {
  const route = useRoute();
  const about = useAbout();
  const [help, setHelp] = useState(false);
  const openHelp = useCallback(() => setHelp(true), []);
  useKeyboard(openHelp);
  useEffect(() => onLive(() => {}), []);
  const current = route.path[0] ?? 'chains';
  useEffect(() => {
    document.title = `${views.find(({ id }) => id === current)?.name ?? 'Console'} · Tributary`;
  }, [current]);
  return (
    <LocalContext.Provider value={about}>
      <Shell current={current} onHelp={openHelp} place={placeOf(about)}>
        <View route={route} />
      </Shell>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </LocalContext.Provider>
  );
}

function View({ route }: { route: Route }) {
  const [view, id] = route.path;
  switch (view) {
    case 'runs':
      return id === undefined ? (
        <RunsView query={route.query} />
      ) : (
        <RunView key={id} id={id} query={route.query} />
      );
    case 'data':
      return <FoldersView query={route.query} />;
    case 'feeds':
      return <FeedsView />;
    case 'dead-letters':
      return <DeadLettersView query={route.query} />;
    default:
      return <ChainsView />;
  }
}

function placeOf(about: LocalAbout | undefined): string {
  return about === undefined ? location.host : `local · ${about.region}`;
}

applyTheme();
render(<Console />, document.getElementById('console')!);
