import { Button, Menu, Select, TextInput } from '@mantine/core';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { RESULTS, STATUSES } from '../../../shared/domain/results.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useChoices } from '../../state/choices.ts';
import { RESULT_WORDS, STATUS_WORDS } from '../common/state-words.ts';
import { frameworkName } from '../frameworks/framework-words.ts';
import { ANY, type ControlFilters, isFiltered, useControlFilters } from './filters.ts';

const ONLY = [
  ['no-evidence', 'Without evidence'],
  ['conflict', 'With a conflict'],
  ['voided', 'Void after a change'],
  ['stale', 'On stale evidence'],
] as const;

/** Search and filters of the list of controls. */
export function FilterBar(props: {
  frameworks: readonly { id: string; title: string; version: string }[];
  framework: string | null;
  search: RefObject<HTMLInputElement | null>;
  compact: boolean;
}) {
  const filters = useControlFilters();
  return (
    <search className="toolbar" aria-label="Find controls">
      <TextInput
        ref={props.search}
        className="grow"
        miw={120}
        aria-label="Search controls"
        placeholder="Label, title or text"
        leftSection={<IconSearch size={13} />}
        rightSection={filters.text === '' ? <KeyHint keys="/" /> : null}
        value={filters.text}
        onChange={(event) => useControlFilters.setState({ text: event.currentTarget.value })}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      {!props.compact && props.frameworks.length > 1 && (
        <Select
          aria-label="Framework"
          placeholder="All frameworks"
          clearable
          w={200}
          data={props.frameworks.map((f) => ({ value: f.id, label: frameworkName(f) }))}
          value={props.framework}
          onChange={(framework) => {
            useChoices.setState({ framework });
            useControlFilters.setState({ group: null });
          }}
        />
      )}
      <FilterMenu filters={filters} />
      {isFiltered(filters) && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          onClick={() => useControlFilters.setState({ ...ANY, sort: filters.sort })}
        >
          Clear filters
        </Button>
      )}
    </search>
  );
}

function FilterMenu({ filters }: { filters: ControlFilters }) {
  const active =
    filters.result.length + filters.status.length + (filters.only ? 1 : 0) + (filters.hideWithdrawn ? 1 : 0);
  return (
    <Menu closeOnItemClick={false} position="bottom-end" width={220}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconFilter size={13} />}>
          Filter{active > 0 ? ` (${active})` : ''}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Result</Menu.Label>
        {RESULTS.map((result) => (
          <Choice
            key={result}
            label={RESULT_WORDS[result].word}
            on={filters.result.includes(result)}
            onToggle={() => useControlFilters.setState({ result: flip(filters.result, result) })}
          />
        ))}
        <Menu.Label>Status</Menu.Label>
        {STATUSES.map((status) => (
          <Choice
            key={status}
            label={status === 'draft' ? 'Draft or not started' : STATUS_WORDS[status].word}
            on={filters.status.includes(status)}
            onToggle={() => useControlFilters.setState({ status: flip(filters.status, status) })}
          />
        ))}
        <Menu.Label>Only</Menu.Label>
        {ONLY.map(([only, label]) => (
          <Choice
            key={only}
            label={label}
            on={filters.only === only}
            onToggle={() => useControlFilters.setState({ only: filters.only === only ? null : only })}
          />
        ))}
        <Menu.Divider />
        <Choice
          label="Hide withdrawn"
          on={filters.hideWithdrawn}
          onToggle={() => useControlFilters.setState({ hideWithdrawn: !filters.hideWithdrawn })}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

function flip<T>(list: readonly T[], value: T): T[] {
  return list.includes(value) ? list.filter((v) => v !== value) : [...list, value];
}

function Choice(props: { label: string; on: boolean; onToggle: () => void }) {
  return (
    <Menu.CheckboxItem checked={props.on} onChange={props.onToggle}>
      {props.label}
    </Menu.CheckboxItem>
  );
}
