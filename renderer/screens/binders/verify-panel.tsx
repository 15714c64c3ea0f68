import { Button, FileButton } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { VerifyReport } from '../../../shared/domain/binder.ts';
import { DropArea } from '../../parts/drop-area.tsx';
import { plural } from '../../parts/format.ts';
import { useApi } from '../../state/api.tsx';
import { useJob } from '../../state/jobs.ts';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { Countersign } from './countersign.tsx';
import { VerifyView } from './verify-view.tsx';

/** Drop a binder, read the verdict. Needs no workspace; with one, a valid binder can be countersigned. */
export function VerifyPanel({ inWorkspace = false }: { inWorkspace?: boolean }) {
  const { client, files: door } = useApi();
  const [file, setFile] = useState<File | null>(null);
  const began = useRef(0);
  const [took, setTook] = useState(0);
  const [named, setNamed] = useState<readonly string[]>([]);
  const job = useJob(() => setTook(performance.now() - began.current));
  const check = (picked: File | null | undefined, trusted = named) => {
    if (!picked) return;
    setFile(picked);
    began.current = performance.now();
    job.start(async () => {
      // Whoever is in this workspace is known by the key the workspace holds of them.
      const members = inWorkspace ? (await client.members.list()).rows.map((m) => m.certificatePem) : [];
      const { upload } = await door.stage(picked);
      return client.binders.verify({ file: { upload }, trust: [...members, ...trusted] });
    });
  };
  const trust = async (files: File[]) => {
    const all = [...named, ...(await Promise.all(files.map((certificate) => certificate.text())))];
    setNamed(all);
    check(file, all);
  };
  const trustButton = (
    <TrustButton count={named.length} disabled={job.running} onFiles={(files) => void trust(files)} />
  );
  const parsed = job.state?.state === 'done' ? VerifyReport.safeParse(job.state.result) : null;
  const report = parsed?.success ? parsed.data : null;
  return (
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
          {job.running && <JobProgress job={job} fallback={`Reading ${file?.name ?? 'the file'}`} cancel />}
          <FaultCallout error={job.error} />
          {parsed && !parsed.success && (
            <p role="alert">The answer could not be read. Verify with "bindery verify" instead.</p>
          )}
        </div>
      )}
      {report && file && (
        <>
          <VerifyView report={report} name={file.name} seconds={took / 1000} />
          <div className="row-acts">
            <PickBinder onFile={(picked) => check(picked)} label="Verify another" disabled={job.running} />
            {trustButton}
            {inWorkspace && report.verdict !== 'invalid' && <Countersign key={report.sha256} file={file} />}
          </div>
        </>
      )}
    </DropArea>
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
