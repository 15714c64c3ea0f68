import { Autocomplete, Button, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { DayField } from '../../parts/day-field.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';

const WORDS = ['verification', 'source', 'proofLink', 'reviewer', 'riskIfStale', 'marking'] as const;
type WordField = (typeof WORDS)[number];

const LABELS: Readonly<Record<WordField, string>> = {
  verification: 'How it was verified',
  source: 'Source',
  proofLink: 'Where the proof stands outside',
  reviewer: 'Reviewer',
  riskIfStale: 'Risk if it goes stale',
  marking: 'Marking',
};

/** What the register keeps of evidence beside its files and dates: systems, method, source, who reviews, how long. */
export function RegisterFields({ evidence, may }: { evidence: EvidenceRow; may: boolean }) {
  const { client } = useApi();
  const [words, setWords] = useState<Readonly<Record<WordField, string>>>(() => wordsOf(evidence));
  const [systems, setSystems] = useState(evidence.systems);
  const [retain, setRetain] = useState(evidence.retainUntil ?? '');
  const changedWords = WORDS.filter((field) => words[field] !== evidence[field]);
  const systemsChanged = systems.join('\n') !== evidence.systems.join('\n');
  const retainChanged = retain !== (evidence.retainUntil ?? '');
  const earlier = retain < (evidence.retainUntil ?? '');
  const changed = changedWords.length > 0 || systemsChanged || retainChanged;
  const save = useAct(
    () =>
      client.evidence.update({
        evidence: evidence.id,
        ...Object.fromEntries(changedWords.map((field) => [field, words[field]])),
        ...(systemsChanged ? { systems } : {}),
        ...(retainChanged ? { retainUntil: retain === '' ? null : retain } : {}),
      }),
    { done: () => showDone(`${evidence.reference} changed in the register.`) },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && !earlier) save.mutate(undefined);
  };
  const set = (field: WordField) => (value: string) => setWords((now) => ({ ...now, [field]: value }));
  return (
    <form className="stack evidence-fields" onSubmit={submit} aria-label="Register">
      <TagsInput
        label="Systems in scope"
        placeholder={systems.length === 0 ? 'Payroll' : ''}
        disabled={!may}
        value={systems}
        onChange={setSystems}
        acceptValueOnBlur
      />
      <div className="two-columns">
        <Autocomplete
          label={LABELS.verification}
          data={['test', 'runbook', 'demo']}
          disabled={!may}
          size="xs"
          value={words.verification}
          onChange={set('verification')}
        />
        {(['source', 'reviewer', 'marking'] as const).map((field) => (
          <TextInput
            key={field}
            label={LABELS[field]}
            disabled={!may}
            value={words[field]}
            onChange={(event) => set(field)(event.currentTarget.value)}
          />
        ))}
        <DayField
          label="Kept until"
          disabled={!may}
          value={retain}
          error={earlier ? 'It only ever moves later.' : null}
          onValue={setRetain}
        />
      </div>
      <TextInput
        label={LABELS.proofLink}
        placeholder="A web address or a path"
        disabled={!may}
        value={words.proofLink}
        onChange={(event) => set('proofLink')(event.currentTarget.value)}
      />
      <Textarea
        label={LABELS.riskIfStale}
        autosize
        minRows={2}
        disabled={!may}
        value={words.riskIfStale}
        onChange={(event) => set('riskIfStale')(event.currentTarget.value)}
      />
      {changed && (
        <div className="row-acts">
          <Button type="submit" loading={save.isPending} disabled={earlier}>
            Save in the register
          </Button>
        </div>
      )}
    </form>
  );
}

function wordsOf(evidence: EvidenceRow): Readonly<Record<WordField, string>> {
  const { verification, source, proofLink, reviewer, riskIfStale, marking } = evidence;
  return { verification, source, proofLink, reviewer, riskIfStale, marking };
}
