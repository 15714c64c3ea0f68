import { Button } from '@mantine/core';
import {
  IconBook2,
  IconCloudDown,
  IconFileCheck,
  IconFolderOpen,
  IconKey,
  IconPackageImport,
  IconPlus,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { useJob } from '../../state/jobs.ts';
import { rememberSample } from '../../state/sample.ts';
import { useSessionChanged } from '../../state/session.ts';
import { VerifyPanel } from '../binders/verify-panel.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { ThemeSwitch } from '../shell/theme-switch.tsx';
import { BeginForm } from './begin-form.tsx';
import { CreateForm } from './create-form.tsx';
import { JoinForm } from './join-form.tsx';
import { RecentList } from './recent-list.tsx';
import { RecoverForm } from './recover-form.tsx';
import { Back } from './step.tsx';
import { UnlockForm } from './unlock-form.tsx';

/** What the person does at the door. */
type Doing =
  | { readonly what: 'choose' }
  /** Without a folder the person names one. */
  | { readonly what: 'unlock'; readonly dir: string | null }
  | { readonly what: 'create' }
  | { readonly what: 'begin' }
  | { readonly what: 'join' }
  | { readonly what: 'recover'; readonly dir: string }
  | { readonly what: 'verify' };

/** Before a workspace is open: choose, create, recover, look at the sample, or check a binder. */
export function StartScreen() {
  const lastDir = useChoices((c) => c.lastDir);
  const [doing, setDoing] = useState<Doing>(lastDir ? { what: 'unlock', dir: lastDir } : { what: 'choose' });
  const choose = () => setDoing({ what: 'choose' });
  const wide = doing.what === 'verify';
  return (
    <main className={`start ${wide ? 'start-wide' : ''}`}>
      <header className="start-head">
        <IconBook2 size={26} stroke={1.5} aria-hidden="true" />
        <h1>Bindery</h1>
        <span className="quiet">Offline audit workbench</span>
        <ThemeSwitch />
      </header>
      {doing.what === 'choose' && <Choose onDo={setDoing} />}
      {doing.what === 'unlock' && (
        <UnlockForm dir={doing.dir} onBack={choose} onRecover={(dir) => setDoing({ what: 'recover', dir })} />
      )}
      {doing.what === 'create' && <CreateForm onBack={choose} />}
      {doing.what === 'begin' && <BeginForm onBack={choose} />}
      {doing.what === 'join' && <JoinForm onBack={choose} />}
      {doing.what === 'recover' && <RecoverForm dir={doing.dir} onBack={choose} />}
      {doing.what === 'verify' && (
        <Back title="Verify a binder" onBack={choose}>
          <VerifyPanel />
        </Back>
      )}
      <footer className="start-foot quiet">
        Works without a network. Nothing leaves this machine unless you carry it or connect a server.
      </footer>
    </main>
  );
}

function Choose({ onDo }: { onDo: (doing: Doing) => void }) {
  return (
    <>
      <RecentList
        onOpen={(dir) => onDo({ what: 'unlock', dir })}
        onRecover={(dir) => onDo({ what: 'recover', dir })}
      />
      <section className="start-ways" aria-label="Other ways to begin">
        <Way
          icon={<IconPlus size={18} />}
          title="Create a workspace"
          text="An encrypted folder for your frameworks, evidence and sign-offs."
        >
          <Button onClick={() => onDo({ what: 'create' })}>New workspace</Button>
        </Way>
        <Way
          icon={<IconFolderOpen size={18} />}
          title="Open a workspace folder"
          text="One that the command line made, or that came on a stick or another disk."
        >
          <Button variant="default" onClick={() => onDo({ what: 'unlock', dir: null })}>
            Open a folder
          </Button>
        </Way>
        <Way
          icon={<IconPackageImport size={18} />}
          title="Begin from a bundle"
          text="A first courier bundle makes a copy of a colleague’s workspace here."
        >
          <Button variant="default" onClick={() => onDo({ what: 'begin' })}>
            Take a first bundle
          </Button>
        </Way>
        <Way
          icon={<IconCloudDown size={18} />}
          title="Join from a server"
          text="A copy of a workspace that another device has, by an invite from there."
        >
          <Button variant="default" onClick={() => onDo({ what: 'join' })}>
            Join from a server
          </Button>
        </Way>
        <SampleWay />
        <Way
          icon={<IconFileCheck size={18} />}
          title="Verify a binder"
          text="Check a signed PDF somebody handed you. No workspace is needed."
        >
          <Button variant="default" onClick={() => onDo({ what: 'verify' })}>
            Verify a binder
          </Button>
        </Way>
        <Way
          icon={<IconKey size={18} />}
          title="Lost the passphrase?"
          text="The recovery kit printed at the start opens the workspace."
        >
          <Button variant="default" onClick={() => onDo({ what: 'recover', dir: '' })}>
            Use the recovery kit
          </Button>
        </Way>
      </section>
    </>
  );
}

function SampleWay() {
  const { client } = useApi();
  const changed = useSessionChanged();
  const job = useJob((done) => {
    rememberSample(done.result);
    void changed();
  });
  const open = () => {
    useChoices.setState({ atDoor: true });
    job.start(() => client.workspace.sample());
  };
  return (
    <Way
      icon={<IconBook2 size={18} />}
      title="Look around first"
      text="Half a year of a readiness programme: controls, evidence, sign-offs, risks, packets, and what is left to do today."
    >
      {job.running ? (
        <JobProgress job={job} fallback="Building the sample" />
      ) : (
        <Button variant="default" onClick={open}>
          Open the sample
        </Button>
      )}
      <FaultCallout error={job.error} />
    </Way>
  );
}

function Way(props: { icon: ReactNode; title: string; text: string; children: ReactNode }) {
  return (
    <div className="start-way">
      <span className="blank-icon" aria-hidden="true">
        {props.icon}
      </span>
      <div>
        <h2>{props.title}</h2>
        <p className="quiet">{props.text}</p>
      </div>
      <div className="start-way-act">{props.children}</div>
    </div>
  );
}
