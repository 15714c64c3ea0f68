import { ActionIcon, Button, FileButton, Menu, Tooltip } from '@mantine/core';
import { IconLink, IconPaperclip, IconUnlink } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { day } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { KeyHint } from '../../parts/key-hint.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { type AttachTarget, useAttach, usePastedFiles } from './attach.ts';
import { AttachStep } from './attach-step.tsx';
import { DropArea } from './drop-area.tsx';
import { EvidencePreview } from './evidence-preview.tsx';
import { LinkExisting } from './link-existing.tsx';
import { type SignOff, voidedWords } from './signed-work.ts';
import { EvidenceStatePill } from './words.tsx';

/** The evidence of one claim, beside it: what there is, shown in place, and every way to add more. */
export function EvidenceBeside(props: {
  evidence: readonly EvidenceRow[];
  /** Who vouches for the claim: other evidence voids what they signed. */
  signOffs: readonly SignOff[];
  assessment: string | null;
  target: AttachTarget;
  /** Why nothing can be attached; empty when it can. */
  because: string;
}) {
  const may = props.because === '';
  const lost = voidedWords(props.signOffs, []);
  const taking = useAttach(props.target, { assessment: props.assessment, lost });
  const { attach } = taking;
  const [linking, setLinking] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  usePastedFiles((files) => void attach(files), may);
  const current = props.evidence.find((e) => e.id === shown) ?? props.evidence[0];
  return (
    <DropArea
      hint={`Drop to attach to ${props.target.label}`}
      disabled={!may}
      onFiles={(files) => void attach(files)}
    >
      <section aria-label="Evidence" className="beside">
        <header className="section-head">
          <h3>
            Evidence <span className="quiet">{props.evidence.length || ''}</span>
          </h3>
          {may && <AttachMenu onFiles={(files) => void attach(files)} onLink={() => setLinking(true)} />}
        </header>
        <AttachStep taking={taking} />
        {props.evidence.length === 0 && taking.step === null && (
          <p className="quiet beside-none">
            {may ? 'None yet. Pick files, drop them here, or paste a screenshot.' : 'None attached.'}
          </p>
        )}
        <ul className="list-plain">
          {props.evidence.map((row) => (
            <EvidenceLine
              key={row.id}
              row={row}
              open={row.id === current?.id}
              onOpen={() => setShown(row.id)}
              assessment={may ? props.assessment : null}
              target={props.target}
              lost={lost}
            />
          ))}
        </ul>
        {current?.files.map((file, index) => (
          <EvidencePreview
            key={`${current.id} ${file.sha256} ${file.name}`}
            evidence={current.id}
            index={index}
            file={file}
          />
        ))}
      </section>
      <LinkExisting
        opened={linking}
        onClose={() => setLinking(false)}
        target={props.target}
        linked={props.evidence}
      />
    </DropArea>
  );
}

function AttachMenu(props: { onFiles: (files: File[]) => void; onLink: () => void }) {
  const [open, setOpen] = useState(false);
  useSingleKeys({ e: () => setOpen(true) });
  return (
    <FileButton multiple onChange={props.onFiles}>
      {(pick) => (
        <Menu opened={open} onChange={setOpen} position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="compact-sm" leftSection={<IconPaperclip size={13} />}>
              Attach evidence
              <KeyHint keys="E" />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPaperclip size={14} />} onClick={pick.onClick}>
              Pick files
            </Menu.Item>
            <Menu.Item leftSection={<IconLink size={14} />} onClick={props.onLink}>
              Link existing evidence
            </Menu.Item>
            <Menu.Label>Or drop files here, or paste a screenshot with Ctrl V</Menu.Label>
          </Menu.Dropdown>
        </Menu>
      )}
    </FileButton>
  );
}

/** Why a button beside it is off, on hover and to screen readers. */
export function Because({ because, children }: { because: string; children: ReactNode }) {
  return (
    <Tooltip label={because} disabled={because === ''}>
      <span className="because">
        {children}
        {because !== '' && <span className="visually-hidden">{because}</span>}
      </span>
    </Tooltip>
  );
}

function EvidenceLine(props: {
  row: EvidenceRow;
  open: boolean;
  onOpen: () => void;
  assessment: string | null;
  target: AttachTarget;
  lost: string;
}) {
  const { client } = useApi();
  const { row, assessment } = props;
  const { label: _, ...place } = props.target;
  const again = useAct(() => client.evidence.link({ evidence: row.id, ...place }));
  const unlink = useAct((from: string) => client.evidence.unlink({ evidence: row.id, assessment: from }), {
    done: () =>
      showDone(`${row.reference} taken off; it stays in the vault. ${props.lost}`.trim(), () =>
        again.mutate(undefined),
      ),
  });
  return (
    <li className={props.open ? 'evidence-line is-open' : 'evidence-line'}>
      <div className="evidence-line-head">
        <button type="button" className="evidence-pick" aria-expanded={props.open} onClick={props.onOpen}>
          <code>{row.reference}</code> <strong>{readableName(row.title)}</strong>
        </button>
        <EvidenceStatePill state={row.state} />
        {assessment && (
          <Tooltip label="Take it off here">
            <ActionIcon
              size={22}
              aria-label={`Take ${row.reference} off`}
              onClick={() => unlink.mutate(assessment)}
            >
              <IconUnlink size={13} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {row.warnings.map((warning) => (
        <div key={warning} className="evidence-warning ink-warn">
          ▲ {warning}
        </div>
      ))}
      {props.open && (
        <div className="evidence-dates quiet">
          collected {day(row.collected)} · expires {day(row.expires)} · added by {row.addedBy}
          {row.files[0] && <Hash value={row.files[0].sha256} />}
          <button type="button" className="link" onClick={() => go('evidence', row.id)}>
            Open record
          </button>
        </div>
      )}
    </li>
  );
}
