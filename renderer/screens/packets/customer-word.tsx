import { Button, FileInput, Textarea, TextInput } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { PacketView } from '../../../shared/contract/packets.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { DayField } from '../../parts/day-field.tsx';
import { day, moment, today } from '../../parts/format.ts';
import { Section } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { Because } from '../common/evidence-beside.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';
import { takeFiles } from '../common/take-files.ts';
import { useMay } from '../programme/record/record-acts.ts';
import { usePacketAnswer } from './packet-answer.ts';

/** The customer's word on a packet, with the paper that shows it. */
export function Customer({ view }: { view: PacketView }) {
  const [writing, setWriting] = useState(false);
  const may = useMay();
  const final = view.packet.state === 'final';
  const because = final ? may.prepareBecause : 'The customer signs off what is final.';
  return (
    <Section title="The customer’s word">
      {view.handovers.length === 0 && !writing && (
        <p className="quiet">Not captured yet. It is about the packet exactly as it was made final.</p>
      )}
      <ul className="list-plain">
        {view.handovers.map((one) => (
          <li key={one.id}>
            <div className="row-acts">
              <strong>{one.name}</strong> <span className="quiet">{one.organisation}</span>
              {one.current ? (
                <Pill tone="good">Stands</Pill>
              ) : (
                <Pill tone="warn">About an earlier state</Pill>
              )}
            </div>
            <div className="said">{one.statement}</div>
            {one.evidence.map((paper) => (
              <button
                key={paper.id}
                type="button"
                className="link-row"
                onClick={() => go('evidence', paper.id)}
              >
                <IconPaperclip size={13} aria-hidden /> {paper.reference} {readableName(paper.title)}
              </button>
            ))}
            <div className="quiet">
              {day(one.on)} · captured by {one.by}, {moment(one.at)}
            </div>
          </li>
        ))}
      </ul>
      {writing ? (
        <SignOffForm view={view} onClose={() => setWriting(false)} />
      ) : (
        <Because because={because}>
          <Button variant="default" disabled={because !== ''} onClick={() => setWriting(true)}>
            Capture the sign-off
          </Button>
        </Because>
      )}
    </Section>
  );
}

function SignOffForm({ view, onClose }: { view: PacketView; onClose: () => void }) {
  const { client, files: door } = useApi();
  const packet = view.packet.id;
  const answer = usePacketAnswer(packet);
  const [papers, setPapers] = useState<File[]>([]);
  const [said, setSaid] = useState({ name: '', organisation: '', on: today(), statement: '' });
  const sign = useAct(
    async () =>
      answer(
        await client.packets.signOff({
          packet,
          ...{ name: said.name.trim(), organisation: said.organisation.trim() },
          ...{ on: said.on, statement: said.statement.trim() },
          evidence: await takeFiles({ client, door }, papers),
        }),
      ),
    {
      done: () => {
        showDone('The customer’s word is captured; it is in the ledger for good.');
        onClose();
      },
      failed: () => undefined,
    },
  );
  const ready = [said.name, said.organisation, said.on, said.statement].every((part) => part.trim() !== '');
  const set = (field: keyof typeof said) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setSaid((now) => ({ ...now, [field]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) sign.mutate(undefined);
  };
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label="Customer sign-off">
      <TextInput label="Name" autoFocus value={said.name} onChange={set('name')} />
      <TextInput label="Organisation" value={said.organisation} onChange={set('organisation')} />
      <DayField label="On" value={said.on} onValue={(on) => setSaid((now) => ({ ...now, on }))} />
      <Textarea
        label="In their words"
        autosize
        minRows={2}
        value={said.statement}
        onChange={set('statement')}
      />
      <FileInput
        label="Signed paper"
        description="A letter, a scan or a message that shows their word. It is taken into the vault."
        placeholder="None chosen"
        multiple
        clearable
        value={papers}
        onChange={setPapers}
        leftSection={<IconPaperclip size={14} />}
      />
      <FaultCallout error={sign.error} />
      <div className="row-acts">
        <Button type="submit" disabled={!ready} loading={sign.isPending}>
          Capture it
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
