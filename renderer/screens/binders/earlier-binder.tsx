import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { BinderRow } from '../../../shared/contract/proof.ts';
import { binderPath } from '../../state/files.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { ArchiveBag } from './archive-bag.tsx';
import { binderFileName, DownloadBinder } from './binder-file.tsx';
import { Countersign, Signed } from './countersign.tsx';
import { useVerifying } from './use-verifying.ts';
import { VerifyView } from './verify-view.tsx';

/** One binder of this workspace: its verdict at once, then one's own signature, then the verdict with it. */
export function EarlierBinder({ binder, onClose }: { binder: BinderRow; onClose: () => void }) {
  const verifying = useVerifying(true);
  const [signed, setSigned] = useState(false);
  const source = async () => ({ binder: binder.id });
  const check = () => verifying.check(source);
  // biome-ignore lint/correctness/useExhaustiveDependencies: verified once when it is opened
  useEffect(check, [binder.id]);
  const { report, job } = verifying;
  const name = binderFileName(binder);
  return (
    <section className="stack" aria-label={binder.title}>
      <div className="row-acts">
        <ActionIcon aria-label="Back to all earlier binders" onClick={onClose}>
          <IconArrowLeft size={15} />
        </ActionIcon>
        <h2 className="binder-title">{binder.title}</h2>
        <span className="spacer" />
        <DownloadBinder binder={binder} />
      </div>
      {job.running && <JobProgress job={job} fallback="Verifying" cancel />}
      <FaultCallout error={job.error} />
      {report && (
        <>
          {signed ? (
            <Signed kept path={binderPath(binder.id)} name={name} />
          ) : (
            <div className="row-acts">
              <Countersign
                report={report}
                source={source}
                onSigned={() => {
                  setSigned(true);
                  check();
                }}
              />
            </div>
          )}
          {report.verdict !== 'invalid' && <ArchiveBag binder={binder} />}
          <VerifyView report={report} name={name} seconds={verifying.seconds} />
        </>
      )}
    </section>
  );
}
