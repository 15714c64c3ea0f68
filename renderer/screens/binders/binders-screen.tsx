import { SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { go } from '../../state/place.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { BinderList } from './binder-list.tsx';
import { ComposePanel } from './compose-panel.tsx';
import { VerifyPanel } from './verify-panel.tsx';

type Tab = 'compose' | 'verify' | 'earlier';

const TABS: readonly { value: Tab; label: string }[] = [
  { value: 'compose', label: 'Compose' },
  { value: 'verify', label: 'Verify' },
  { value: 'earlier', label: 'Earlier binders' },
];

/** Hand over what was found, and check what was handed over. */
export function BindersScreen({ record }: { record: string | null }) {
  const tab = TABS.find((t) => t.value === record)?.value ?? (record ? 'earlier' : 'compose');
  // A verification goes on, and its report stays, while another tab is looked at.
  const [verifyOpened, setVerifyOpened] = useState(false);
  useEffect(() => {
    if (tab === 'verify') setVerifyOpened(true);
  }, [tab]);
  return (
    <>
      <ScreenHead title="Binders" detail={<EngagementSwitch subjects={false} />} />
      <div className="page stack">
        <SegmentedControl
          aria-label="Binders"
          w="fit-content"
          data={[...TABS]}
          value={tab}
          onChange={(value) => go('binders', value)}
        />
        <div hidden={tab !== 'compose'}>
          <ComposePanel />
        </div>
        {verifyOpened && (
          <div hidden={tab !== 'verify'}>
            <VerifyPanel inWorkspace />
          </div>
        )}
        {tab === 'earlier' && <BinderList open={record} />}
      </div>
    </>
  );
}
