import { useEffect, useRef } from 'react';
import type { Screen } from '../../state/place.ts';

/** What the keys of a screen act on; a screen without a list takes the focus itself. */
const LIST = '[role="grid"], .page .link-row';
/** A list that takes longer may no longer pull the focus to itself. */
const PATIENCE_MS = 4000;

/**
 * Whoever goes to a screen means its content: the focus leaves the rail for the list there, as soon as there is one,
 * so that the next Enter opens a row and not the same screen again.
 */
export function useArrival(screen: Screen): void {
  const before = useRef(screen);
  useEffect(() => {
    if (before.current === screen) return;
    before.current = screen;
    return arrive();
  }, [screen]);
}

/** Moves the focus from the rail into the screen in front; answers how to stop waiting for its list. */
export function arrive(): () => void {
  const main = document.getElementById('main');
  if (!main || !isFree(document.activeElement)) return () => undefined;
  main.focus({ preventScroll: true });
  const watch = new MutationObserver(settle);
  const stop = () => watch.disconnect();
  const timer = setTimeout(stop, PATIENCE_MS);
  watch.observe(main, { childList: true, subtree: true });
  settle();
  return () => {
    clearTimeout(timer);
    stop();
  };

  function settle(): void {
    // Somebody went on by themselves meanwhile.
    const stillHere = document.activeElement === main;
    const list = main?.querySelector<HTMLElement>(LIST);
    if (stillHere && !list) return;
    if (stillHere) list?.focus({ preventScroll: true });
    stop();
  }
}

/** The focus is nowhere, or still where the screen was chosen. */
function isFree(focused: Element | null): boolean {
  return (
    focused === null ||
    focused === document.body ||
    focused.id === 'main' ||
    focused.closest('.rail nav') !== null
  );
}
