import { ActionIcon, Button } from '@mantine/core';
import { IconKeyboard, IconLock } from '@tabler/icons-react';
import type { Session } from '../../../shared/contract/workspace.ts';
import { clock, count, plural } from '../../parts/format.ts';
import { useChoices } from '../../state/choices.ts';
import { go, SCREENS, type Screen, usePlace } from '../../state/place.ts';
import { useLine } from '../../state/refresh.ts';
import { ROLE_WORDS } from '../common/state-words.ts';
import { useSyncWords } from '../sync/use-sync-words.ts';
import { type RailCount, useRailCounts } from './rail-counts.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { arrive } from './use-arrival.ts';

export const SCREEN_WORDS: Readonly<Record<Screen, string>> = {
  overview: 'Overview',
  programme: 'Programme',
  frameworks: 'Frameworks',
  controls: 'Controls',
  evidence: 'Evidence',
  checklists: 'Checklists',
  review: 'Review',
  packets: 'Packets',
  binders: 'Binders',
  ledger: 'Ledger',
  sync: 'Sync',
  settings: 'Settings',
};

/** The dark rail: where one can go, how much waits there, and the state of things. */
export function Rail(props: { session: Session; locksIn: number | null; onLock: () => void }) {
  const here = usePlace((p) => p.screen);
  const counts = useRailCounts(props.session);
  return (
    <div className="rail">
      <div className="rail-title">
        <strong>{props.session.workspace.name}</strong>
        <span>{counts.engagement ?? 'No engagement yet'}</span>
      </div>
      <nav aria-label="Screens">
        {SCREENS.map((screen) => (
          <button
            key={screen}
            type="button"
            aria-current={here === screen ? 'page' : undefined}
            onClick={() => {
              go(screen);
              if (screen === here) arrive();
            }}
          >
            {SCREEN_WORDS[screen]}
            <RailBadge badge={counts.of[screen]} />
          </button>
        ))}
      </nav>
      <Foot {...props} />
    </div>
  );
}

function RailBadge({ badge }: { badge: RailCount | undefined }) {
  if (!badge) return null;
  return (
    <span className={badge.urgent ? 'rail-badge rail-urgent' : 'rail-badge'} title={badge.means}>
      {count(badge.value)}
      {badge.word ? ` ${badge.word}` : ''}
      <span className="visually-hidden"> {badge.means}</span>
    </span>
  );
}

function Foot({
  session,
  locksIn,
  onLock,
}: {
  session: Session;
  locksIn: number | null;
  onLock: () => void;
}) {
  const line = useLine((l) => l.open);
  return (
    <footer aria-label="State" role="contentinfo">
      <p role="status">
        <span
          className={line ? (session.ledger.unsealed > 0 ? 'dot dot-open' : 'dot') : 'dot dot-lost'}
          aria-hidden="true"
        />
        {line ? sealWords(session) : 'Bindery is not answering. What you type is kept here.'}
      </p>
      <p>{useSyncWords()}</p>
      <p>
        {session.member.name} · {ROLE_WORDS[session.member.role].word.toLowerCase()}
        <br />
        {locksIn === null ? 'never locks by itself' : `locks in ${locksIn} min`}
      </p>
      <div className="row-acts">
        <Button variant="subtle" color="gray.4" leftSection={<IconLock size={14} />} onClick={onLock}>
          Lock
        </Button>
        <span className="spacer" />
        <ActionIcon
          color="gray.4"
          aria-label="Keyboard help"
          onClick={() => useChoices.setState({ helpOpen: true })}
        >
          <IconKeyboard size={16} />
        </ActionIcon>
        <ThemeSwitch color="gray.4" />
      </div>
    </footer>
  );
}

function sealWords({ ledger }: Session): string {
  if (ledger.unsealed > 0) return `Saved · ${plural(ledger.unsealed, 'entry', 'entries')} to seal`;
  return ledger.sealedAt ? `Saved · sealed ${clock(ledger.sealedAt)}` : 'Saved';
}
