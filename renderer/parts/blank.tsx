import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Nothing here yet: says so, and what to do next. */
export function EmptyState(props: {
  title: string;
  text: ReactNode;
  icon?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <section className="blank" aria-label={props.title}>
      {props.icon && (
        <span className="blank-icon" aria-hidden="true">
          {props.icon}
        </span>
      )}
      <h2>{props.title}</h2>
      <p>{props.text}</p>
      {props.children && <div className="blank-acts">{props.children}</div>}
    </section>
  );
}

/** What went wrong and how to put it right. */
export function ErrorState(props: { happened: string; remedy: string; onRetry?: () => void }) {
  return (
    <section className="blank blank-error" role="alert">
      <span className="blank-icon" aria-hidden="true">
        <IconAlertTriangle size={28} stroke={1.5} />
      </span>
      <h2>{props.happened}</h2>
      <p>{props.remedy}</p>
      {props.onRetry && (
        <div className="blank-acts">
          <Button variant="default" onClick={props.onRetry}>
            Try again
          </Button>
        </div>
      )}
    </section>
  );
}

/** Grey lines in the shape of what is coming. */
export function LoadingRows({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div className="loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders without identity
        <Skeleton key={i} height={12} width={`${92 - ((i * 17) % 40)}%`} />
      ))}
    </div>
  );
}
