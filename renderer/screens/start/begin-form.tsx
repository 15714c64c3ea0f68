import { Button, FileButton, PasswordInput, TextInput } from '@mantine/core';
import { IconPackageImport } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { useSessionChanged } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { Back } from './step.tsx';

/** A new copy of a workspace on this machine, from the first bundle that somebody made for it. */
export function BeginForm({ onBack }: { onBack: () => void }) {
  const { client, files: door } = useApi();
  const changed = useSessionChanged();
  const [picked, setPicked] = useState<readonly File[]>([]);
  const [name, setName] = useState('');
  const [device, setDevice] = useState('');
  const [bundlePassphrase, setBundlePassphrase] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const job = useJob(() => void changed());
  const ready = picked.length > 0 && name.trim() !== '' && bundlePassphrase !== '' && passphrase !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || job.running) return;
    job.start(async () => {
      const files: { upload: string }[] = [];
      for (const file of picked) files.push({ upload: (await door.stage(file)).upload });
      return client.courier.begin({
        files,
        name: name.trim(),
        bundlePassphrase,
        passphrase,
        ...(device.trim() === '' ? {} : { device: device.trim() }),
      });
    });
  };
  return (
    <Back title="Begin from a bundle" onBack={onBack}>
      <form className="stack" onSubmit={submit}>
        <div className="row-acts">
          <FileButton onChange={(list) => setPicked(list)} multiple>
            {(button) => (
              <Button variant="default" leftSection={<IconPackageImport size={14} />} {...button}>
                Choose the first bundle
              </Button>
            )}
          </FileButton>
          <span className="quiet">{picked.map((file) => file.name).join(', ')}</span>
        </div>
        <TextInput
          label="Folder name"
          description="How the folder of the copy is called on this machine."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
        />
        <TextInput
          label="Device name"
          description="How the others will know this copy; the name of this machine if left empty."
          value={device}
          onChange={(event) => setDevice(event.currentTarget.value)}
        />
        <PasswordInput
          label="Passphrase of the bundle"
          autoComplete="off"
          value={bundlePassphrase}
          onChange={(event) => setBundlePassphrase(event.currentTarget.value)}
          required
        />
        <PasswordInput
          label="Your passphrase"
          description="The one that opens the workspace for you; it says who you are."
          autoComplete="current-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          required
        />
        {job.running && <JobProgress job={job} fallback="Reading the bundle" cancel />}
        <FaultCallout error={job.error} />
        <div className="row-acts">
          <Button type="submit" disabled={!ready || job.running}>
            Make the copy
          </Button>
        </div>
      </form>
    </Back>
  );
}
