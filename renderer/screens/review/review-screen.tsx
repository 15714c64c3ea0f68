import { Button } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Lane } from '../../../shared/contract/work.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { glance, go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { EngagementSwitch } from '../common/engagement-switch.tsx';
import { Loaded } from '../common/loaded.tsx';
import { ScreenHead } from '../common/screen-head.tsx';
import { QueueList } from './queue-list.tsx';
import { ReviewAssessment } from './review-assessment.tsx';
import { ReviewChecklist } from './review-checklist.tsx';
import { type Front, inFront, readReviewPlace, reviewPlace } from './review-place.ts';

const LANES: readonly { lane: Lane; word: string; none: string }[] = [
  {
    lane: 'to-review',
    word: 'To review',
    none: 'Nothing waits for your review. What others sign as prepared comes here.',
  },
  { lane: 'returned', word: 'Returned', none: 'Nothing was returned to you.' },
  {
    lane: 'voided',
    word: 'Voided',
    none: 'No sign-off is void. When something changes after it was signed, it comes here.',
  },
  { lane: 'to-sign', word: 'To sign', none: 'Nothing you worked on waits for your signature as preparer.' },
];

/** The queue of what awaits me, and the one in front with its evidence beside it. */
export function ReviewScreen({ record }: { record: string | null }) {
  const { orpc } = useApi();
  const { engagement } = useEngagement();
  const place = readReviewPlace(record);
  const [begun, setBegun] = useState<Lane | null>(null);
  const lane = place.lane ?? begun ?? 'to-review';
  const input = { lane, limit: 500, ...(engagement ? { engagement: engagement.id } : {}) };
  const queue = useQuery(orpc.review.queue.queryOptions({ input, placeholderData: (previous) => previous }));
  const lanes = queue.data?.lanes;
  useEffect(() => {
    // Opened without a wish: the first lane in which something waits.
    if (begun === null && lanes) setBegun(LANES.find((l) => lanes[l.lane] > 0)?.lane ?? 'to-review');
  }, [begun, lanes]);
  const rows = queue.data?.rows ?? [];
  const [front, setFront] = useState<Front>({ lane, record: null, at: 0 });
  const at = inFront(rows, place.record, front.lane === lane ? front : { lane, record: null, at: 0 });
  const current = rows[at];
  const shown = current?.record ?? null;
  useEffect(() => {
    if (shown !== null) setFront({ lane, record: shown, at });
  }, [lane, shown, at]);
  const move = (by: number) => {
    const to = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (to) glance('review', reviewPlace(lane, to.record));
  };
  useSingleKeys({ j: () => move(1), k: () => move(-1), arrowdown: () => move(1), arrowup: () => move(-1) });
  const detail = current ? `${at + 1} of ${queue.data?.total ?? rows.length}` : '';
  return (
    <>
      <ScreenHead
        title="Review"
        detail={
          <>
            <span className="quiet">{detail}</span>
            <EngagementSwitch subjects={false} />
          </>
        }
      >
        <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
        <KeyHint keys="A">accept</KeyHint>
        <KeyHint keys="R">return</KeyHint>
        <KeyHint keys="N">note</KeyHint>
      </ScreenHead>
      <Loaded query={queue} label="Loading the queue" rows={10}>
        {(data) => (
          <div className="review">
            <section className="queue" aria-label="Queue" aria-busy={queue.isFetching}>
              <fieldset className="lanes" aria-label="Lanes">
                {LANES.map((l) => (
                  <button
                    key={l.lane}
                    type="button"
                    aria-pressed={lane === l.lane}
                    onClick={() => go('review', l.lane)}
                  >
                    {l.word} <b>{data.lanes[l.lane]}</b>
                  </button>
                ))}
              </fieldset>
              <QueueList
                rows={rows}
                current={current?.record ?? null}
                onOpen={(row) => glance('review', reviewPlace(lane, row.record))}
              />
            </section>
            {!current && <Nothing text={LANES.find((l) => l.lane === lane)?.none ?? ''} />}
            {current?.kind === 'assessment' && <ReviewAssessment key={current.record} row={current} />}
            {current?.kind === 'checklist' && <ReviewChecklist key={current.record} row={current} />}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Nothing({ text }: { text: string }) {
  return (
    <EmptyState icon={<IconInbox size={30} stroke={1.4} />} title="This lane is empty" text={text}>
      <Button variant="default" onClick={() => go('overview')}>
        Go to the overview
      </Button>
    </EmptyState>
  );
}
