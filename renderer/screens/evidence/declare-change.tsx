import { Button, Modal, TagsInput, Textarea } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DEFAULT_RHYTHM } from '../../../shared/domain/evidence-cadence.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { DayField } from '../../parts/day-field.tsx';
import { plural, today } from '../../parts/format.ts';
import { stillNeeded } from '../../parts/needs.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { FaultCallout } from '../common/fault-callout.tsx';

/** Declares that systems changed: evidence about them has to be looked at again within hours. For those who may. */
export function DeclareChange(props: { systems?: readonly string[]; compact?: boolean }) {
  const { member } = useOpenSession();
  const [opened, setOpened] = useState(false);
  if (!mayAccess(member.role, 'prepare').allowed) return null;
  return (
    <>
      <Button
        variant="default"
        {...(props.compact ? { size: 'compact-sm' } : {})}
        leftSection={<IconBolt size={14} />}
        onClick={() => setOpened(true)}
      >
        Declare a change
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title="Declare a material change"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ChangeForm systems={props.systems ?? []} onClose={() => setOpened(false)} />
      </Modal>
    </>
  );
}

function ChangeForm({ systems: named, onClose }: { systems: readonly string[]; onClose: () => void }) {
  const { client } = useApi();
  const known = useKnownSystems();
  const [systems, setSystems] = useState<string[]>([...named]);
  const [what, setWhat] = useState('');
  const [on, setOn] = useState(today());
  const declare = useAct(
    () => client.register.declareChange({ systems, what: what.trim(), ...(on === '' ? {} : { on }) }),
    {
      done: ({ evidence }) => {
        showDone(
          evidence === 0
            ? 'Declared. No evidence is about these systems.'
            : `Declared. ${plural(evidence, 'record')} about ${systems.join(', ')} to look at again.`,
        );
        onClose();
      },
      failed: () => undefined,
    },
  );
  const needs = stillNeeded({
    'the systems that changed': systems.length === 0,
    'what changed': what.trim() === '',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (needs === '') declare.mutate(undefined);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p className="quiet">
        Evidence about these systems is due to be looked at again, within {DEFAULT_RHYTHM.changeHours} hours
        where no cadence says otherwise. The declaration stands in the ledger for good.
      </p>
      <TagsInput
        label="Systems"
        placeholder={systems.length === 0 ? 'Payroll' : ''}
        data={known}
        value={systems}
        onChange={setSystems}
        acceptValueOnBlur
      />
      <Textarea
        label="What changed"
        data-autofocus
        placeholder="New identity provider for all sign-ins"
        autosize
        minRows={2}
        value={what}
        onChange={(event) => setWhat(event.currentTarget.value)}
      />
      <div className="day-narrow">
        <DayField label="Changed on" value={on} onValue={setOn} />
      </div>
      <FaultCallout error={declare.error} />
      <div className="row-acts">
        <Button type="submit" disabled={needs !== ''} loading={declare.isPending}>
          Declare the change
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        {needs !== '' && <span className="quiet">{needs}</span>}
      </div>
    </form>
  );
}

/** Systems that some evidence is about already. */
function useKnownSystems(): string[] {
  const { orpc } = useApi();
  const list = useQuery(orpc.evidence.list.queryOptions({ input: { limit: 1000 } }));
  return [...new Set(list.data?.rows.flatMap(({ systems }) => systems))].sort();
}
