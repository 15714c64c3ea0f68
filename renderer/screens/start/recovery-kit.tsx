import { Button, Checkbox, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { recoveryKitText } from '../../../shared/domain/recovery-kit-text.ts';
import { moment } from '../../parts/format.ts';
import { saveAs } from '../../parts/save-as.ts';

/** The recovery kit, shown once; the way on opens when the person says it is stored. */
export function RecoveryKit(props: {
  kit: string;
  workspace: { readonly name: string; readonly dir: string };
  member: string;
  onStored: () => void;
}) {
  const { kit, workspace, member } = props;
  const [stored, setStored] = useState(false);
  const [at] = useState(() => new Date().toISOString());
  const save = () => {
    const text = recoveryKitText({ workspace: workspace.name, member, folder: workspace.dir, at, kit });
    saveAs(new Blob([text], { type: 'text/plain' }), `Recovery kit ${workspace.name}.txt`);
  };
  return (
    <section className="start-card" aria-label="Recovery kit">
      <div className="print-this kit">
        <h2>Recovery kit of {workspace.name}</h2>
        <p>
          Whoever holds this text can open the workspace without a passphrase. Keep it on paper, in a safe,
          apart from the machine. It is shown only now.
        </p>
        <section aria-label="Recovery kit text">
          <pre className="kit-text">{kit}</pre>
        </section>
        <p className="quiet">
          Made {moment(at)} for {member}, for the workspace in <span className="mono">{workspace.dir}</span>.
          It opens the data; signing keys are made new on recovery.
        </p>
      </div>
      <div className="row-acts">
        <Button variant="default" leftSection={<IconPrinter size={14} />} onClick={() => window.print()}>
          Print
        </Button>
        <CopyButton value={kit}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={copy}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" leftSection={<IconDownload size={14} />} onClick={save}>
          Save as text
        </Button>
      </div>
      <Checkbox
        label="I have stored it"
        checked={stored}
        onChange={(e) => setStored(e.currentTarget.checked)}
      />
      <Button disabled={!stored} onClick={props.onStored}>
        Open the workspace
      </Button>
    </section>
  );
}
