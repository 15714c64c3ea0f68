import { Button } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import type { BinderRow } from '../../../shared/contract/proof.ts';
import { WrittenBag } from '../../../shared/domain/bag.ts';
import { bytes, plural } from '../../parts/format.ts';
import { CopyText } from '../../parts/hash.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';

/** Puts a binder and what is embedded in it into a folder that archives take in and check on their own. */
export function ArchiveBag({ binder }: { binder: Pick<BinderRow, 'id'> }) {
  const { client } = useApi();
  const job = useJob();
  const done = job.state?.state === 'done' ? WrittenBag.safeParse(job.state.result) : null;
  return (
    <>
      {job.running && <JobProgress job={job} fallback="Writing the bag" cancel />}
      <FaultCallout error={job.error} />
      {done?.success ? (
        <div className="callout callout-good" role="status">
          <strong>
            <Pill tone="good">Done</Pill> The archive bag holds {plural(done.data.files, 'file')},{' '}
            {bytes(done.data.bytes)}.
          </strong>
          <div className="mono">
            {done.data.folder} <CopyText value={done.data.folder} label="Copy the path" />
          </div>
          <div className="quiet">
            It holds the binder and each embedded file, not encrypted. Hand over the whole folder; any program
            that knows BagIt checks it, and so does “bindery bag verify”.
          </div>
        </div>
      ) : (
        <div className="row-acts">
          <Button
            variant="default"
            leftSection={<IconArchive size={14} />}
            disabled={job.running}
            onClick={() => job.start(() => client.binders.bag({ file: { binder: binder.id } }))}
          >
            Save as an archive bag
          </Button>
          <span className="quiet">
            A folder with the binder and every file in it, as archives take it in.
          </span>
        </div>
      )}
    </>
  );
}
