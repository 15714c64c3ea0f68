import { Button, Checkbox, FileButton, PasswordInput } from '@mantine/core';
import { IconPackageImport } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { CourierImported } from '../../../shared/contract/courier.ts';
import { plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Panel } from '../../parts/panel.tsx';
import { showDone } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { DropArea } from '../common/drop-area.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { BundleReport } from './bundle-report.tsx';

interface Picked {
  readonly names: readonly string[];
  readonly files: readonly { upload: string }[];
}

/** Drop a bundle, read what it would do, press Enter. */
export function TakeBundle() {
  const { client, files: door } = useApi();
  const [picked, setPicked] = useState<Picked | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [replayed, setReplayed] = useState(false);
  const [taken, setTaken] = useState<CourierImported | null>(null);
  const preview = useJob();
  const taking = useJob((state) => {
    const done = CourierImported.safeParse(state.result);
    if (!done.success) return;
    setTaken(done.data);
    setPicked(null);
    showDone(`${plural(done.data.received, 'entry', 'entries')} taken in.`);
  });
  const looked = preview.state?.state === 'done' ? CourierImported.safeParse(preview.state.result) : null;
  const report = picked && looked?.success ? looked.data : null;
  const running = preview.running || taking.running;
  const opens = passphrase === '' ? {} : { passphrase };
  const look = (list: File[]) => {
    if (list.length === 0) return;
    setTaken(null);
    setReplayed(false);
    preview.start(async () => {
      const staged: { upload: string }[] = [];
      for (const file of list) staged.push({ upload: (await door.stage(file)).upload });
      setPicked({ names: list.map(({ name }) => name), files: staged });
      return client.courier.import({ files: staged, dryRun: true, ...opens });
    });
  };
  const again = (also = replayed) => {
    if (!picked) return;
    const wish = { files: [...picked.files], dryRun: true, replayed: also, ...opens };
    preview.start(() => client.courier.import(wish));
  };
  const take = () => {
    if (picked) taking.start(() => client.courier.import({ files: [...picked.files], replayed, ...opens }));
  };
  const willing = report?.bundles.some(({ content }) => content !== null) ?? false;
  const restored = report?.bundles.some(({ verdict }) => verdict === 'replayed') ?? false;
  const closed = report?.bundles.some(({ verdict }) => verdict === 'not-for-you') ?? false;
  return (
    <Panel title="Take a bundle in" aside="Nothing changes before you say so.">
      <DropArea hint="Drop to look at it" onFiles={(list) => look(list)} disabled={running} className="stack">
        <div className="drop-here">
          <IconPackageImport size={24} stroke={1.4} aria-hidden="true" />
          <p>
            <strong>Drop a bundle here</strong> or pick it, all volumes of it in any order.
          </p>
          <FileButton onChange={(list) => look(list)} multiple disabled={running}>
            {(button) => (
              <Button variant="default" {...button} disabled={running}>
                Choose bundles
              </Button>
            )}
          </FileButton>
        </div>
        {running && (
          <JobProgress job={preview.running ? preview : taking} fallback="Reading the bundle" cancel />
        )}
        <FaultCallout error={preview.error ?? taking.error} />
        {closed && (
          <form
            className="row-acts"
            onSubmit={(event) => {
              event.preventDefault();
              again();
            }}
          >
            <PasswordInput
              className="grow"
              label="Passphrase of the bundle"
              autoComplete="off"
              value={passphrase}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={passphrase === ''}>
              Open it
            </Button>
          </form>
        )}
        {report?.bundles.map((one) => (
          <BundleReport key={one.files.join(' ')} report={one} />
        ))}
        {restored && !running && (
          <Checkbox
            label="Take it in anyway"
            description="For a device that was restored from a backup. What its bundle would bring is shown before anything changes."
            checked={replayed}
            onChange={(event) => {
              setReplayed(event.currentTarget.checked);
              again(event.currentTarget.checked);
            }}
          />
        )}
        {report && !running && (
          <div className="row-acts">
            {willing && <TakeButton onTake={take} />}
            <Button variant="subtle" onClick={() => setPicked(null)}>
              Put it away
            </Button>
          </div>
        )}
        {taken?.bundles.map((one) => (
          <BundleReport key={one.files.join(' ')} report={one} />
        ))}
      </DropArea>
    </Panel>
  );
}

/** It has the focus as soon as it is there, so Enter takes the bundle in. */
function TakeButton({ onTake }: { onTake: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Button ref={button} onClick={onTake}>
      Take in
      <KeyHint keys="Enter" />
    </Button>
  );
}
