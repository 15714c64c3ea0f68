import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { spotlight } from '@mantine/spotlight';
import { useMutation } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useApi } from './api.tsx';
import { sentenceFor } from './faults.ts';

/** Tells in a corner what went wrong and what to do about it. */
export function showFault(error: unknown): void {
  const { happened, remedy } = sentenceFor(error);
  notifications.show({
    title: happened,
    message: remedy,
    color: 'red',
    autoClose: 12_000,
    role: 'alert',
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}

let newestDone = '';

/**
 * Tells quietly that something was done, with a way back where there is one. The newest takes the place of the one
 * before: messages that wait for room would tell of things long past.
 */
export function showDone(message: string, undo?: () => void): void {
  const id = `done-${Date.now()}-${message.length}`;
  notifications.hide(newestDone);
  newestDone = id;
  const takeBack = () => {
    notifications.hide(id);
    undo?.();
  };
  notifications.show({
    id,
    autoClose: undo ? 7000 : 3000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    role: 'status',
    message: (
      <span className="toast">
        <span>{message}</span>
        {undo && (
          <Button size="compact-xs" variant="default" onClick={takeBack}>
            Undo
          </Button>
        )}
      </span>
    ),
  });
}

/** Takes every message and the palette off the screen: they name records, and the workspace is no longer open. */
export function clearAway(): void {
  notifications.clean();
  spotlight.close();
}

/** Runs something the person asked for; a refusal is told, never swallowed. */
export function useAct<Input, Output>(
  act: (input: Input) => Promise<Output>,
  options: { done?: (output: Output, input: Input) => void; failed?: (error: unknown) => void } = {},
) {
  return useMutation({
    mutationFn: act,
    onSuccess: (output, input) => options.done?.(output, input),
    onError: options.failed ?? showFault,
  });
}

/** Takes back one's newest change, or the named one. */
export function useUndo(): (entry?: { writer: string; seq: number }) => void {
  const { client } = useApi();
  return useCallback(
    (entry) => {
      client.ledger.undo(entry).then(({ undone }) => showDone(`Taken back: ${undone}`), showFault);
    },
    [client],
  );
}
