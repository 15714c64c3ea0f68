import { ActionIcon, TextInput } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { day } from './format.ts';
import { readDay } from './read-day.ts';

/** A calendar day, shown as everywhere else, typed in any plain way or picked from the calendar. */
export function DayField(props: {
  label: string;
  /** `YYYY-MM-DD`, or empty. */
  value: string;
  onValue: (value: string) => void;
  disabled?: boolean;
  /** The last day that can be meant. */
  last?: string;
  error?: string | null;
}) {
  const shown = props.value === '' ? '' : day(props.value);
  const [text, setText] = useState(shown);
  const calendar = useRef<HTMLInputElement>(null);
  useEffect(() => setText(shown), [shown]);
  const read = readDay(text);
  const tooLate = (value: string) => props.last !== undefined && value > props.last;
  const take = (typed: string) => {
    setText(typed);
    const value = readDay(typed);
    if (value !== null && !tooLate(value)) props.onValue(value);
  };
  const wrong =
    read === null
      ? 'Write a day as 31 Jan 2027 or 2027-01-31.'
      : tooLate(read)
        ? `No later than ${day(props.last ?? null)}.`
        : (props.error ?? null);
  return (
    <div className="day-field">
      <TextInput
        label={props.label}
        placeholder="e.g. 31 Jan 2027"
        disabled={props.disabled ?? false}
        value={text}
        error={wrong}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => take(text)}
        onKeyDown={(event) => event.key === 'Enter' && take(text)}
        rightSection={
          <ActionIcon
            size={22}
            aria-label={`Choose: ${props.label}`}
            disabled={props.disabled ?? false}
            onClick={() => calendar.current?.showPicker()}
          >
            <IconCalendar size={14} />
          </ActionIcon>
        }
      />
      <input
        ref={calendar}
        type="date"
        tabIndex={-1}
        aria-hidden="true"
        value={props.value}
        max={props.last}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      />
    </div>
  );
}
