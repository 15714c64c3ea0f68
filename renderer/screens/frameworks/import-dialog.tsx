import { Button, FileButton, Modal } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import type { FileSource, ImportedFile } from '../../../shared/contract/frameworks.ts';
import { plural } from '../../parts/format.ts';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { DropArea } from '../common/drop-area.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { ImportReport } from './import-report.tsx';

/** Pick files, see what would come in, then take it in. */
export function ImportDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Import frameworks"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={false}
    >
      <ImportSteps onClose={onClose} />
    </Modal>
  );
}

function ImportSteps({ onClose }: { onClose: () => void }) {
  const { client, files: door } = useApi();
  const [picked, setPicked] = useState<readonly File[]>([]);
  const [step, setStep] = useState('');
  // A staged file serves one call, so the import itself hands the files over again.
  const stage = async (files: readonly File[]): Promise<FileSource[]> => {
    const sources: FileSource[] = [];
    for (const file of files) {
      setStep(`Reading ${file.name}`);
      sources.push({ upload: (await door.stage(file)).upload });
    }
    return sources;
  };
  const dryRun = useAct(
    async (files: readonly File[]): Promise<ImportedFile[]> => {
      setPicked(files);
      const sources = await stage(files);
      setStep('Checking what would come in');
      return (await client.frameworks.import({ files: sources, dryRun: true })).files;
    },
    { failed: () => undefined },
  );
  const apply = useAct(
    async (): Promise<ImportedFile[]> => {
      const report = dryRun.data ?? [];
      const wanted = picked.filter((_, i) => report[i]?.outcome === 'would-import');
      return (await client.frameworks.import({ files: await stage(wanted) })).files;
    },
    { failed: () => undefined },
  );
  const again = () => {
    dryRun.reset();
    apply.reset();
  };
  const ready = (dryRun.data ?? []).filter((f) => f.outcome === 'would-import').length;
  const error = apply.error ?? dryRun.error;
  return (
    <div className="stack">
      {!dryRun.data && (
        <Pick onFiles={(files) => dryRun.mutate(files)} busy={dryRun.isPending ? step : null} />
      )}
      <FaultCallout error={error} />
      {(apply.data ?? dryRun.data) && (
        <ImportReport files={apply.data ?? dryRun.data ?? []} dry={!apply.data} />
      )}
      {apply.isPending && (
        <p role="status">Taking in {plural(ready, 'file')}. Each is one step: all of it or nothing.</p>
      )}
      {dryRun.data && (
        <div className="row-acts">
          {apply.data ? (
            <>
              <Button onClick={onClose}>Done</Button>
              <Button variant="default" onClick={() => go('frameworks', 'engagement')}>
                Start an engagement
              </Button>
            </>
          ) : (
            <Button disabled={ready === 0} loading={apply.isPending} onClick={() => apply.mutate(undefined)}>
              {ready === 0 ? 'Nothing to import' : `Import ${plural(ready, 'file')}`}
            </Button>
          )}
          <Button variant="default" onClick={again} disabled={apply.isPending}>
            Choose other files
          </Button>
        </div>
      )}
    </div>
  );
}

function Pick({ onFiles, busy }: { onFiles: (files: File[]) => void; busy: string | null }) {
  return (
    <DropArea
      hint="Drop to see what would come in"
      onFiles={onFiles}
      disabled={busy !== null}
      className="drop-here"
    >
      <IconUpload size={26} stroke={1.4} aria-hidden="true" />
      <p>
        <strong>Drop files here</strong> or pick them. OSCAL catalogs (JSON) and readiness plans (Markdown).
      </p>
      <FileButton multiple onChange={onFiles} inputProps={{ 'aria-label': 'Framework files' }}>
        {(props) => (
          <Button {...props} loading={busy !== null}>
            Choose files
          </Button>
        )}
      </FileButton>
      <p className="quiet" role="status">
        {busy ? `${busy}…` : 'Nothing is taken in before you have seen the report.'}
      </p>
    </DropArea>
  );
}
