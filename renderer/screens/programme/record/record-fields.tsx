import { NumberInput, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ProgrammeRow } from '../../../../shared/contract/programme.ts';
import { takesReview } from '../../../../shared/domain/programme/decisive.ts';
import { DayField } from '../../../parts/day-field.tsx';
import { showFault } from '../../../state/acts.tsx';
import { NoteField } from '../../common/note-field.tsx';
import { useMay, usePut, useSetField } from './record-acts.ts';
import { useDraft } from './use-draft.ts';

/** How a field of a record is edited. */
export type FieldSpec =
  | { readonly field: string; readonly label: string; readonly as: 'line' | 'text' | 'lines' | 'day' }
  | {
      readonly field: string;
      readonly label: string;
      readonly as: 'choice';
      readonly options: readonly { readonly value: string; readonly label: string }[];
      /** Whether it can be left unsaid. */
      readonly clearable?: boolean;
    }
  | {
      readonly field: string;
      readonly label: string;
      readonly as: 'number';
      readonly min?: number;
      readonly max?: number;
      readonly step?: number;
    };

interface FieldProps<Spec extends FieldSpec = FieldSpec> {
  readonly row: ProgrammeRow;
  readonly spec: Spec;
  readonly may: boolean;
}

/** The fields of a record, each edited in place and saved on its own. */
export function RecordFields(props: { row: ProgrammeRow; specs: readonly FieldSpec[]; may: boolean }) {
  return (
    <div className="record-fields">
      {props.specs.map((spec) => (
        <Field key={`${props.row.record} ${spec.field}`} row={props.row} spec={spec} may={props.may} />
      ))}
    </div>
  );
}

function Field({ row, spec, ...props }: FieldProps) {
  const { decide } = useMay();
  const may =
    props.may &&
    (decide ||
      isRaisable(row, spec) ||
      !takesReview({ kind: row.kind, field: spec.field, value: null }, false));
  switch (spec.as) {
    case 'line':
      return <LineField row={row} spec={spec} may={may} />;
    case 'text':
    case 'lines':
      return <LongField row={row} spec={spec} may={may} />;
    case 'day':
      return <DayOf row={row} spec={spec} may={may} />;
    case 'choice':
      return <ChoiceField row={row} spec={spec} may={may} />;
    case 'number':
      return <NumberField row={row} spec={spec} may={may} />;
  }
}

/** A severity that is not the worst can be raised by whoever works on the risk. */
const isRaisable = ({ kind, body }: ProgrammeRow, { field }: FieldSpec) =>
  kind === 'risk' && field === 'severity' && body.severity !== 'P0';

/** What a plan says is not in the ledger yet: over it goes only the worst. */
function replacedIn({ body, planned }: ProgrammeRow, field: string) {
  return planned || body[field] == null ? [] : [{ value: body[field], own: false, before: [] }];
}

const keyOf = ({ row, spec }: FieldProps) => `${row.record} ${spec.field}`;

/** What a field holds as text; nothing for what nobody said. */
export function textIn(row: ProgrammeRow, field: string): string {
  const value = row.body[field];
  if (Array.isArray(value)) return value.join('\n');
  return value === null || value === undefined ? '' : String(value);
}

function LineField(props: FieldProps) {
  const { row, spec, may } = props;
  const put = usePut(row);
  const draft = useDraft(keyOf(props), textIn(row, spec.field), (value) => put({ [spec.field]: value }));
  return (
    <TextInput
      label={spec.label}
      className={spec.field === 'title' ? 'field-wide' : ''}
      value={draft.value}
      disabled={!may}
      error={draft.fault}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.leave}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

function LongField(props: FieldProps) {
  const { row, spec, may } = props;
  const put = usePut(row);
  const linesOf = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return (
    <div className="field-wide">
      <NoteField
        draftKey={keyOf(props)}
        label={spec.label}
        stored={textIn(row, spec.field)}
        disabled={!may}
        minRows={spec.as === 'lines' ? 3 : 2}
        save={(text) => put({ [spec.field]: spec.as === 'lines' ? linesOf(text) : text })}
      />
    </div>
  );
}

function DayOf({ row, spec, may }: FieldProps) {
  const set = useSetField(row);
  const stored = textIn(row, spec.field);
  return (
    <DayField
      label={spec.label}
      disabled={!may}
      value={stored}
      onValue={(value) => value !== stored && set(spec.label, { [spec.field]: value === '' ? null : value })}
    />
  );
}

function ChoiceField({ row, spec, may }: FieldProps<Extract<FieldSpec, { as: 'choice' }>>) {
  const set = useSetField(row);
  const { decide } = useMay();
  const closes = ({ kind }: ProgrammeRow, { field }: FieldSpec, value: string) =>
    takesReview({ kind, field, value, replaces: replacedIn(row, field) }, false);
  return (
    <Select
      label={spec.label}
      data={spec.options.map((one) => ({ ...one, disabled: !decide && closes(row, spec, one.value) }))}
      value={textIn(row, spec.field) || null}
      disabled={!may}
      clearable={spec.clearable === true && (decide || !isRaisable(row, spec))}
      allowDeselect={false}
      placeholder="Not said"
      clearButtonProps={{ 'aria-label': `Clear ${spec.label.toLowerCase()}` }}
      onChange={(chosen) => set(spec.label, { [spec.field]: numbered(row, spec.field, chosen) })}
    />
  );
}

/** Ratings are numbers in the record and words in the list. */
function numbered(row: ProgrammeRow, field: string, chosen: string | null): string | number | null {
  const rating = row.kind === 'risk' && (field === 'likelihood' || field === 'impact');
  return rating && chosen !== null ? Number(chosen) : chosen;
}

function NumberField({ row, spec, may }: FieldProps<Extract<FieldSpec, { as: 'number' }>>) {
  const put = usePut(row);
  const stored = textIn(row, spec.field);
  const [value, setValue] = useState<string | number>(stored);
  useEffect(() => setValue(stored), [stored]);
  const store = () => {
    if (String(value) === stored) return;
    put({ [spec.field]: value === '' ? null : Number(value) }).catch((error: unknown) => {
      setValue(stored);
      showFault(error);
    });
  };
  return (
    <NumberInput
      label={spec.label}
      disabled={!may}
      hideControls
      value={value}
      {...(spec.min === undefined ? {} : { min: spec.min })}
      {...(spec.max === undefined ? {} : { max: spec.max })}
      {...(spec.step === undefined ? {} : { step: spec.step })}
      onChange={setValue}
      onBlur={store}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}
