import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { PacketSectionView, PacketView } from '../../../shared/contract/packets.ts';
import { DayField } from '../../parts/day-field.tsx';
import { moment } from '../../parts/format.ts';
import { Section } from '../../parts/panel.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useSingleKeys } from '../../state/single-keys.ts';
import { usePastedFiles } from '../common/attach.ts';
import { DropArea } from '../common/drop-area.tsx';
import { Because } from '../common/evidence-beside.tsx';
import { NoteField } from '../common/note-field.tsx';
import { useMay } from '../programme/record/record-acts.ts';
import { useDraft } from '../programme/record/use-draft.ts';
import { usePacketAnswer } from './packet-answer.ts';
import { filledBy, SectionStatePill } from './packet-words.tsx';
import { SectionEvidence, useAttachTo } from './section-evidence.tsx';

interface SectionProps {
  readonly view: PacketView;
  readonly section: PacketSectionView;
}

/** One section of a packet: what it asks, what fills it, and every way to fill it. */
export function SectionPanel({ view, section }: SectionProps) {
  const may = useMay();
  const { take } = useAttachTo(view, section);
  usePastedFiles((files) => take.mutate(files), may.prepare);
  return (
    <section className="packet-section" aria-label={section.title}>
      <DropArea
        hint={`Drop to attach to ${section.title}`}
        disabled={!may.prepare}
        onFiles={(files) => take.mutate(files)}
      >
        <header className="row-acts">
          <h3 className="section-title">{section.title}</h3>
          <SectionStatePill state={section.state} />
          <span className="quiet">{filledBy(section)}</span>
        </header>
        <p className="section-help">{section.help}</p>
        {section.missing.length > 0 && section.state === 'missing' && (
          <div className="callout callout-bad">
            {section.missing.map((sentence) => (
              <div key={sentence}>{sentence}</div>
            ))}
          </div>
        )}
        {section.waiver && (
          <div className="callout callout-warn">
            <strong>
              Waived by {section.waiver.by}, {moment(section.waiver.at)}
            </strong>
            <div className="said">{section.waiver.reason}</div>
          </div>
        )}
        <ByHand view={view} section={section} />
        <SectionEvidence view={view} section={section} />
        <FromRecords section={section} />
        {section.required && <Waive view={view} section={section} />}
      </DropArea>
    </section>
  );
}

function ByHand({ view, section }: SectionProps) {
  const { client } = useApi();
  const may = useMay();
  const answer = usePacketAnswer(view.packet.id);
  const text = useRef<HTMLTextAreaElement>(null);
  useSingleKeys({ w: () => text.current?.focus() });
  const packet = view.packet.id;
  if (!section.source.includes('hand') && section.fields.length === 0) return null;
  return (
    <div className="stack section-part">
      {section.fields.length > 0 && (
        <div className="two-columns">
          {section.fields.map((field) => (
            <ValueField key={field.key} view={view} section={section} field={field} />
          ))}
        </div>
      )}
      {section.source.includes('hand') && (
        <NoteField
          draftKey={`packet ${packet} ${section.key}`}
          label="In words"
          stored={section.text}
          disabled={!may.prepare}
          minRows={4}
          inputRef={text}
          placeholder={section.help}
          save={async (words) =>
            answer(await client.packets.setSection({ packet, section: section.key, text: words }))
          }
        />
      )}
      {section.writers.length > 0 && <p className="quiet">Written by {section.writers.join(', ')}.</p>}
    </div>
  );
}

const INPUT_TYPES = { text: 'text', minutes: 'number', number: 'number' } as const;

function ValueField(props: SectionProps & { field: PacketSectionView['fields'][number] }) {
  const { client } = useApi();
  const may = useMay();
  const { view, section, field } = props;
  const packet = view.packet.id;
  const answer = usePacketAnswer(packet);
  const stored = section.values[field.key] ?? '';
  const draft = useDraft(`packet ${packet} ${section.key} ${field.key}`, stored, async (value) =>
    answer(await client.packets.setSection({ packet, section: section.key, values: { [field.key]: value } })),
  );
  const label = `${field.title}${field.type === 'minutes' ? ', in minutes' : ''}${field.required ? '' : ' (optional)'}`;
  if (field.type === 'day')
    return (
      <DayField
        label={label}
        disabled={!may.prepare}
        error={draft.fault}
        value={draft.value}
        onValue={(value) => {
          draft.type(value);
          draft.leave();
        }}
      />
    );
  return (
    <TextInput
      type={INPUT_TYPES[field.type]}
      label={label}
      description={field.help || (field.atMost === undefined ? undefined : `At most ${field.atMost}.`)}
      disabled={!may.prepare}
      error={draft.fault}
      value={draft.value}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.leave}
    />
  );
}

/** What the records of the day say here: exactly the rows that will stand on the page. */
function FromRecords({ section }: { section: PacketSectionView }) {
  return section.data.map((data) => (
    <Section key={data.name} className="section-part" title={data.summary}>
      {data.rows.length > 0 && (
        <Scroll label={data.summary} className="packet-data">
          <table className="plain-table">
            <thead>
              <tr>
                {data.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.rows.map((row) => (
                <tr key={row.join('\u0000')}>
                  {row.map((cell, i) => (
                    <td key={data.columns[i] ?? i}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {data.total > data.rows.length && (
        <p className="quiet">{`${data.rows.length} of ${data.total} stand on the page.`}</p>
      )}
    </Section>
  ));
}

/** Lets the packet go without this section, in one's own name. */
function Waive({ view, section }: SectionProps) {
  const { client } = useApi();
  const may = useMay();
  const answer = usePacketAnswer(view.packet.id);
  const [writing, setWriting] = useState(false);
  const [reason, setReason] = useState('');
  const waive = useAct(
    async () =>
      answer(
        await client.packets.waive({ packet: view.packet.id, section: section.key, reason: reason.trim() }),
      ),
    {
      done: () => {
        showDone(`${section.title} waived in your name.`);
        setWriting(false);
      },
    },
  );
  if (section.state !== 'missing') return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') waive.mutate(undefined);
  };
  if (!writing)
    return (
      <div className="section-part">
        <Because because={may.reviewBecause}>
          <Button size="compact-sm" variant="default" disabled={!may.review} onClick={() => setWriting(true)}>
            Waive this section
          </Button>
        </Because>
      </div>
    );
  return (
    <form className="stack inline-form" onSubmit={submit} aria-label="Waive">
      <Textarea
        label="Why the packet can go without it"
        autosize
        minRows={2}
        autoFocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="row-acts">
        <Button type="submit" disabled={reason.trim() === ''} loading={waive.isPending}>
          Waive as {may.name}
        </Button>
        <Button variant="default" onClick={() => setWriting(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
