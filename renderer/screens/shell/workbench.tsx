import { type ComponentType, useCallback, useEffect } from 'react';
import type { Session } from '../../../shared/contract/workspace.ts';
import { useCutTitles } from '../../parts/cut-titles.ts';
import { clearAway, useUndo } from '../../state/acts.tsx';
import { useChoices } from '../../state/choices.ts';
import { useIdleLock } from '../../state/idle-lock.ts';
import { type Screen, usePlace } from '../../state/place.ts';
import { useLock } from '../../state/session.ts';
import { BindersScreen } from '../binders/binders-screen.tsx';
import { ChecklistsScreen } from '../checklists/checklists-screen.tsx';
import { ControlsScreen } from '../controls/controls-screen.tsx';
import { ANY, useControlFilters } from '../controls/filters.ts';
import { EvidenceScreen } from '../evidence/evidence-screen.tsx';
import { FrameworksScreen } from '../frameworks/frameworks-screen.tsx';
import { LedgerScreen } from '../ledger/ledger-screen.tsx';
import { OverviewScreen } from '../overview/overview-screen.tsx';
import { PacketsScreen } from '../packets/packets-screen.tsx';
import { ProgrammeScreen } from '../programme/programme-screen.tsx';
import { ReviewScreen } from '../review/review-screen.tsx';
import { forgetVerdictNotes } from '../review/verdict-notes.ts';
import { SettingsScreen } from '../settings/settings-screen.tsx';
import { SyncScreen } from '../sync/sync-screen.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { useShellKeys } from './shell-keys.ts';
import { useArrival } from './use-arrival.ts';

const SCREEN_OF: Readonly<Record<Screen, ComponentType<{ record: string | null }>>> = {
  overview: OverviewScreen,
  programme: ProgrammeScreen,
  frameworks: FrameworksScreen,
  controls: ControlsScreen,
  evidence: EvidenceScreen,
  checklists: ChecklistsScreen,
  review: ReviewScreen,
  packets: PacketsScreen,
  binders: BindersScreen,
  ledger: LedgerScreen,
  sync: SyncScreen,
  settings: SettingsScreen,
};

/** The desk: marking, rail, the screen in front, and what every screen shares. */
export function Workbench({ session }: { session: Session }) {
  const { screen, record } = usePlace();
  const lock = useLock();
  const lockNow = useCallback(() => void lock(), [lock]);
  const left = useIdleLock(session.lockAfterMinutes, lockNow);
  useShellKeys(useUndo());
  useCutTitles();
  useArrival(screen);
  useEffect(
    () => () => {
      clearAway();
      // What somebody searched for or began to write is theirs, and the next who unlocks may be another.
      useControlFilters.setState(ANY);
      forgetVerdictNotes();
    },
    [],
  );
  const Current = SCREEN_OF[screen];
  return (
    <div className="workbench">
      <button type="button" className="skip-link" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      {session.workspace.marking && (
        <section className="marking" aria-label="Classification">
          {session.workspace.marking}
        </section>
      )}
      <div className="desk">
        <Rail session={session} locksIn={left} onLock={lockNow} />
        <main id="main" tabIndex={-1} className="screen" aria-label="Content">
          <Current record={record} key={screen} />
        </main>
      </div>
      <Palette onLock={lockNow} />
      <HelpDialog onClose={() => useChoices.setState({ helpOpen: false })} />
    </div>
  );
}
