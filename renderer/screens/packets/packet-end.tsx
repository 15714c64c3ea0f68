import { Button } from '@mantine/core';
import { IconDownload, IconFileCertificate } from '@tabler/icons-react';
import type { PacketView } from '../../../shared/contract/packets.ts';
import { ComposedBinder } from '../../../shared/contract/proof.ts';
import { PACKET_ITSELF } from '../../../shared/domain/programme/packet.ts';
import { bytes, dated, moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Section } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { WordDiff } from '../../parts/word-diff.tsx';
import { showDone, showFault, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { drafts } from '../../state/drafts.ts';
import { jobResultPath } from '../../state/files.ts';
import { useJob } from '../../state/jobs.ts';
import { go } from '../../state/place.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { JobProgress } from '../common/job-progress.tsx';
import { SigningKeyChoice, useSigningKey } from '../common/signing-key.tsx';
import { useMay } from '../programme/record/record-acts.ts';
import { Customer } from './customer-word.tsx';
import { usePacketAnswer } from './packet-answer.ts';

/** What ends a packet: what still blocks it, making it final, the customer's word, and its page. */
export function PacketEnd({ view, onSection }: { view: PacketView; onSection: (key: string) => void }) {
  return (
    <aside className="packet-end" aria-label="Finish">
      <Finalise view={view} onSection={onSection} />
      {view.differences.length > 0 && <Differences view={view} onSection={onSection} />}
      {view.packet.customer !== 'not-needed' && <Customer view={view} />}
      <Export view={view} />
    </aside>
  );
}

function Finalise({ view, onSection }: { view: PacketView; onSection: (key: string) => void }) {
  const { client } = useApi();
  const may = useMay();
  const packet = view.packet.id;
  const answer = usePacketAnswer(packet);
  const finalise = useAct(
    async () => {
      await drafts.flushAll();
      return answer(await client.packets.finalise({ packet }));
    },
    { done: () => showDone(`${view.packet.title} is final in your name.`), failed: () => undefined },
  );
  const { finalisation, missing } = view;
  const blocking = sectionsOf(missing);
  const done = view.packet.state === 'final';
  return (
    <Section
      title={done ? 'Final' : blocking.length === 0 ? 'Nothing blocks it' : 'What blocks it'}
      aside={blocking.length > 0 && plural(blocking.length, 'section')}
    >
      {finalisation && (
        <p className={done ? '' : 'quiet'}>
          {done && <Pill tone="good">Final</Pill>} by {finalisation.by}, {moment(finalisation.at)}
          <br />
          <Hash value={finalisation.digest} label="digest" />
        </p>
      )}
      {missing.length > 0 && (
        <ul className="list-plain blockers">
          {blocking.map(({ section, title, because }) => (
            <li key={section}>
              <button
                type="button"
                className="link-row"
                onClick={() =>
                  section === PACKET_ITSELF.section ? go('ledger', 'conflicts') : onSection(section)
                }
              >
                <strong>{title}</strong>
                <span className="under quiet">{dated(because.join(' '))}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <FaultCallout error={finalise.error} />
      {!done && (
        <Because because={missing.length > 0 ? 'Something is still missing.' : may.prepareBecause}>
          <Button
            mt="xs"
            disabled={missing.length > 0 || !may.prepare}
            loading={finalise.isPending}
            onClick={() => finalise.mutate(undefined)}
          >
            {finalisation ? 'Make it final again' : 'Make it final'}
          </Button>
        </Because>
      )}
    </Section>
  );
}

/** What is missing, once for each section. */
function sectionsOf(missing: PacketView['missing']) {
  return [...new Set(missing.map(({ section }) => section))].map((section) => {
    const here = missing.filter((one) => one.section === section);
    return { section, title: here[0]?.title ?? section, because: here.map(({ because }) => because) };
  });
}

/** What is no longer as it was when the packet was made final. */
function Differences({ view, onSection }: { view: PacketView; onSection: (key: string) => void }) {
  return (
    <Section title={`Changed since: ${plural(view.differences.length, 'difference')}`}>
      <ul className="list-plain">
        {view.differences.map((one) => (
          <li key={`${one.section} ${one.what}`}>
            <button type="button" className="link-row" onClick={() => onSection(one.section)}>
              <strong>{one.title || PACKET_ITSELF.title}</strong> <span className="quiet">{one.what}</span>
            </button>
            <WordDiff before={one.before} after={one.after} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The packet as a signed page; one that is not final says so on it. */
function Export({ view }: { view: PacketView }) {
  const { client, files } = useApi();
  const may = useMay();
  const hand = useSigningKey();
  const job = useJob(() => hand.pick(null));
  const compose = () =>
    job.start(async () => client.packets.compose({ packet: view.packet.id, key: await hand.take() }));
  const done = job.state?.state === 'done' ? ComposedBinder.safeParse(job.state.result) : null;
  const download = (id: string, file: string) =>
    void files
      .download(jobResultPath(id), file.split(/[\\/]/).at(-1) ?? 'packet.pdf')
      .catch((error: unknown) => showFault(error));
  const final = view.packet.state === 'final';
  return (
    <Section title="PDF">
      <p className="quiet">
        {view.template.onePage ? 'One page' : 'All of it'}, signed by you as preparer.
        {!final && ' It is not final, and the page will say so.'}
      </p>
      {job.running && <JobProgress job={job} fallback="Composing the packet" cancel />}
      <FaultCallout error={job.error} />
      {done?.success && job.state && (
        <div className="callout callout-good" role="status">
          <strong>
            {plural(done.data.pages, 'page')}, {bytes(done.data.bytes)}
          </strong>
          <div>
            <Hash value={done.data.sha256} />
          </div>
          <Button
            size="compact-sm"
            leftSection={<IconDownload size={13} />}
            onClick={() => job.state && download(job.state.job, done.data.file)}
          >
            Download
          </Button>
        </div>
      )}
      <SigningKeyChoice hand={hand} disabled={job.running} />
      <Because because={may.prepareBecause}>
        <Button
          mt="xs"
          variant={final ? 'filled' : 'default'}
          leftSection={<IconFileCertificate size={14} />}
          disabled={!may.prepare || job.running || !hand.ready}
          onClick={compose}
        >
          Compose and sign
        </Button>
      </Because>
    </Section>
  );
}
