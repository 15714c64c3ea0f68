import { Button } from '@mantine/core';
import { IconFileCertificate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { EmptyState, ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { bytes, count, moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Panel } from '../../parts/panel.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { sentenceFor } from '../../state/faults.ts';
import { binderPath } from '../../state/files.ts';
import { go } from '../../state/place.ts';

const KIND_WORDS = {
  evidence: 'Evidence binder',
  release: 'Release packet',
  handover: 'Handover packet',
  checkpoint: 'Monthly checkpoint',
  summary: 'Weekly summary',
} as const;

/** Binders made from this workspace before. */
export function BinderList({ open }: { open: string | null }) {
  const { orpc, files } = useApi();
  const list = useQuery(orpc.binders.list.queryOptions({ input: { limit: 200 } }));
  const download = useAct((row: { id: string; file: string }) =>
    files.download(binderPath(row.id), row.file.split(/[\\/]/).at(-1) ?? 'binder.pdf'),
  );
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
  return (
    <Panel title={plural(list.data.total, 'binder')} flush>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Binder</th>
            <th scope="col">Composed</th>
            <th scope="col">Holds</th>
            <th scope="col">SHA-256</th>
            <th scope="col">
              <span className="visually-hidden">Download</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.data.rows.map((row) => (
            <tr key={row.id} className={open === row.id ? 'is-open' : ''}>
              <td>
                <strong>{row.title}</strong>
                <div className="quiet">
                  {KIND_WORDS[row.kind]} · {row.engagement}
                </div>
              </td>
              <td className="quiet">
                {moment(row.at)}
                <br />
                {row.by}
              </td>
              <td className="quiet">
                {plural(row.pages, 'page')}, {plural(row.attachments, 'attachment')}, {bytes(row.bytes)}
                <br />
                {count(row.omitted)} left out
              </td>
              <td>
                <Hash value={row.sha256} />
              </td>
              <td className="end">
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={download.isPending && download.variables.id === row.id}
                  onClick={() => download.mutate(row)}
                  aria-label={`Download ${row.title}`}
                >
                  Download
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
