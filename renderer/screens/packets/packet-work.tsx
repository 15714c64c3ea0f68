import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { PacketSectionView, PacketView } from '../../../shared/contract/packets.ts';
import { dated, day } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Loaded } from '../common/loaded.tsx';
import { PacketEnd } from './packet-end.tsx';
import { PacketTitle } from './packet-title.tsx';
import { PacketStatePill, SectionStateMark } from './packet-words.tsx';
import { SectionPanel } from './section-panel.tsx';

/** One packet: its sections at the left, the one in front in the middle, and what ends it at the right. */
export function PacketWork({ id }: { id: string }) {
  const { orpc } = useApi();
  const packet = useQuery(orpc.packets.get.queryOptions({ input: { packet: id } }));
  return (
    <Loaded query={packet} label="Loading the packet" rows={10}>
      {({ view }) => <Desk view={view} />}
    </Loaded>
  );
}

function Desk({ view }: { view: PacketView }) {
  const [key, setKey] = useState(() => firstToDo(view.sections)?.key ?? '');
  const open = view.sections.find((section) => section.key === key) ?? view.sections[0];
  const at = open === undefined ? -1 : view.sections.indexOf(open);
  const move = (by: number) => {
    const next = view.sections[Math.min(view.sections.length - 1, Math.max(0, at + by))];
    if (next) setKey(next.key);
  };
  useSingleKeys({
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    escape: () => go('packets'),
  });
  return (
    <>
      <Head view={view} />
      <div className="packet-desk">
        <nav className="packet-sections" aria-label="Sections">
          <p className="toolbar">
            <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
          </p>
          <ol className="list-plain">
            {view.sections.map((section) => (
              <SectionLine
                key={section.key}
                section={section}
                open={section === open}
                onOpen={() => setKey(section.key)}
              />
            ))}
          </ol>
        </nav>
        {open && <SectionPanel key={open.key} view={view} section={open} />}
        <PacketEnd view={view} onSection={setKey} />
      </div>
    </>
  );
}

function firstToDo(sections: readonly PacketSectionView[]): PacketSectionView | undefined {
  return sections.find(({ state }) => state === 'missing') ?? sections[0];
}

function Head({ view }: { view: PacketView }) {
  const { packet } = view;
  const about = [packet.template.title, packet.about, packet.environment, packet.period]
    .filter((part) => part !== '' && !packet.title.includes(part))
    .map(dated)
    .join(' · ');
  return (
    <header className="packet-head">
      <ActionIcon aria-label="Back to all packets" onClick={() => go('packets')}>
        <IconArrowLeft size={15} />
      </ActionIcon>
      <div className="grow">
        <PacketTitle packet={packet} />
        <p className="quiet">
          {about} · data of {day(view.day)}
        </p>
      </div>
      <span role="status" className="quiet">
        {packet.settled} of {packet.required} required sections settled
      </span>
      <PacketStatePill state={packet.state} />
    </header>
  );
}

function SectionLine(props: { section: PacketSectionView; open: boolean; onOpen: () => void }) {
  const { section, open } = props;
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (open) line.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li ref={line} className={open ? 'gate-line is-open' : 'gate-line'}>
      <button type="button" aria-current={open ? 'true' : undefined} onClick={props.onOpen}>
        <SectionStateMark state={section.state} />
        <span className="grow gate-title">{section.title}</span>
        {!section.required && <span className="quiet under">optional</span>}
      </button>
    </li>
  );
}
