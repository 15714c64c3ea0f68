import { Button } from '@mantine/core';
import { IconFileCertificate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { BinderRow } from '../../../shared/contract/proof.ts';
import { PROFILES } from '../../../shared/domain/binder-profile.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { bytes, count, moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { sentenceFor } from '../../state/faults.ts';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { DownloadBinder, isHere } from './binder-file.tsx';
import { EarlierBinder } from './earlier-binder.tsx';

const KIND_WORDS = {
  evidence: 'Evidence binder',
  release: 'Release packet',
  handover: 'Handover packet',
  checkpoint: 'Monthly checkpoint',
  summary: 'Weekly summary',
} as const;

/** Binders made from this workspace before, or the one that is open. */
export function BinderList({ open }: { open: string | null }) {
  const { orpc } = useApi();
  const list = useQuery(orpc.binders.list.queryOptions({ input: { limit: 200 } }));
  if (list.isPending) return <LoadingRows label="Loading binders" />;
  if (list.isError) return <ErrorState {...sentenceFor(list.error)} onRetry={() => void list.refetch()} />;
  if (list.data.total === 0) {
    return (
      <EmptyState
        icon={<IconFileCertificate size={30} stroke={1.4} />}
        title="No binder was composed yet"
        text="Each composed binder is listed here with its hash, so that you can tell later whether a copy is the one you signed."
      >
        <Button onClick={() => go('binders', 'compose')}>Compose a binder</Button>
      </EmptyState>
    );
  }
  const shown = list.data.rows.find(({ id }) => id === open);
  if (shown && isHere(shown))
    return <EarlierBinder key={shown.id} binder={shown} onClose={() => go('binders', 'earlier')} />;
  return (
    <Panel title={plural(list.data.total, 'binder')} flush>
      <table className="plain-table binder-table">
        <thead>
          <tr>
            <th scope="col">Binder</th>
            <th scope="col">Composed</th>
            <th scope="col">Holds</th>
            <th scope="col">SHA-256 of the file</th>
            <th scope="col">
              <span className="visually-hidden">Verify, countersign, download</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.data.rows.map((row) => (
            <Line key={row.id} row={row} open={open === row.id} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** Who countersigned it: by the ledger, and what was signed here before the ledger told of it. */
function countersignatures({ countersignatures: told, countersigned }: BinderRow) {
  const here = countersigned?.signatures.filter(({ field }) => field !== 'Preparer') ?? [];
  return [...told, ...here.filter((one) => !told.some(({ field }) => field === one.field))];
}

function Line({ row, open }: { row: BinderRow; open: boolean }) {
  const { member } = useOpenSession();
  const words = mayAccess(member.role, 'review').allowed ? 'Verify and countersign' : 'Verify';
  return (
    <tr className={open ? 'is-open' : ''}>
      <td>
        <strong>{row.title}</strong>
        <div className="quiet">
          {[KIND_WORDS[row.kind], ...(row.profile ? [PROFILES[row.profile].title] : []), row.engagement].join(
            ' · ',
          )}
        </div>
        {countersignatures(row).map((s) => (
          <div key={s.field} className="quiet">
            <Pill tone="good">Countersigned</Pill> {s.by}, {s.field.toLowerCase()}, {moment(s.at)}
          </div>
        ))}
      </td>
      <td className="quiet">
        {moment(row.at)}
        <br />
        {row.by}
      </td>
      <td className="quiet">
        {plural(row.pages, 'page')}, {plural(row.attachments, 'attachment')},{' '}
        {bytes(row.countersigned?.bytes ?? row.bytes)}
        <br />
        {count(row.omitted)} left out
      </td>
      <td>
        <Hash value={row.countersigned?.sha256 ?? row.sha256} />
        {row.countersigned && (
          <div className="quiet">
            as composed <Hash value={row.sha256} label="SHA-256 as composed" />
          </div>
        )}
      </td>
      <td className="end">
        {isHere(row) ? (
          <span className="row-acts acts-end">
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => go('binders', row.id)}
              aria-label={`${words}: ${row.title}`}
            >
              {words}
            </Button>
            <DownloadBinder binder={row} />
          </span>
        ) : (
          <span className="quiet">composed on another copy</span>
        )}
      </td>
    </tr>
  );
}
