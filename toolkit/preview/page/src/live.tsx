/** A page that asks its own server again when the reader chooses another time or variable. */
import { createTheme } from '@grafana/data';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Controls } from './controls';
import { Page, type Prepared, prepared } from './page';
import type { Payload } from './payload';
import { readWanted, type Wanted, withVariable, writeWanted } from './address_parameters';

const GONE = 'No answer: `toolkit preview --serve` has ended, or is busy. Start it again, or refresh.';

/** The answer to what is wanted. Throws with words for the reader. */
async function asked(address: string, wanted: Wanted, signal: AbortSignal): Promise<Prepared> {
  const answer = await fetch(`${address}?${writeWanted(wanted)}`, { signal, cache: 'no-store' }).catch((error) => {
    throw signal.aborted ? error : new Error(GONE);
  });
  const said = (await answer.json()) as Payload | { error: string };
  if ('error' in said) {
    throw new Error(said.error);
  }
  return prepared(said);
}

export function LivePage({ address, theme }: { address: string; theme: 'dark' | 'light' }): ReactNode {
  const [wanted, setWanted] = useState(() => readWanted(window.location.hash));
  const [turn, setTurn] = useState(0); // counts refreshes
  const [shown, setShown] = useState<Prepared | null>(null);
  const [words, setWords] = useState('');
  const [isAsking, setAsking] = useState(true);
  const [refreshSeconds, setRefreshSeconds] = useState(0);
  const busy = useRef(false);
  useEffect(() => {
    const abort = new AbortController();
    const hash = writeWanted(wanted);
    // In the address, so that the page that is drawn again after an edit shows the same.
    window.history.replaceState(null, '', hash ? `#${hash}` : window.location.pathname);
    setAsking((busy.current = true));
    asked(address, wanted, abort.signal)
      .then((found) => {
        document.title = found.payload.drawings[0].title;
        setShown(found);
        setWords('');
      })
      .catch((error: Error) => {
        if (!abort.signal.aborted) {
          setWords(error.message);
        }
      })
      .finally(() => {
        if (!abort.signal.aborted) {
          setAsking((busy.current = false));
        }
      });
    return () => abort.abort();
  }, [address, wanted, turn]);
  const refresh = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    if (!refreshSeconds) {
      return undefined;
    }
    // A slow answer is waited for: asking again would only be slower.
    const timer = setInterval(() => !busy.current && refresh(), refreshSeconds * 1000);
    return () => clearInterval(timer);
  }, [refreshSeconds, refresh]);
  const colours = createTheme({ colors: { mode: theme } }).colors;
  return (
    <div aria-busy={isAsking} style={{ minHeight: '100vh', background: colours.background.canvas }}>
      {words && (
        <div role="alert" style={{ padding: '8px 16px', color: colours.error.text, whiteSpace: 'pre-wrap', font: '14px sans-serif' }}>
          {words}
        </div>
      )}
      {shown?.payload.live && (
        <Page
          {...shown}
          controls={
            <Controls
              live={shown.payload.live}
              isAsking={isAsking}
              refreshSeconds={refreshSeconds}
              onVariable={(name, values) => setWanted((before) => withVariable(before, name, values))}
              onTime={(from, to) => setWanted((before) => ({ ...before, from, to }))}
              onRefresh={refresh}
              onRefreshSeconds={setRefreshSeconds}
            />
          }
        />
      )}
    </div>
  );
}
