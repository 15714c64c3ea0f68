import { ActionIcon, Button, FileButton, Menu, Tooltip } from '@mantine/core';
import { IconLink, IconPaperclip, IconUnlink } from '@tabler/icons-react';
import { useState } from 'react';
import type { EvidenceRow } from '../../../../shared/contract/frameworks.ts';
import { readableName } from '../../../../shared/domain/spell-out.ts';
import { KeyHint } from '../../../parts/key-hint.tsx';
import { Section } from '../../../parts/panel.tsx';
import { showDone, useAct } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { go } from '../../../state/place.ts';
import { useSingleKeys } from '../../../state/single-keys.ts';
import { usePastedFiles } from '../../common/attach.ts';
import { ChooseEvidence } from '../../common/choose-evidence.tsx';
import { DropArea } from '../../common/drop-area.tsx';
import { Because } from '../../common/evidence-beside.tsx';
import { EvidencePreview } from '../../common/evidence-preview.tsx';
import { takeFiles } from '../../common/take-files.ts';
import { EvidenceStatePill } from '../../common/words.tsx';
import { useMay } from './record-acts.ts';

/** Evidence shown as proof on a record: what there is, and every way to show more. */
export function ProofPart(props: {
  record: string;
  proofs: readonly EvidenceRow[];
  /** How people name the record. */
  label: string;
  /** Whether E and pasting act here: only one part of a screen may take them. */
  keys?: boolean;
}) {
  const { client, files: door } = useApi();
  const may = useMay();
  const [choosing, setChoosing] = useState(false);
  const show = (evidence: string) => client.programme.prove({ record: props.record, evidence });
  const take = useAct(
    async (files: readonly File[]) => {
      for (const evidence of await takeFiles({ client, door }, files)) await show(evidence);
      return files.length;
    },
    {
      done: (n) =>
        showDone(`${n === 1 ? 'The file is' : `${n} files are`} in the vault, shown as proof here.`),
    },
  );
  usePastedFiles((files) => take.mutate(files), may.prepare && props.keys === true);
  return (
    <DropArea
      hint={`Drop to show it as proof on ${props.label}`}
      disabled={!may.prepare}
      onFiles={(files) => take.mutate(files)}
    >
      <Section
        title={props.proofs.length === 0 ? 'Proof' : `Proof (${props.proofs.length})`}
        aside={
          <ProofMenu
            keys={props.keys === true}
            busy={take.isPending}
            onFiles={(files) => take.mutate(files)}
            onChoose={() => setChoosing(true)}
          />
        }
      >
        {props.proofs.length === 0 && (
          <p className="quiet beside-none">
            {may.prepare ? 'None yet. Pick files or drop them here.' : 'None shown.'}
          </p>
        )}
        <ul className="list-plain">
          {props.proofs.map((row) => (
            <ProofLine key={row.id} row={row} record={props.record} may={may.prepare} />
          ))}
        </ul>
        {props.keys && props.proofs[0]?.files[0] && (
          <EvidencePreview evidence={props.proofs[0].id} index={0} file={props.proofs[0].files[0]} />
        )}
      </Section>
      <ChooseEvidence
        opened={choosing}
        title={`Show evidence on ${props.label}`}
        word="Show"
        taken={new Set(props.proofs.map(({ id }) => id))}
        onClose={() => setChoosing(false)}
        onChoose={async (row) => {
          await show(row.id);
          showDone(`${row.reference} is shown as proof on ${props.label}.`);
        }}
      />
    </DropArea>
  );
}

function ProofMenu(props: {
  keys: boolean;
  busy: boolean;
  onFiles: (files: File[]) => void;
  onChoose: () => void;
}) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  useSingleKeys({ e: () => setOpen(true) }, may.prepare && props.keys);
  return (
    <FileButton multiple onChange={props.onFiles}>
      {(pick) => (
        <Menu opened={open} onChange={setOpen} position="bottom-end" disabled={!may.prepare}>
          <Because because={may.prepareBecause}>
            <Menu.Target>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconPaperclip size={13} />}
                loading={props.busy}
                disabled={!may.prepare}
              >
                Attach proof
                {props.keys && <KeyHint keys="E" />}
              </Button>
            </Menu.Target>
          </Because>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPaperclip size={14} />} onClick={pick.onClick}>
              Pick files
            </Menu.Item>
            <Menu.Item leftSection={<IconLink size={14} />} onClick={props.onChoose}>
              Show existing evidence
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </FileButton>
  );
}

function ProofLine({ row, record, may }: { row: EvidenceRow; record: string; may: boolean }) {
  const { client } = useApi();
  const off = useAct(() => client.programme.prove({ record, evidence: row.id, on: false }), {
    done: () => showDone(`${row.reference} taken off; it stays in the vault.`),
  });
  return (
    <li className="evidence-line-head">
      <button type="button" className="evidence-pick" onClick={() => go('evidence', row.id)}>
        <code>{row.reference}</code> {readableName(row.title)}
      </button>
      <EvidenceStatePill state={row.state} />
      {may && (
        <Tooltip label="Take it off here">
          <ActionIcon
            size={22}
            aria-label={`Take ${row.reference} off`}
            onClick={() => off.mutate(undefined)}
          >
            <IconUnlink size={13} />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}
