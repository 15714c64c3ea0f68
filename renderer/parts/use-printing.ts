import { useSyncExternalStore } from 'react';

let printing = false;
const listeners = new Set<() => void>();

function turn(on: boolean): void {
  printing = on;
  for (const listener of listeners) listener();
}
window.addEventListener('beforeprint', () => turn(true));
window.addEventListener('afterprint', () => turn(false));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the page is being put on paper, where nothing can be scrolled to. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => printing);
}
