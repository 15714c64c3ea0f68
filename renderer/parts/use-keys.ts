import { useEffect, useRef } from 'react';

/** What each key does, by `KeyboardEvent.key` in lower case. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Keys that go on while they are held down. Any other acts once for each press: held, it would sign one after the other. */
const GOING_ON: ReadonlySet<string> = new Set(['j', 'k', 'arrowdown', 'arrowup']);

/** Listens for single keys while nothing is being typed and no dialog is open. */
export function useKeys(map: KeyMap, enabled = true): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || dialogOpen()) return;
      const key = event.key.toLowerCase();
      const act = latest.current[key];
      if (!act || ownsKey(event)) return;
      event.preventDefault();
      if (!event.repeat || GOING_ON.has(key)) act(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
}

/** Whether the person is writing, so that letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  return (
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button', 'submit', 'file'].includes(target.type)
  );
}

/** Enter and space belong to the button or link that has the focus. */
function ownsKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  return (
    event.target instanceof HTMLElement &&
    event.target.closest('button, a, [role="button"], input, [role="option"]') !== null
  );
}

/** Closed lists and menus can stay in the document, unseen. */
function dialogOpen(): boolean {
  const layers = document.querySelectorAll(
    '[role="dialog"][aria-modal="true"], [role="menu"], [role="listbox"]',
  );
  return [...layers].some((layer) => layer.checkVisibility());
}
