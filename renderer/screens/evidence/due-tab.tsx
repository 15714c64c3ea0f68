import { SegmentedControl } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { IconCalendarDue } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Contract } from '../../../shared/contract/index.ts';
import { dayAfter } from '../../../shared/domain/programme/template.ts';
import { EmptyState } from '../../parts/blank.tsx';
import { dated, day, plural, today } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { useEngagement } from '../../state/engagement.ts';
import { go } from '../../state/place.ts';
import { Loaded } from '../common/loaded.tsx';
import { AttestEvidence } from './attest-evidence.tsx';
import { DUE_WORDS } from './register-part.tsx';

type Due = InferContractRouterOutputs<Contract>['register']['due'];
type Owner = Due['owners'][number];

const AHEAD = ['7', '30', '90'] as const;

/** What has to be done with evidence in the days ahead, by whoever owns it. */
export function DueTab() {
  const { orpc } = useApi();
  const { engagement } = useEngagement();
  const [ahead, setAhead] = useState('30');
  const input = {
    until: dayAfter(today(), Number(ahead)),
    ...(engagement ? { engagement: engagement.id } : {}),
  };
  const due = useQuery(orpc.register.due.queryOptions({ input }));
  return (
    <div className="page stack">
      <div className="row-acts">
        <SegmentedControl
          aria-label="How far ahead"
          w="fit-content"
          value={ahead}
          onChange={setAhead}
          data={AHEAD.map((days) => ({ value: days, label: `${days} days` }))}
        />
        {due.data && (
          <span className="quiet" role="status">
            {plural(due.data.total, 'thing')} due until {day(due.data.until)}
          </span>
        )}
      </div>
      <Loaded query={due} label="Loading what is due" rows={8}>
        {(data) =>
          data.owners.length === 0 ? (
            <EmptyState
              icon={<IconCalendarDue size={30} stroke={1.4} />}
              title={`Nothing is due in the next ${ahead} days`}
              text="Evidence is refreshed, attested and its links checked in a rhythm; what comes due stands here by owner and day."
            />
          ) : (
            data.owners.map((owner) => <OwnerPanel key={owner.owner} owner={owner} />)
          )
        }
      </Loaded>
    </div>
  );
}

function OwnerPanel({ owner }: { owner: Owner }) {
  const attestable = [
    ...new Set(
      owner.days.flatMap(({ items }) =>
        items
          .filter(({ kind }) => kind === 'attestation' || kind === 'change')
          .map(({ evidence }) => evidence),
      ),
    ),
  ];
  return (
    <Panel
      title={owner.owner || 'Nobody owns these'}
      aside={
        <>
          {owner.overdue > 0 && <Pill tone="bad">{owner.overdue} overdue</Pill>}
          {plural(owner.count, 'thing')}
        </>
      }
    >
      <ul className="list-plain">
        {owner.days.flatMap(({ day: on, items }) =>
          items.map((item) => (
            <li key={`${item.evidence} ${item.kind} ${on}`} className="due-line">
              {item.overdue ? (
                <Pill tone="bad">{DUE_WORDS[item.kind]}</Pill>
              ) : (
                <Pill tone="plain" shape="○">
                  {DUE_WORDS[item.kind]}
                </Pill>
              )}
              <span className="grow">
                <button type="button" className="link-row" onClick={() => go('evidence', item.evidence)}>
                  <code>{item.reference}</code> {item.title}
                </button>
                <span className="under quiet">{dated(item.because)}</span>
              </span>
              <span className={item.overdue ? 'ink-bad' : 'quiet'}>{day(on)}</span>
            </li>
          )),
        )}
      </ul>
      {attestable.length > 0 && (
        <AttestEvidence
          keys={false}
          evidence={attestable.slice(0, 1000)}
          label={
            attestable.length === 1
              ? 'the one that waits for it'
              : `the ${attestable.length} that wait for it`
          }
        />
      )}
    </Panel>
  );
}
