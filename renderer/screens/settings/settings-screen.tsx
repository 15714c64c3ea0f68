import { SegmentedControl } from '@mantine/core';
import { go } from '../../state/place.ts';
import { ScreenHead } from '../common/screen-head.tsx';
import { AboutPanel } from './about-panel.tsx';
import { HousePanel } from './house-panel.tsx';
import { MembersPanel } from './members-panel.tsx';
import { PassphrasePanel } from './passphrase-panel.tsx';
import { WorkspacePanel } from './workspace-panel.tsx';

const TABS = [
  { value: 'workspace', label: 'Workspace' },
  { value: 'members', label: 'Members' },
  { value: 'about', label: 'About' },
] as const;

/** The workspace, the people in it, and oneself. */
export function SettingsScreen({ record }: { record: string | null }) {
  const tab = TABS.find((t) => t.value === record)?.value ?? 'workspace';
  return (
    <>
      <ScreenHead title="Settings" />
      <div className="page stack">
        <SegmentedControl
          aria-label="Settings"
          w="fit-content"
          data={[...TABS]}
          value={tab}
          onChange={(value) => go('settings', value)}
        />
        {tab === 'workspace' && (
          <div className="stack narrow">
            <WorkspacePanel />
            <HousePanel />
            <PassphrasePanel />
          </div>
        )}
        {tab === 'members' && <MembersPanel />}
        {tab === 'about' && <AboutPanel />}
      </div>
    </>
  );
}
