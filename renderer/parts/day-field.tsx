import { ActionIcon, TextInput } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { day } from './format.ts';
import { dayFault, readDay } from './read-day.ts';

/** A calendar day, shown as everywhere else, typed in any plain way or picked from the calendar. */
export function DayField(props: {
  label: string;
  /** `YYYY-MM-DD`, or empty. */
  value: string;
  onValue: (value: string) => void;
  disabled?: boolean;
  /** The first and the last day that can be meant. */
  first?: string | undefined;
  /** What happened on the first day. */
  since?: string | undefined;
  last?: string | undefined;
  error?: string | null;
}) {
  const shown = props.value === '' ? '' : day(props.value);
  const [text, setText] = useState(shown);
  const calendar = useRef<HTMLInputElement>(null);
  useEffect(() => setText(shown), [shown]);
  const wrong = dayFault(text, props) ?? props.error ?? null;
  const take = (typed: string) => {
    setText(typed);
    const value = readDay(typed);
    if (value !== null && dayFault(typed, props) === null) props.onValue(value);
  };
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
        min={props.first}
        max={props.last}
        onChange={(event) => take(event.currentTarget.value)}
      />
    </div>
  );
}
