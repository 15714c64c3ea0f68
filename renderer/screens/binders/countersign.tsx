import { Button, Checkbox, Menu } from '@mantine/core';
import { IconWritingSign } from '@tabler/icons-react';
import { useState } from 'react';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { jobResultPath } from '../../state/files.ts';
import { useJob } from '../../state/jobs.ts';
import { useOpenSession } from '../../state/session.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';

const CAPACITIES = [
  ['reviewer', 'Countersign as reviewer'],
  ['approver', 'Countersign as approver'],
  ['recipient', 'Countersign as recipient'],
] as const;

/** Adds one's own signature to a valid binder; the ones before stay valid. */
export function Countersign({ file }: { file: File }) {
  const { client, files: door } = useApi();
  const { member } = useOpenSession();
  const [final, setFinal] = useState(false);
  const job = useJob();
  const download = useAct((id: string) =>
    door.download(jobResultPath(id), file.name.replace(/(\.pdf)?$/i, '-countersigned.pdf')),
  );
  const may = mayAccess(member.role, 'review');
  const sign = (as: (typeof CAPACITIES)[number][0]) =>
    job.start(async () => {
      const { upload } = await door.stage(file);
      return client.binders.countersign({ file: { upload }, as, final });
    });
  if (job.running) return <JobProgress job={job} fallback="Signing" cancel />;
  const done = job.state?.state === 'done' ? job.state.job : null;
  if (done) {
    return (
      <>
        <span role="status">Your signature is in the file.</span>
        <Button loading={download.isPending} onClick={() => download.mutate(done)}>
          Download countersigned binder
        </Button>
      </>
    );
  }
  return (
    <>
      <Menu position="top-start" disabled={!may.allowed}>
        <Because because={may.allowed ? '' : may.because}>
          <Menu.Target>
            <Button leftSection={<IconWritingSign size={14} />} disabled={!may.allowed}>
              Countersign
            </Button>
          </Menu.Target>
        </Because>
        <Menu.Dropdown>
          {CAPACITIES.map(([as, words]) => (
            <Menu.Item key={as} onClick={() => sign(as)}>
              {words}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Checkbox
        label="Allow no further signatures after mine"
        checked={final}
        onChange={(e) => setFinal(e.currentTarget.checked)}
      />
      <FaultCallout error={job.error} />
    </>
  );
}
