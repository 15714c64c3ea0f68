import { mayAccess } from '../../../shared/domain/permissions.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Panel } from '../../parts/panel.tsx';
import { go, type Screen } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { reviewPlace } from '../review/review-place.ts';
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
  const shown = next.slice(0, 7);
  const open = (item: Next) => {
    const [screen, record] = PLACES[item.screen];
    go(screen, item.lane ? reviewPlace(item.lane, item.record) : (record ?? item.record));
  };
  useSingleKeys(Object.fromEntries(shown.map((item, i) => [String(i + 1), () => open(item)])));
  return (
    <Panel title="For you next" aside={member.name}>
      {shown.length === 0 ? (
        <p className="quiet">
          Nothing waits for you.
          {mayAccess(member.role, 'prepare').allowed && ' Compose a binder when everybody is done.'}
        </p>
      ) : (
        <ol className="list-plain next-list">
          {shown.map((item, i) => (
            <li key={`${item.what} ${item.record ?? i}`}>
              <button type="button" onClick={() => open(item)}>
                <KeyHint keys={String(i + 1)} />
                <span className="grow">
                  {item.what}
                  <span className="quiet under">{item.detail}</span>
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
