import { ActionIcon, Button, FileButton, Menu, Tooltip } from '@mantine/core';
import { IconLink, IconPaperclip, IconUnlink } from '@tabler/icons-react';
import { useState } from 'react';
import type { PacketSectionView, PacketView } from '../../../shared/contract/packets.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Section } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { ChooseEvidence } from '../common/choose-evidence.tsx';
import { Because } from '../common/evidence-beside.tsx';
import { takeFiles } from '../common/take-files.ts';
import { useMay } from '../programme/record/record-acts.ts';
import { usePacketAnswer } from './packet-answer.ts';

/** Attaches evidence to a section: what is in the vault already, or files that are taken into it first. */
export function useAttachTo(view: PacketView, section: PacketSectionView) {
  const { client, files: door } = useApi();
  const packet = view.packet.id;
  const answer = usePacketAnswer(packet);
  const attach = async (evidence: string, on = true) =>
    answer(await client.packets.attach({ packet, section: section.key, evidence, on }));
  const take = useAct(
    async (files: readonly File[]) => {
      for (const evidence of await takeFiles({ client, door }, files)) await attach(evidence);
      return files.length;
    },
    { done: (n) => showDone(`${plural(n, 'file')} taken into the vault and attached to ${section.title}.`) },
  );
  return { attach, take };
}

/** The evidence of a section, and every way to attach more. */
export function SectionEvidence({ view, section }: { view: PacketView; section: PacketSectionView }) {
  const may = useMay();
  const [choosing, setChoosing] = useState(false);
  const [open, setOpen] = useState(false);
  const { attach, take } = useAttachTo(view, section);
  useSingleKeys({ e: () => setOpen(true) }, may.prepare);
  const off = useAct((evidence: string) => attach(evidence, false), {
    done: () => showDone('Taken off; it stays in the vault.'),
  });
  if (!section.source.includes('artifacts') && section.evidence.length === 0) return null;
  return (
    <Section
      className="section-part"
      title={section.evidenceNeeded > 0 ? `Evidence, at least ${section.evidenceNeeded}` : 'Evidence'}
      aside={
        <FileButton multiple onChange={(files) => take.mutate(files)}>
          {(pick) => (
            <Menu opened={open} onChange={setOpen} position="bottom-end" disabled={!may.prepare}>
              <Because because={may.prepareBecause}>
                <Menu.Target>
                  <Button
                    size="compact-sm"
                    variant="default"
                    leftSection={<IconPaperclip size={13} />}
                    disabled={!may.prepare}
                    loading={take.isPending}
                  >
                    Attach
                    <KeyHint keys="E" />
                  </Button>
                </Menu.Target>
              </Because>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconPaperclip size={14} />} onClick={pick.onClick}>
                  Pick files
                </Menu.Item>
                <Menu.Item leftSection={<IconLink size={14} />} onClick={() => setChoosing(true)}>
                  Attach existing evidence
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </FileButton>
      }
    >
      {section.evidence.length === 0 && (
        <p className="quiet beside-none">None yet. Pick files, drop them here, or paste a screenshot.</p>
      )}
      <ul className="list-plain">
        {section.evidence.map((one) => (
          <li key={one.id} className="evidence-line-head">
            <button type="button" className="evidence-pick" onClick={() => go('evidence', one.id)}>
              <code>{one.reference}</code> {readableName(one.title)}{' '}
              <span className="quiet">{plural(one.files.length, 'file')}</span>
            </button>
            {may.prepare && (
              <Tooltip label="Take it off here">
                <ActionIcon
                  size={22}
                  aria-label={`Take ${one.reference} off`}
                  onClick={() => off.mutate(one.id)}
                >
                  <IconUnlink size={13} />
                </ActionIcon>
              </Tooltip>
            )}
          </li>
        ))}
      </ul>
      <ChooseEvidence
        opened={choosing}
        title={`Attach evidence to ${section.title}`}
        word="Attach"
        taken={new Set(section.evidence.map(({ id }) => id))}
        onClose={() => setChoosing(false)}
        onChoose={async (row) => {
          await attach(row.id);
          showDone(`${row.reference} attached to ${section.title}.`);
        }}
      />
    </Section>
  );
}
