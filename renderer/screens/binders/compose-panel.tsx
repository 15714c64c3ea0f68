import { Autocomplete, Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { IconFileCertificate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Contract } from '../../../shared/contract/index.ts';
import { ComposedBinder } from '../../../shared/contract/proof.ts';
import {
  BINDER_PROFILES,
  type BinderProfile,
  PAPER_SIZES,
  type PaperSize,
  PROFILES,
} from '../../../shared/domain/binder-profile.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { sizeOf, volumeSizeFault } from '../../../shared/domain/volumes.ts';
import { EmptyState, LoadingRows } from '../../parts/blank.tsx';
import { bytes, count, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { useJob } from '../../state/jobs.ts';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { Loaded } from '../common/loaded.tsx';
import { SigningKeyChoice, useSigningKey } from '../common/signing-key.tsx';
import { ComposedResult } from './composed-result.tsx';
import { Omissions } from './omissions.tsx';
import { keptElsewhere, type RedactedIn, Redactions, redactedOmissions } from './redactions.tsx';

type Preview = InferContractRouterOutputs<Contract>['binders']['preview'];
type Kind = 'evidence' | 'release' | 'handover';

const KINDS: readonly { value: Kind; label: string }[] = [
  { value: 'evidence', label: 'Evidence binder' },
  { value: 'release', label: 'Release packet' },
  { value: 'handover', label: 'Handover packet' },
];

/** What fits a disc of old, and what mail and readers take; any other size may be typed. */
const VOLUME_SIZES = ['25 MiB', '700 MiB', '2 GiB', '4 GiB', '9 GiB'];
const USUAL_VOLUME = '2 GiB';

/** What a binder would hold and leave out, what is still open, and the act of composing it. */
export function ComposePanel() {
  const { orpc } = useApi();
  const { engagement, loading } = useEngagement();
  const [kind, setKind] = useState<Kind>('evidence');
  const input = { kind, ...(engagement ? { engagement: engagement.id } : {}) };
  const preview = useQuery(
    orpc.binders.preview.queryOptions({
      input,
      enabled: engagement !== null,
      placeholderData: (previous) => previous,
    }),
  );
  if (loading) return <LoadingRows label="Loading" />;
  if (!engagement) {
    return (
      <EmptyState
        icon={<IconFileCertificate size={30} stroke={1.4} />}
        title="Nothing to hand over yet"
        text="A binder is composed from an engagement: its results, evidence and sign-offs in one signed PDF that anyone can verify."
      >
        <Button onClick={() => go('frameworks')}>Go to frameworks</Button>
      </EmptyState>
    );
  }
  return (
    <div className="stack">
      <Loaded query={preview} label="Looking at what would be in it">
        {(data) => <Composer preview={data} kind={kind} onKind={setKind} />}
      </Loaded>
    </div>
  );
}

function Composer({ preview, kind, onKind }: { preview: Preview; kind: Kind; onKind: (kind: Kind) => void }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const [title, setTitle] = useState('');
  const [profile, setProfile] = useState<BinderProfile>('full');
  const [page, setPage] = useState<PaperSize>('A4');
  const [volume, setVolume] = useState(USUAL_VOLUME);
  const [chosen, setChosen] = useState<readonly RedactedIn[]>([]);
  const { engagement } = preview;
  const redacted = chosen.filter((one) => one.engagement.id === engagement.id);
  const hand = useSigningKey();
  const job = useJob(() => hand.pick(null));
  const volumeBytes = sizeOf(volume);
  const volumeFault = volumeSizeFault(volume);
  const may = mayAccess(member.role, 'prepare');
  const compose = () =>
    job.start(async () =>
      client.binders.compose({
        key: await hand.take(),
        engagement: engagement.id,
        kind,
        profile,
        page,
        redact: redacted.map(({ request }) => request),
        ...(volumeBytes === null ? {} : { volumeBytes }),
        ...(title.trim() ? { title: title.trim() } : {}),
      }),
    );
  const done = job.state?.state === 'done' ? ComposedBinder.safeParse(job.state.result) : null;
  return (
    <div className="compose-grid">
      <div className="stack">
        {done?.success && job.state ? (
          <ComposedResult binder={done.data} job={job.state.job} />
        ) : (
          <Panel
            title={redacted.length > 0 ? 'Compose a redacted binder' : `Compose ${preview.suggestedName}`}
          >
            <div className="stack">
              <SegmentedControl
                className="binder-kinds"
                aria-label="Kind of binder"
                w="fit-content"
                disabled={job.running}
                data={[...KINDS]}
                value={kind}
                onChange={(value) => {
                  job.forget();
                  onKind(KINDS.find((k) => k.value === value)?.value ?? 'evidence');
                }}
              />
              <InIt preview={preview} />
              <div className="two-columns">
                <Select
                  label="For whom"
                  description={PROFILES[profile].purpose}
                  inputWrapperOrder={['label', 'input', 'description']}
                  disabled={job.running}
                  allowDeselect={false}
                  data={BINDER_PROFILES.map((value) => ({ value, label: PROFILES[value].title }))}
                  value={profile}
                  onChange={(value) => setProfile(value ?? 'full')}
                />
                <Select
                  label="Paper"
                  disabled={job.running}
                  allowDeselect={false}
                  data={[...PAPER_SIZES]}
                  value={page}
                  onChange={(value) => setPage(value ?? 'A4')}
                />
              </div>
              <div className="two-columns">
                <TextInput
                  label="Title on the cover"
                  placeholder={engagement.name}
                  value={title}
                  maxLength={200}
                  onChange={(e) => setTitle(e.currentTarget.value)}
                />
                <Autocomplete
                  label="Largest file"
                  size="xs"
                  description="Evidence that does not fit goes into further volumes beside it."
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  disabled={job.running}
                  data={VOLUME_SIZES}
                  filter={({ options }) => options}
                  value={volume}
                  error={volumeFault}
                  onChange={setVolume}
                />
              </div>
              <Redactions
                redacted={redacted}
                elsewhere={keptElsewhere(chosen, engagement.id)}
                onChange={(list) =>
                  setChosen([
                    ...chosen.filter((one) => one.engagement.id !== engagement.id),
                    ...list.map((one) => ({ ...one, engagement })),
                  ])
                }
                disabled={job.running}
              />
              <SigningKeyChoice hand={hand} disabled={job.running} />
              {job.running && <JobProgress job={job} fallback="Composing" cancel />}
              {job.state?.state === 'cancelled' && (
                <p role="status">Stopped as you asked. No file was kept.</p>
              )}
              <FaultCallout error={job.error} />
              <div className="row-acts">
                <Because because={may.allowed ? '' : may.because}>
                  <Button
                    leftSection={<IconFileCertificate size={14} />}
                    disabled={!may.allowed || job.running || !hand.ready || volumeFault !== null}
                    onClick={compose}
                  >
                    Compose and sign
                  </Button>
                </Because>
                <span className="quiet">
                  {may.allowed
                    ? `${signedWith(hand.kind, member.name)} Every page and file is covered.`
                    : may.because}
                </span>
              </div>
            </div>
          </Panel>
        )}
        {done?.success && (
          <Button variant="default" w="fit-content" onClick={job.forget}>
            Compose another
          </Button>
        )}
      </div>
      <div className="stack">
        <StillOpen open={preview.open} />
        <Omissions
          omitted={[...redactedOmissions(redacted), ...preview.omitted]}
          title="Left out, with the reason"
          without={PROFILES[profile].without}
        />
      </div>
    </div>
  );
}

function signedWith(kind: 'member' | 'file', name: string): string {
  return kind === 'member'
    ? `Signed with your certificate, ${name}.`
    : `Signed with the key in the file; your own key says that it is ${name}’s.`;
}

function InIt({ preview }: { preview: Preview }) {
  return (
    <dl className="facts">
      <dt>Engagement</dt>
      <dd>{preview.engagement.name}</dd>
      <dt>Controls</dt>
      <dd>{count(preview.controls)}</dd>
      <dt>Checklists</dt>
      <dd>{count(preview.checklists)}</dd>
      <dt>Evidence</dt>
      <dd>
        {plural(preview.evidence, 'record')}, {plural(preview.files, 'file')} embedded, {bytes(preview.bytes)}
      </dd>
      <dt>Also</dt>
      <dd>
        the checks as OSCAL, the register as CSV, ledger extract, proofs, checkpoint and the manifest of all
        of it
      </dd>
      <dt>Written to</dt>
      <dd>
        <span className="mono">{preview.folder}</span>
        <div className="quiet">
          As a plain PDF: whoever can read that folder can read it. The binder is signed, not encrypted.
        </div>
      </dd>
    </dl>
  );
}

/** What is not finished; the binder says so itself, so it does not hold the composing back. */
function StillOpen({ open }: { open: Preview['open'] }) {
  const lines = [
    {
      value: open.conflicts,
      words: plural(open.conflicts, 'conflict'),
      tone: 'bad',
      go: () => go('ledger', 'conflicts'),
    },
    {
      value: open.voided,
      words: `${plural(open.voided, 'sign-off')} void after a change`,
      tone: 'bad',
      go: () => go('review'),
    },
    {
      value: open.unsigned,
      words: `${count(open.unsigned)} decided but not signed as prepared`,
      tone: 'warn',
      go: () => go('review'),
    },
    {
      value: open.returned,
      words: `${count(open.returned)} returned by a reviewer`,
      tone: 'warn',
      go: () => go('review'),
    },
    {
      value: open.unreviewed,
      words: `${count(open.unreviewed)} not reviewed by a second person`,
      tone: 'warn',
      go: () => go('review'),
    },
    {
      value: open.notReviewed,
      words: `${count(open.notReviewed)} without a result`,
      tone: 'plain',
      go: () => go('controls'),
    },
  ] as const;
  const shown = lines.filter((line) => line.value > 0);
  return (
    <Panel title={shown.length === 0 ? 'Nothing is open' : 'Still open'} aside="the binder will say so">
      {shown.length === 0 ? (
        <p>
          <Pill tone="good">Complete</Pill> Every result is signed and reviewed.
        </p>
      ) : (
        <ul className="list-plain">
          {shown.map((line) => (
            <li key={line.words} className="line">
              <Pill tone={line.tone}>
                {line.tone === 'plain' ? 'open' : line.tone === 'bad' ? 'settle first' : 'to do'}
              </Pill>
              <span className="grow">{line.words}</span>
              <button type="button" className="link" onClick={line.go} aria-label={`Go there: ${line.words}`}>
                Go there
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
