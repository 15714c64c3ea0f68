import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ComposedBinder } from '../../../shared/contract/proof.ts';
import { bytes, count, moment, plural } from '../../parts/format.ts';
import { CopyText, Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { showFault, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { jobResultPath } from '../../state/files.ts';

/** The binder that was just written: where it is, its hash, who signed it. */
export function ComposedResult({ binder, job }: { binder: ComposedBinder; job: string }) {
  const { files } = useApi();
  const name = binder.file.split(/[\\/]/).at(-1) ?? 'binder.pdf';
  const download = useAct(() => files.download(jobResultPath(job), name), { failed: showFault });
  return (
    <Panel title="The binder is composed and signed" className="panel-good">
      <div className="stack">
        <div role="status">
          <Pill tone="good">Done</Pill> {plural(binder.pages, 'page')},{' '}
          {plural(binder.attachments, 'attachment')}, {bytes(binder.bytes)}
        </div>
        <dl className="facts">
          <dt>File</dt>
          <dd className="mono">
            {binder.file} <CopyText value={binder.file} label="Copy the path" />
          </dd>
          <dt>SHA-256</dt>
          <dd>
            <Hash value={binder.sha256} whole />
          </dd>
          {binder.volumes && (
            <>
              <dt>Volumes</dt>
              <dd>
                {binder.volumes.length + 1}, this one and beside it:
                {binder.volumes.map((volume) => (
                  <div key={volume.volume} className="mono">
                    {volume.file.split(/[\\/]/).at(-1)}, {bytes(volume.bytes)}
                  </div>
                ))}
              </dd>
            </>
          )}
          <dt>Signed by</dt>
          <dd>
            {binder.signatures.map((s) => (
              <div key={s.field}>
                {s.by}, {moment(s.at)}
              </div>
            ))}
          </dd>
          {binder.unstamped && (
            <>
              <dt>No time stamp</dt>
              <dd>
                {binder.unstamped.because} {binder.unstamped.remedy}
              </dd>
            </>
          )}
          <dt>Manifest</dt>
          <dd>
            {count(binder.manifest.included)} included, {count(binder.manifest.omitted.length)} left out with
            a reason
          </dd>
        </dl>
        <Button
          w="fit-content"
          leftSection={<IconDownload size={14} />}
          loading={download.isPending}
          onClick={() => download.mutate(undefined)}
        >
          Download binder
        </Button>
      </div>
    </Panel>
  );
}
