import { useEffect } from 'react';
import { isTyping } from '../../parts/use-keys.ts';
import { useChoices } from '../../state/choices.ts';
import { DIGIT_SCREENS, go, type Screen, usePlace } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { arrive } from './use-arrival.ts';

/** Keys that work everywhere: `?` for help, Alt and a digit for a screen, Ctrl Z to take a change back. */
export function useShellKeys(undo: () => void): void {
  useSingleKeys({ '?': () => useChoices.setState({ helpOpen: true }) });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const screen = event.altKey && !event.ctrlKey ? DIGIT_SCREENS[Number(event.key) - 1] : undefined;
      const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z';
      if (screen) choose(screen);
      else if (undoes && !isTyping(event.target)) undo();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [undo]);
}

function choose(screen: Screen): void {
  const here = usePlace.getState().screen;
  go(screen);
  if (screen !== here) return;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  arrive();
}
