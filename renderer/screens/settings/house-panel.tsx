import { Button, ColorInput, FileInput, SegmentedControl, TextInput } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type HouseStyle, LOGO_LIMIT, mayBeAccent } from '../../../shared/domain/house-style.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { Loaded } from '../common/loaded.tsx';

/** The colour binders come with, for the preview. */
const PLAIN_ACCENT = '#0b6e5a';

/** How binders and packets look: whose they are, in which colour and letters. */
export function HousePanel() {
  const { orpc } = useApi();
  const settings = useQuery(orpc.workspace.settings.queryOptions());
  return (
    <Panel title="House style of binders">
      <Loaded query={settings} label="Loading settings" rows={3}>
        {({ house }) => <Form key={JSON.stringify(house)} house={house} />}
      </Loaded>
    </Panel>
  );
}

function Form({ house }: { house: HouseStyle }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'administer');
  const [next, setNext] = useState(house);
  const change = (part: Partial<HouseStyle>) => setNext((now) => ({ ...now, ...part }));
  const changed = JSON.stringify(next) !== JSON.stringify(house);
  const flaw = accentFlaw(next.accent);
  const save = useAct(() => client.workspace.configure({ house: next }), {
    done: () => showDone('The next binder looks so.'),
    failed: () => undefined,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && flaw === null) save.mutate(undefined);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Preview house={next} />
      <TextInput
        label="Organisation"
        description="Stands above the title of every binder."
        maxLength={120}
        value={next.organisation}
        onChange={(e) => change({ organisation: e.currentTarget.value })}
      />
      <ColorInput
        label="Colour"
        description="Of rules and links. Marks of results keep theirs."
        placeholder="As it comes"
        format="hex"
        eyeDropperButtonProps={{ 'aria-label': 'Pick a colour from the screen' }}
        w={260}
        value={next.accent ?? ''}
        onChange={(value) => change({ accent: value === '' ? null : value.toLowerCase() })}
        error={flaw}
      />
      <SegmentedControl
        aria-label="Letters"
        w="fit-content"
        data={[
          { value: 'sans', label: 'Sans serif' },
          { value: 'serif', label: 'Serif' },
        ]}
        value={next.face}
        onChange={(value) => change({ face: value === 'serif' ? 'serif' : 'sans' })}
      />
      <Logo logo={next.logo} onLogo={(logo) => change({ logo })} />
      <FaultCallout error={save.error} />
      <div className="row-acts">
        <Because because={may.allowed ? '' : may.because}>
          <Button type="submit" disabled={!may.allowed || !changed || flaw !== null} loading={save.isPending}>
            Save house style
          </Button>
        </Because>
        <span className="quiet" role="status">
          {changed ? '' : 'Nothing changed yet.'}
        </span>
      </div>
    </form>
  );
}

function accentFlaw(accent: string | null): string | null {
  if (accent === null) return null;
  if (!/^#[0-9a-f]{6}$/.test(accent)) return 'A colour is # and six digits from 0 to f.';
  const verdict = mayBeAccent(accent);
  return verdict.allowed ? null : verdict.because;
}

function Logo({ logo, onLogo }: { logo: string | null; onLogo: (logo: string | null) => void }) {
  const [flaw, setFlaw] = useState<string | null>(null);
  const take = async (file: File | null) => {
    setFlaw(null);
    if (file === null) return onLogo(null);
    if (file.size > LOGO_LIMIT.bytes)
      return setFlaw(`It has more than ${LOGO_LIMIT.bytes / 1024} KiB. Save it smaller and choose it again.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    onLogo(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')));
  };
  return (
    <>
      <FileInput
        label="Logo"
        description={`A PNG of at most ${LOGO_LIMIT.bytes / 1024} KiB; it travels with the ledger.`}
        placeholder={logo === null ? 'None chosen' : 'Choose another'}
        accept="image/png"
        w={260}
        value={null}
        onChange={(file) => void take(file)}
        error={flaw}
        leftSection={<IconPhoto size={14} />}
      />
      {logo !== null && (
        <Button variant="default" w="fit-content" size="compact-sm" onClick={() => onLogo(null)}>
          Take the logo off
        </Button>
      )}
    </>
  );
}

/** The head of a cover as it will be printed. */
function Preview({ house }: { house: HouseStyle }) {
  const accent = accentFlaw(house.accent) === null ? (house.accent ?? PLAIN_ACCENT) : PLAIN_ACCENT;
  return (
    <div
      className="house-preview"
      role="img"
      aria-label="How the head of a cover looks"
      style={{ fontFamily: house.face === 'serif' ? 'serif' : undefined }}
    >
      {house.logo !== null && <img src={`data:image/png;base64,${house.logo}`} alt="" />}
      {house.organisation.trim() !== '' && <strong>{house.organisation}</strong>}
      <span style={{ color: accent }}>Evidence binder</span>
      <span className="house-title">Title of the binder</span>
      <hr style={{ borderColor: accent }} />
    </div>
  );
}
