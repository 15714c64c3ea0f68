import { UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { KeyHint } from '../../parts/key-hint.tsx';

/** The line at the top of every screen: where I am, what I look through, the palette, what to do. */
export function ScreenHead(props: { title: string; detail?: ReactNode; children?: ReactNode }) {
  return (
    <header className="screen-head">
      <h1>{props.title}</h1>
      {props.detail && <div className="screen-detail">{props.detail}</div>}
      <UnstyledButton className="palette-open" onClick={() => spotlight.open()}>
        <IconSearch size={14} aria-hidden="true" />
        <span>Search or do anything…</span>
        <KeyHint keys="Ctrl K" />
      </UnstyledButton>
      {props.children && <div className="screen-acts">{props.children}</div>}
    </header>
  );
}
