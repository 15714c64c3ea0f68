import { KeyHint } from '../../parts/key-hint.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { go, type Screen } from '../../state/place.ts';
import { usePreferences } from '../../state/preferences.ts';
import { useOpenSession } from '../../state/session.ts';
import type { Summary } from './overview-screen.tsx';

type Next = Summary['next'][number];

const PLACES: Readonly<Record<Next['screen'], readonly [Screen, string | null]>> = {
  controls: ['controls', null],
  evidence: ['evidence', null],
  checklists: ['checklists', null],
  review: ['review', null],
  binders: ['binders', null],
  ledger: ['ledger', null],
  frameworks: ['frameworks', null],
  members: ['settings', 'members'],
  conflicts: ['ledger', 'conflicts'],
};

/** What this member would best do now, each one key away. */
export function NextList({ next }: { next: readonly Next[] }) {
  const { member } = useOpenSession();
  const singleKeys = usePreferences((p) => p.singleKeys);
  const shown = next.slice(0, 7);
  const open = (item: Next) => {
    const [screen, record] = PLACES[item.screen];
    go(screen, record ?? item.record);
  };
  useKeys(Object.fromEntries(shown.map((item, i) => [String(i + 1), () => open(item)])), singleKeys);
  return (
    <Panel title="For you next" aside={member.name}>
      {shown.length === 0 ? (
        <p className="quiet">Nothing waits for you. Compose a binder when everybody is done.</p>
      ) : (
        <ol className="list-plain next-list">
          {shown.map((item, i) => (
            <li key={`${item.what} ${item.record ?? i}`}>
              <button type="button" onClick={() => open(item)}>
                <KeyHint keys={String(i + 1)} />
                <span className="grow">{item.what}</span>
                <span className="quiet">{item.detail}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
