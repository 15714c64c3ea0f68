import { type KeyMap, useKeys } from '../parts/use-keys.ts';
import { usePreferences } from './preferences.ts';

/** Single keys that do something on this screen, unless the person turned single keys off. */
export function useSingleKeys(keys: KeyMap, here = true): void {
  useKeys(keys, usePreferences((p) => p.singleKeys) && here);
}
