import { Button, Checkbox, PasswordInput, Select } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { CourierExported, type SyncDevice } from '../../../shared/contract/courier.ts';
import { bytes, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { showFault } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { jobResultPath } from '../../state/files.ts';
import { useJob } from '../../state/jobs.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';

const FIRST = 'first';

/** Writes a bundle for somebody: the file goes wherever the person saves it, and is of use to nobody else. */
export function MakeBundle({ devices, begin }: { devices: readonly SyncDevice[]; begin: boolean }) {
  const { client, files } = useApi();
  const others = devices.filter((device) => !device.here);
  const [whom, setWhom] = useState<string | null>(others[0]?.id ?? FIRST);
  const [onlyNew, setOnlyNew] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const select = useRef<HTMLInputElement>(null);
  const job = useJob();
  const done = job.state?.state === 'done' ? CourierExported.safeParse(job.state.result) : null;
  useEffect(() => {
    if (begin) select.current?.focus();
  }, [begin]);
  const first = whom === FIRST;
  const ready = whom !== null && (!first || passphrase !== '');
  const start = () =>
    job.start(() =>
      client.courier.export(
        first
          ? { first: true, passphrase }
          : { for: whom ?? '', onlyNew, ...(passphrase === '' ? {} : { passphrase }) },
      ),
    );
  return (
    <Panel title="Write a bundle" aside="Encrypted, signed and numbered; one file for a stick.">
      <div className="stack">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && !job.running) start();
          }}
        >
          <Select
            ref={select}
            label="For"
            data={[
              ...others.map((device) => ({
                value: device.id,
                label: `${device.name}, ${device.member.name}`,
              })),
              { value: FIRST, label: 'A new device: a first bundle, with the key slots' },
            ]}
            value={whom}
            onChange={setWhom}
            allowDeselect={false}
          />
          <PasswordInput
            label="Passphrase of the bundle"
            description={
              first
                ? 'A new device has no key yet, so this opens the bundle. Tell it by another way than the bundle goes.'
                : 'Leave it empty: then the key of its member opens it and nothing else.'
            }
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            required={first}
          />
          {!first && (
            <Checkbox
              label="Only what was not sent before, trusting that all of it arrived"
              checked={onlyNew}
              onChange={(event) => setOnlyNew(event.currentTarget.checked)}
            />
          )}
          <div className="row-acts">
            <Button
              type="submit"
              leftSection={<IconPackageExport size={14} />}
              disabled={!ready || job.running}
            >
              Write the bundle
            </Button>
          </div>
        </form>
        {job.running && <JobProgress job={job} fallback="Gathering" cancel />}
        <FaultCallout error={job.error} />
        {done?.success && job.state && (
          <div className="callout callout-good" role="status">
            <strong>
              <Pill tone="good">Done</Pill> Number {done.data.number} for {done.data.to}:{' '}
              {plural(done.data.entries, 'entry', 'entries')}, {plural(done.data.evidence, 'file')},{' '}
              {bytes(done.data.bytes)}
            </strong>
            {done.data.empty && (
              <div className="quiet">There is nothing in it that the other side is not known to hold.</div>
            )}
            <div className="mono">{done.data.file}</div>
            <div className="row-acts">
              <Button
                size="compact-sm"
                variant="default"
                onClick={() =>
                  files
                    .download(
                      jobResultPath(job.state?.job ?? ''),
                      done.data.file.split(/[\\/]/).at(-1) ?? 'bundle.age',
                    )
                    .catch(showFault)
                }
              >
                Save the bundle
              </Button>
            </div>
          </div>
        )}
      </div>
    </Panel>
  );
}
