import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconWritingSign } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChecklistView } from '../../../shared/contract/work.ts';
import { RESULTS, type Result } from '../../../shared/domain/results.ts';
import { plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { KeyHint } from '../../parts/key-hint.tsx';
import { showDone, showFault, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { drafts } from '../../state/drafts.ts';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Because } from '../common/evidence-beside.tsx';
import { Loaded } from '../common/loaded.tsx';
import { SignOffs } from '../common/sign-offs.tsx';
import { voidedWords } from '../common/signed-work.ts';
import { StatusPill, VoidPill } from '../common/words.tsx';
import { ItemList } from './item-list.tsx';
import { ItemPanel } from './item-panel.tsx';
import { SaidLines } from './plan-notes.tsx';

export type Item = ChecklistView['rows'][number];

/** One checklist, worked item by item from the keyboard. */
export function ChecklistWork({ id }: { id: string }) {
  const { orpc } = useApi();
  const { engagement, subject } = useEngagement();
  const input = {
    checklist: id,
    ...(engagement ? { engagement: engagement.id } : {}),
    ...(subject ? { subject: subject.id } : {}),
  };
  const view = useQuery(orpc.checklists.get.queryOptions({ input }));
  return (
    <Loaded query={view} label="Loading the checklist" rows={10}>
      {({ checklist }) => <Desk checklist={checklist} input={input} opened={id} />}
    </Loaded>
  );
}

interface DeskProps {
  readonly checklist: ChecklistView;
  readonly input: { checklist: string; engagement?: string; subject?: string };
  /** What the screen was opened with: the checklist, or one of its items. */
  readonly opened: string;
}

function Desk({ checklist, input, opened }: DeskProps) {
  const [cursor, setCursor] = useState(() =>
    Math.max(
      0,
      checklist.rows.findIndex((row) => row.id === opened),
    ),
  );
  const save = useSaveTold(checklist, input);
  const rows = checklist.rows;
  const item = rows[Math.min(cursor, rows.length - 1)];
  const may = checklist.may.assess.allowed;
  const set = (row: Item | undefined, result: Result) => {
    if (row && may) save(row, { result }).catch(showFault);
  };
  const sign = useSign(checklist);
  const move = (by: number) => setCursor((now) => Math.min(rows.length - 1, Math.max(0, now + by)));
  useSingleKeys({
    j: () => move(1),
    k: () => move(-1),
    arrowdown: () => move(1),
    arrowup: () => move(-1),
    ' ': () => set(item, item?.result === 'satisfied' ? 'not-reviewed' : 'satisfied'),
    p: () => checklist.may.prepare.allowed && sign.mutate(undefined),
    escape: () => go('checklists'),
    ...Object.fromEntries(RESULTS.map((result, i) => [String(i + 1), () => set(item, result)])),
  });
  return (
    <div className="with-side has-side checklist">
      <section className="controls-list" aria-label={checklist.title}>
        <Head checklist={checklist} sign={() => sign.mutate(undefined)} signing={sign.isPending} />
        <ItemList rows={rows} cursor={cursor} onCursor={setCursor} onResult={set} may={may} />
        <Background checklist={checklist} />
      </section>
      {item && (
        <ItemPanel key={item.id} item={item} checklist={checklist} save={(note) => save(item, { note })} />
      )}
    </div>
  );
}

type Change = { result?: Result; note?: string };

/** Stores a change of an item; where a sign-off is void by it, says whose, with the way back to what was signed. */
function useSaveTold(checklist: ChecklistView, input: DeskProps['input']) {
  const { client, orpc } = useApi();
  const queries = useQueryClient();
  const save = async (item: Item, change: Change) => {
    const answer = await client.checklists.set({ item: item.id, ...input, ...change });
    queries.setQueryData(orpc.checklists.get.queryKey({ input }), answer);
    return answer.checklist;
  };
  const putBack = useAct(
    async ({ item, change }: { item: Item; change: Change }) => {
      await drafts.flush(`${item.assessment} note`);
      await save(item, change);
    },
    { done: (_, { item }) => showDone(`Item ${item.label} is again as it was.`) },
  );
  return async (item: Item, change: Change) => {
    const after = await save(item, change);
    const lost = voidedWords(checklist.signOffs, after.signOffs);
    const { result, note } = item;
    const was = { ...('result' in change ? { result } : {}), ...('note' in change ? { note } : {}) };
    if (lost !== '')
      showDone(`Item ${item.label} changed. ${lost}`, () => putBack.mutate({ item, change: was }));
    return after;
  };
}

function useSign(checklist: ChecklistView) {
  const { client } = useApi();
  return useAct(
    async () => {
      const typed = checklist.rows.some((row) => drafts.value(`${row.assessment} note`) !== undefined);
      await drafts.flushAll();
      return client.review.sign({
        kind: 'checklist',
        id: checklist.record,
        as: 'preparer',
        engagement: checklist.engagement,
        subject: checklist.subject.id,
        ...(typed ? {} : { expectDigest: checklist.digest }),
      });
    },
    { done: () => showDone(`${checklist.title} signed as prepared. It waits for a reviewer now.`) },
  );
}

function Head(props: { checklist: ChecklistView; sign: () => void; signing: boolean }) {
  const { checklist } = props;
  const { prepare } = checklist.may;
  const decided = checklist.items - checklist.results['not-reviewed'];
  return (
    <header className="checklist-head">
      <div className="row-acts">
        <ActionIcon aria-label="Back to all checklists" onClick={() => go('checklists')}>
          <IconArrowLeft size={15} />
        </ActionIcon>
        <h2>{checklist.title}</h2>
        <StatusPill status={checklist.status} begun={decided > 0} />
        {checklist.voided && <VoidPill />}
        <span className="spacer" />
        <span role="status" className="quiet">
          {decided} of {plural(checklist.items, 'item')} decided
        </span>
        <Because because={prepare.allowed ? '' : prepare.because}>
          <Button
            leftSection={<IconWritingSign size={14} />}
            disabled={!prepare.allowed}
            loading={props.signing}
            onClick={props.sign}
          >
            Sign as preparer
            <KeyHint keys="P" />
          </Button>
        </Because>
      </div>
      <p className="quiet">
        {checklist.frameworkTitle} · {checklist.subject.name}
        {prepare.allowed ? (
          <>
            {' '}
            · signing binds you to digest <Hash value={checklist.digest} label="digest" />
          </>
        ) : (
          ` · ${prepare.because}`
        )}
      </p>
    </header>
  );
}

function Background({ checklist }: { checklist: ChecklistView }) {
  return (
    <div className="checklist-foot">
      {checklist.criteria.length > 0 && (
        <details className="more">
          <summary>Criteria ({checklist.criteria.length})</summary>
          <SaidLines lines={checklist.criteria} />
        </details>
      )}
      {checklist.notes.length > 0 && (
        <details className="more">
          <summary>From the plan ({checklist.notes.length})</summary>
          <SaidLines lines={checklist.notes} />
        </details>
      )}
      <details className="more" open={checklist.signOffs.length > 0}>
        <summary>Sign-offs ({checklist.signOffs.length})</summary>
        <SignOffs signOffs={checklist.signOffs} />
      </details>
    </div>
  );
}
