import { Button, FileButton } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { CountersignedBinder } from '../../../shared/contract/proof.ts';
import { plural } from '../../parts/format.ts';
import { showFault } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { jobResultPath } from '../../state/files.ts';
import { DropArea } from '../common/drop-area.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { ComparePanel } from './compare-panel.tsx';
import { Countersign, Signed } from './countersign.tsx';
import { useVerifying } from './use-verifying.ts';
import { VerifierButton } from './verifier-button.tsx';
import { VerifyView } from './verify-view.tsx';

/** Drop a binder, read the verdict. Needs no workspace; with one, a valid binder can be countersigned. */
export function VerifyPanel({ inWorkspace = false }: { inWorkspace?: boolean }) {
  const { files: door } = useApi();
  const [file, setFile] = useState<File | null>(null);
  /** The binder that the one in front is compared with. */
  const [earlier, setEarlier] = useState<File | null>(null);
  const [named, setNamed] = useState<readonly string[]>([]);
  /** The countersigning that made the file in front. */
  const [signed, setSigned] = useState<{ job: string; kept: boolean } | null>(null);
  const verifying = useVerifying(inWorkspace);
  const { job, report } = verifying;
  const stage = async (picked: File) => ({ upload: (await door.stage(picked)).upload });
  const check = (picked: File | null | undefined, trusted = named, other: File | null = null) => {
    if (!picked) return;
    setFile(picked);
    setEarlier(other);
    setSigned(null);
    verifying.check(() => stage(picked), trusted, other ? () => stage(other) : undefined);
  };
  const trust = async (files: File[]) => {
    const all = [...named, ...(await Promise.all(files.map((certificate) => certificate.text())))];
    setNamed(all);
    check(file, all, earlier);
  };
  const showSigned = async (was: File, countersigned: CountersignedBinder, by: string) => {
    const content = await door.read(jobResultPath(by));
    check(new File([content], was.name.replace(/(\.pdf)?$/i, ' countersigned.pdf'), { type: was.type }));
    setSigned({ job: by, kept: countersigned.binder !== null });
  };
  const trustButton = (
    <TrustButton count={named.length} disabled={job.running} onFiles={(files) => void trust(files)} />
  );
  return (
    <div className="stack">
      <DropArea
        hint="Drop to verify"
        onFiles={(files) => check(files[0])}
        disabled={job.running}
        className="stack"
      >
        {!report && (
          <div className="drop-here panel">
            <IconFileCheck size={28} stroke={1.4} aria-hidden="true" />
            <p>
              <strong>Drop a binder here</strong> or pick it. It is checked on this machine from its bytes
              alone.
            </p>
            <PickBinder onFile={(picked) => check(picked)} label="Choose a binder" disabled={job.running} />
            {trustButton}
            <VerifierButton />
            {job.running && <JobProgress job={job} fallback={`Reading ${file?.name ?? 'the file'}`} cancel />}
            <FaultCallout error={job.error} />
            {verifying.unreadable && (
              <p role="alert">The answer could not be read. Verify with "bindery verify" instead.</p>
            )}
          </div>
        )}
        {report && file && (
          <>
            {signed && <Signed kept={signed.kept} path={jobResultPath(signed.job)} name={file.name} />}
            <div className="row-acts">
              <PickBinder onFile={(picked) => check(picked)} label="Verify another" disabled={job.running} />
              {trustButton}
              {inWorkspace && report.verdict !== 'invalid' && (
                <Countersign
                  key={report.sha256}
                  report={report}
                  source={() => stage(file)}
                  onSigned={(done, by) => void showSigned(file, done, by).catch(showFault)}
                />
              )}
            </div>
            <VerifyView report={report} name={file.name} seconds={verifying.seconds} />
          </>
        )}
      </DropArea>
      {report && file && (
        <ComparePanel
          against={report.against}
          name={earlier?.name ?? ''}
          disabled={job.running}
          onFile={(other) => check(file, named, other)}
          sources={async () => ({ before: await stage(earlier ?? file), after: await stage(file) })}
        />
      )}
    </div>
  );
}

function PickBinder(props: { onFile: (file: File | null) => void; label: string; disabled: boolean }) {
  return (
    <FileButton
      accept="application/pdf,.pdf"
      onChange={props.onFile}
      inputProps={{ 'aria-label': 'Binder file' }}
    >
      {(pick) => (
        <Button {...pick} variant="default" disabled={props.disabled}>
          {props.label}
        </Button>
      )}
    </FileButton>
  );
}

/** A signer is only known by a certificate that came another way than the binder. */
function TrustButton(props: { count: number; disabled: boolean; onFiles: (files: File[]) => void }) {
  return (
    <FileButton
      multiple
      accept=".pem,.crt,.cer"
      onChange={props.onFiles}
      inputProps={{ 'aria-label': 'Trusted certificates' }}
    >
      {(pick) => (
        <Button {...pick} variant="subtle" disabled={props.disabled}>
          {props.count === 0
            ? 'Name a certificate you trust'
            : `${plural(props.count, 'certificate')} trusted; add another`}
        </Button>
      )}
    </FileButton>
  );
}
