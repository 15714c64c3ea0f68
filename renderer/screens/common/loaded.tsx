import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState, LoadingRows } from '../../parts/blank.tsx';
import { sentenceFor } from '../../state/faults.ts';

/** What was asked for once it is there; until then its shape, and what went wrong with the way to try again. */
export function Loaded<Data>(props: {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  /** What is being loaded, as screen readers say it. */
  label: string;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  const { query, rows = 6 } = props;
  if (query.data !== undefined) return props.children(query.data);
  if (query.error === null) return <LoadingRows rows={rows} label={props.label} />;
  return <ErrorState {...sentenceFor(query.error)} onRetry={() => void query.refetch()} />;
}
