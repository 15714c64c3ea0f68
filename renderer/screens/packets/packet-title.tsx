import { ActionIcon, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PacketRow } from '../../../shared/contract/packets.ts';
import type { ProgrammeView } from '../../../shared/contract/programme.ts';
import { takesReview } from '../../../shared/domain/programme/decisive.ts';
import { useApi } from '../../state/api.tsx';
import { useMay, useSetField } from '../programme/record/record-acts.ts';

/** What a packet is called; whoever opened it may call it otherwise. */
export function PacketTitle({ packet }: { packet: PacketRow }) {
  const { orpc } = useApi();
  const [renaming, setRenaming] = useState(false);
  const view = useQuery(orpc.programme.get.queryOptions({ input: { record: packet.record } }));
  const may = useMay();
  const own = view.data?.own ?? false;
  const takes = takesReview({ kind: 'packet', field: 'title', value: '', own }, false);
  if (renaming && view.data !== undefined)
    return <Renaming row={view.data.row} onClose={() => setRenaming(false)} />;
  return (
    <h2 className="row-acts">
      {view.data?.row.title ?? packet.title}
      {(takes ? may.decide : may.prepare) && view.data !== undefined && (
        <ActionIcon aria-label="Rename the packet" onClick={() => setRenaming(true)}>
          <IconPencil size={15} />
        </ActionIcon>
      )}
    </h2>
  );
}

function Renaming({ row, onClose }: { row: ProgrammeView['row']; onClose: () => void }) {
  const [title, setTitle] = useState(row.title);
  const set = useSetField(row);
  const save = () => {
    if (title.trim() !== '' && title.trim() !== row.title) set('Name', { title: title.trim() });
    onClose();
  };
  return (
    <TextInput
      label="Name of the packet"
      description="Waivers hold for the name they were given under."
      value={title}
      autoFocus
      onChange={(event) => setTitle(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') onClose();
      }}
    />
  );
}
