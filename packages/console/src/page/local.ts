import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { LocalAbout } from '../local-api.ts';
import { get } from './api.ts';

/** What the local server says of itself; undefined where the page is served from elsewhere. */
export const LocalContext = createContext<LocalAbout | undefined>(undefined);

export const useLocal = (): LocalAbout | undefined => useContext(LocalContext);

export function useAbout(): LocalAbout | undefined {
  const [about, setAbout] = useState<LocalAbout>();
  useEffect(() => {
    // In AWS there is no such route: files are looked into with the tools one has there.
    get<LocalAbout>('local/about').then(
      (answer) => answer.local && setAbout(answer),
      () => {},
    );
  }, []);
  return about;
}
