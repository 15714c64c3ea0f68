import { Modal, Switch } from '@mantine/core';
import { useChoices } from '../../state/choices.ts';
import { DIGIT_SCREENS } from '../../state/place.ts';
import { setSingleKeys, usePreferences } from '../../state/preferences.ts';
import { SCREEN_WORDS } from './rail.tsx';

type Keys = readonly (readonly [keys: readonly string[], does: string])[];

const HELP: readonly { readonly where: string; readonly keys: Keys }[] = [
  {
    where: 'Everywhere',
    keys: [
      [['Ctrl K'], 'Search, go anywhere, do anything'],
      [['Alt 1…9'], `In this order: ${DIGIT_SCREENS.map((screen) => SCREEN_WORDS[screen]).join(', ')}`],
      [['Ctrl Z'], 'Take your newest change back'],
      [['[', ']'], 'In a conflict, keep the first or second value'],
      [['Ctrl P'], 'Print what is in front'],
      [['?'], 'This help'],
      [['Esc'], 'Close, or leave a field'],
    ],
  },
  { where: 'Overview', keys: [[['1…7'], 'Go to a line of what is next for you']] },
  {
    where: 'Controls',
    keys: [
      [['J', 'K'], 'Next, previous'],
      [['Enter'], 'Open'],
      [['X'], 'Select for a change of many'],
      [['1', '2', '3', '4'], 'Set the result, in the order of its buttons'],
      [['N'], 'Write the note'],
      [['E'], 'Attach evidence'],
      [['P'], 'Sign as preparer'],
      [['/'], 'Search the list'],
      [['Home', 'End'], 'To an end of the list in focus'],
    ],
  },
  {
    where: 'Checklists',
    keys: [
      [['J', 'K'], 'Next, previous item'],
      [['Space'], 'Done, or not yet'],
      [['1', '2', '3', '4'], 'Set the result'],
      [['N'], 'Write the note'],
      [['E'], 'Attach evidence'],
      [['P'], 'Sign as preparer'],
    ],
  },
  {
    where: 'Review',
    keys: [
      [['J', 'K'], 'Next, previous'],
      [['A'], 'Accept and sign'],
      [['R'], 'Return with a note'],
      [['N'], 'Write a note'],
      [['E'], 'Attach evidence'],
      [['P'], 'Sign as preparer'],
    ],
  },
  {
    where: 'Evidence and ledger',
    keys: [
      [['J', 'K'], 'Next, previous'],
      [['Enter'], 'Open'],
      [['/'], 'Search the list'],
      [['Ctrl V'], 'Take a screenshot in as evidence'],
    ],
  },
];

/** All keys, by where they work, and the switch for single keys. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const open = useChoices((c) => c.helpOpen);
  const singleKeys = usePreferences((p) => p.singleKeys);
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title="Keyboard"
      size="xl"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="help-grid">
        {HELP.map((part) => (
          <section key={part.where} aria-label={part.where}>
            <h3>{part.where}</h3>
            <dl>
              {part.keys.map(([keys, does]) => (
                <div key={does}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="md"
        label="Single-key shortcuts"
        description="Turn them off when you dictate or use a keyboard that sends stray letters."
        checked={singleKeys}
        onChange={(event) => setSingleKeys(event.currentTarget.checked)}
      />
    </Modal>
  );
}
