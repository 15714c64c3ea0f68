import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { useUndo } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useChoices } from '../../state/choices.ts';
import { useEngagement } from '../../state/engagement.ts';
import { DIGIT_SCREENS, go, SCREENS, type Screen } from '../../state/place.ts';
import { openRecord } from '../programme/open-record.ts';
import { SCREEN_WORDS } from './rail.tsx';

interface Command {
  readonly words: string;
  readonly hint: string;
  readonly act: () => void;
}

/** What has a screen of its own that `openRecord` does not know. */
const SHOWN_ON: Readonly<Record<string, Screen>> = {
  framework: 'frameworks',
  binder: 'binders',
  member: 'settings',
};

function openHit({ kind, id }: { kind: string; id: string }): void {
  const screen = SHOWN_ON[kind];
  if (screen) go(screen, id);
  else openRecord(`${kind}:${id}`);
}

/** The command palette: screens, acts and everything the workspace holds, from one field. */
export function Palette({ onLock }: { onLock: () => void }) {
  const [query, setQuery] = useState('');
  const commands = useCommands(onLock).filter((c) => matches(c.words, query));
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      scrollable
      maxHeight={420}
      overlayProps={{ blur: 0, opacity: 0.35 }}
      shortcut={['mod + K']}
      attributes={{ content: { 'aria-label': 'Search or do anything' } }}
    >
      <Spotlight.Search
        placeholder="Search records, go to a screen, do something"
        aria-label="Search or do anything"
      />
      <Spotlight.ActionsList>
        {commands.length > 0 && (
          <Spotlight.ActionsGroup label="Go and do">
            {commands.map((command) => (
              <Spotlight.Action
                key={command.words}
                label={command.words}
                rightSection={<span className="quiet">{command.hint}</span>}
                onClick={command.act}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        <Found query={query} empty={commands.length === 0} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function matches(words: string, query: string): boolean {
  const text = words.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}

/** `Alt 3` for a screen that a digit opens. */
function digitHint(screen: Screen): string {
  const at = DIGIT_SCREENS.indexOf(screen);
  return at < 0 ? '' : `Alt ${at + 1}`;
}

function useCommands(onLock: () => void): Command[] {
  const undo = useUndo();
  const to = (screen: Screen, record: string) => () => go(screen, record);
  return [
    ...SCREENS.map((screen) => ({
      words: SCREEN_WORDS[screen],
      hint: digitHint(screen),
      act: () => go(screen),
    })),
    { words: 'Compose a packet', hint: 'Packets', act: to('packets', 'new') },
    { words: 'Import frameworks', hint: 'Frameworks', act: to('frameworks', 'import') },
    { words: 'Start a programme from a template', hint: 'Frameworks', act: to('frameworks', 'programme') },
    { words: 'Add a risk', hint: 'Programme', act: to('programme', 'risks/new') },
    { words: 'Add an action', hint: 'Programme', act: to('programme', 'actions/new') },
    { words: 'Lock down the period', hint: 'Programme', act: to('programme', 'period') },
    { words: 'Start an engagement', hint: 'Frameworks', act: to('frameworks', 'engagement') },
    { words: 'Add evidence', hint: 'Evidence', act: to('evidence', 'add') },
    { words: 'Compose a binder', hint: 'Binders', act: to('binders', 'compose') },
    { words: 'Verify a binder', hint: 'Binders', act: to('binders', 'verify') },
    { words: 'Sync with the server', hint: 'Sync', act: to('sync', 'server') },
    { words: 'Verify the ledger', hint: 'Ledger', act: to('ledger', 'verify') },
    { words: 'Resolve conflicts', hint: 'Ledger', act: to('ledger', 'conflicts') },
    { words: 'Take a courier bundle in', hint: 'Sync', act: to('sync', 'import') },
    { words: 'Write a courier bundle', hint: 'Sync', act: to('sync', 'export') },
    { words: 'Add a member', hint: 'Settings', act: to('settings', 'members') },
    { words: 'Take back my newest change', hint: 'Ctrl Z', act: () => undo() },
    { words: 'Keyboard help', hint: '?', act: () => useChoices.setState({ helpOpen: true }) },
    { words: 'Lock the workspace', hint: '', act: onLock },
  ];
}

/** A catalog's marks for parameters say nothing in one line of an excerpt. */
function withoutMarks(excerpt: string): string {
  return excerpt.replace(/\{\{[^}]*(\}\}|$)/g, '[…]');
}

/** The palette selects what is there when somebody types; what is found comes later, and Enter means it too. */
function selectFirst(): void {
  const actions = [...document.querySelectorAll('[data-action]')];
  if (!actions.some((one) => one.hasAttribute('data-selected'))) {
    actions[0]?.setAttribute('data-selected', 'true');
  }
}

/** Records that match, by full text. */
function Found({ query, empty }: { query: string; empty: boolean }) {
  const { orpc } = useApi();
  const { engagement } = useEngagement();
  const [text] = useDebouncedValue(query.trim(), 150);
  const input = { text: text || ' ', limit: 20, ...(engagement ? { engagement: engagement.id } : {}) };
  const found = useQuery(orpc.search.find.queryOptions({ input, enabled: text.length > 1 }));
  useEffect(() => {
    if (found.data) selectFirst();
  }, [found.data]);
  if (text.length <= 1) return null;
  if (found.isPending) return <Spotlight.Empty>Searching…</Spotlight.Empty>;
  if (!found.data || found.data.length === 0) {
    return empty ? <Spotlight.Empty>Nothing is called that. Try fewer letters.</Spotlight.Empty> : null;
  }
  return (
    <Spotlight.ActionsGroup label="Found">
      {found.data.map((hit) => (
        <Spotlight.Action
          key={`${hit.kind} ${hit.id} ${hit.excerpt}`}
          label={readableName(`${hit.label} ${hit.title}`.trim())}
          description={withoutMarks(hit.excerpt)}
          rightSection={<span className="quiet">{hit.kind}</span>}
          onClick={() => openHit(hit)}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}
