import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** A digest as people compare it: its start and end, the whole on hover and in the clipboard. */
export function Hash({
  value,
  label = 'SHA-256',
  whole = false,
}: {
  value: string;
  label?: string;
  whole?: boolean;
}) {
  return (
    <span className="hash">
      <code title={value}>{whole ? value : shortHash(value)}</code>
      <CopyText value={value} label={`Copy ${label}`} />
    </span>
  );
}

/** `9f2c 41d0 … 77ab`. */
function shortHash(value: string): string {
  if (value.length < 16) return value;
  return `${value.slice(0, 4)} ${value.slice(4, 8)} … ${value.slice(-4)}`;
}

/** A small button that copies a text and says that it did. */
export function CopyText({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon size={20} aria-label={label} onClick={copy}>
            {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
