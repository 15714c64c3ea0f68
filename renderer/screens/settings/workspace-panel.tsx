import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { setSingleKeys, usePreferences } from '../../state/preferences.ts';
import { Loaded } from '../common/loaded.tsx';

interface Settings {
  readonly name: string;
  readonly marking: string;
  readonly lockAfterMinutes: number;
  readonly device: string;
}

/** Name, classification and when it locks. */
export function WorkspacePanel() {
  const { orpc } = useApi();
  const settings = useQuery(orpc.workspace.settings.queryOptions());
  const singleKeys = usePreferences((p) => p.singleKeys);
  return (
    <>
      <Panel title="Workspace">
        <Loaded query={settings} label="Loading settings" rows={3}>
          {(data) => <Form key={JSON.stringify(data)} settings={data} />}
        </Loaded>
      </Panel>
      <Panel title="Keyboard">
        <Switch
          label="Single-key shortcuts"
          description="J, K, 1 to 4 and the like. Turn them off when you dictate."
          checked={singleKeys}
          onChange={(e) => setSingleKeys(e.currentTarget.checked)}
        />
      </Panel>
    </>
  );
}

function Form({ settings }: { settings: Settings }) {
  const { client } = useApi();
  const [name, setName] = useState(settings.name);
  const [marking, setMarking] = useState(settings.marking);
  const [minutes, setMinutes] = useState(settings.lockAfterMinutes);
  const changes = {
    ...(name.trim() === settings.name ? {} : { name: name.trim() }),
    ...(marking.trim() === settings.marking ? {} : { marking: marking.trim() }),
    ...(minutes === settings.lockAfterMinutes ? {} : { lockAfterMinutes: minutes }),
  };
  const changed = Object.keys(changes).length > 0;
  const save = useAct(() => client.workspace.configure(changes), { done: () => showDone('Settings saved.') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && name.trim() !== '') save.mutate(undefined);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput
        label="Workspace name"
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        error={name.trim() === '' ? 'A workspace needs a name.' : null}
      />
      <TextInput
        label="Marking"
        description="Shown at the top of every screen and page, for example CUI. Recorded in the ledger."
        maxLength={80}
        value={marking}
        onChange={(e) => setMarking(e.currentTarget.value)}
      />
      <NumberInput
        label="Lock after minutes without activity"
        description="0 never locks by itself."
        min={0}
        max={480}
        allowDecimal={false}
        w={260}
        value={minutes}
        onChange={(value) => setMinutes(Number(value) || 0)}
      />
      <div className="row-acts">
        <Button type="submit" disabled={!changed || name.trim() === ''} loading={save.isPending}>
          Save settings
        </Button>
        <span className="quiet" role="status">
          {changed ? '' : 'Nothing changed yet. '}This device is called {settings.device}.
        </span>
      </div>
    </form>
  );
}
