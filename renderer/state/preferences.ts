import { create } from 'zustand';

const KEY = 'bindery.single-keys';

/** Single-key shortcuts can be turned off, as speech input and some keyboards need. */
export const usePreferences = create<{ singleKeys: boolean }>(() => ({
  singleKeys: localStorage.getItem(KEY) !== 'off',
}));

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(KEY, on ? 'on' : 'off');
  usePreferences.setState({ singleKeys: on });
}
