import { Button } from '@mantine/core';
import { useState } from 'react';
import { mayAttest } from '../../../shared/domain/permissions.ts';
import { plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Because } from '../common/evidence-beside.tsx';
import { WordForm } from '../common/word-form.tsx';

/** One's own word that evidence still shows what it should, or does not: one piece, or many at once. */
export function AttestEvidence(props: {
  evidence: readonly string[];
  /** What is attested, as the button says it. */
  label: string;
  /** Whether T acts here. */
  keys?: boolean;
  onDone?: () => void;
}) {
  const { member } = useOpenSession();
  const may = mayAttest(member.role);
  const [writing, setWriting] = useState(false);
  const keys = props.keys !== false;
  useSingleKeys({ t: () => may.allowed && setWriting(true) }, keys && !writing);
  if (writing)
    return (
      <AttestForm
        {...props}
        onClose={() => {
          setWriting(false);
          props.onDone?.();
        }}
      />
    );
  return (
    <Because because={may.allowed ? '' : may.because}>
      <Button
        mt={4}
        size="compact-sm"
        variant="default"
        disabled={!may.allowed || props.evidence.length === 0}
        onClick={() => setWriting(true)}
      >
        Attest {props.label}
        {keys && <KeyHint keys="T" />}
      </Button>
    </Because>
  );
}

function AttestForm(props: { evidence: readonly string[]; label: string; onClose: () => void }) {
  const { client } = useApi();
  const { name } = useOpenSession().member;
  return (
    <WordForm
      label={`Attest ${props.label}`}
      name={name}
      choices={{ met: 'Still holds', not: 'No longer holds' }}
      placeholder="What you looked at"
      give={(word) => client.register.attest({ evidence: [...props.evidence], ...word })}
      told={({ attested }) =>
        `${plural(attested, 'record')} attested by ${name}; it is in the ledger for good.`
      }
      onClose={props.onClose}
    />
  );
}
