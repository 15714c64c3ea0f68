import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { DayField } from '../../parts/day-field.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { NoteField } from '../common/note-field.tsx';
import { fieldWord } from '../common/value-words.ts';

const DATES = ['collected', 'expires', 'periodFrom', 'periodTo', 'lastVerified'] as const;
type DateField = (typeof DATES)[number];

/** Title, owner and the dates that differ: collected, verified, the period covered, and the end. */
export function EvidenceFields({ evidence, may }: { evidence: EvidenceRow; may: boolean }) {
  const { client } = useApi();
  const [title, setTitle] = useState(evidence.title);
  const [owner, setOwner] = useState(evidence.owner);
  const [dates, setDates] = useState<Record<DateField, string>>(() => datesOf(evidence));
  const changedDates = DATES.filter((field) => dates[field] !== (evidence[field] ?? ''));
  const changed = changedDates.length > 0 || title.trim() !== evidence.title || owner !== evidence.owner;
  const backwards = dates.periodFrom !== '' && dates.periodTo !== '' && dates.periodTo < dates.periodFrom;
  const putBack = useAct((was: Details) => client.evidence.update({ evidence: evidence.id, ...was }), {
    done: (_, was) => {
      setTitle(was.title);
      setOwner(was.owner);
      setDates(datesOf(was));
      showDone(`${evidence.reference} is again as it was.`);
    },
  });
  const save = useAct(
    (_was: Details) =>
      client.evidence.update({
        evidence: evidence.id,
        ...(title.trim() === evidence.title ? {} : { title: title.trim() }),
        ...(owner === evidence.owner ? {} : { owner }),
        ...Object.fromEntries(
          changedDates.map((field) => [field, dates[field] === '' ? null : dates[field]]),
        ),
      }),
    {
      done: (_, was) =>
        showDone(
          `${evidence.reference} changed.${evidence.links > 0 ? ' Sign-offs that rest on it are void until signed again.' : ''}`,
          () => putBack.mutate(was),
        ),
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && !backwards && title.trim() !== '') save.mutate(detailsOf(evidence));
  };
  return (
    <form className="stack evidence-fields" onSubmit={submit}>
      <TextInput
        label="Title"
        description={readableName(title) === title ? null : `Reads ${readableName(title)}`}
        value={title}
        disabled={!may}
        onChange={(e) => setTitle(e.currentTarget.value)}
      />
      <div className="two-columns">
        {DATES.map((field) => (
          <DayField
            key={field}
            label={fieldWord(field)}
            disabled={!may}
            value={dates[field]}
            error={field === 'periodTo' && backwards ? 'Ends before it begins.' : null}
            onValue={(value) => setDates((now) => ({ ...now, [field]: value }))}
          />
        ))}
        <TextInput
          label="Owner"
          value={owner}
          disabled={!may}
          onChange={(e) => setOwner(e.currentTarget.value)}
        />
      </div>
      {changed && (
        <div className="row-acts">
          <Button type="submit" loading={save.isPending} disabled={backwards || title.trim() === ''}>
            Save changes
          </Button>
          {evidence.links > 0 && (
            <span className="quiet">Saving voids the sign-offs of what it is linked to.</span>
          )}
        </div>
      )}
      <NoteField
        draftKey={`${evidence.id} note`}
        label="Note"
        stored={evidence.note}
        disabled={!may}
        minRows={2}
        save={(note) => client.evidence.update({ evidence: evidence.id, note })}
      />
    </form>
  );
}

type Details = Pick<EvidenceRow, 'title' | 'owner' | DateField>;

/** What the form can change, as it stands. */
function detailsOf(evidence: EvidenceRow): Details {
  const { title, owner, collected, expires, periodFrom, periodTo, lastVerified } = evidence;
  return { title, owner, collected, expires, periodFrom, periodTo, lastVerified };
}

function datesOf(evidence: Pick<EvidenceRow, DateField>): Record<DateField, string> {
  return {
    collected: evidence.collected ?? '',
    expires: evidence.expires ?? '',
    periodFrom: evidence.periodFrom ?? '',
    periodTo: evidence.periodTo ?? '',
    lastVerified: evidence.lastVerified ?? '',
  };
}
