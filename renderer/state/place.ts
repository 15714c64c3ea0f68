import { create } from 'zustand';

export const SCREENS = [
  'overview',
  'programme',
  'frameworks',
  'controls',
  'evidence',
  'checklists',
  'review',
  'packets',
  'binders',
  'sync',
  'ledger',
  'settings',
] as const;
export type Screen = (typeof SCREENS)[number];

/** The screens that Alt and a digit open, 1 first: habits outlive new screens, so this order stays. */
export const DIGIT_SCREENS: readonly Screen[] = [
  'overview',
  'frameworks',
  'controls',
  'evidence',
  'checklists',
  'review',
  'binders',
  'ledger',
  'settings',
];

/** Where the person is: a screen and the record open on it. Kept in the fragment, so Back works. */
export interface Place {
  readonly screen: Screen;
  readonly record: string | null;
}

export function parsePlace(hash: string): Place {
  const [screen = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  const known = SCREENS.find((s) => s === screen);
  const record = rest.join('/');
  return { screen: known ?? 'overview', record: known && record ? decodeURIComponent(record) : null };
}

export function formatPlace(place: Place): string {
  return `#/${place.screen}${place.record === null ? '' : `/${encodeURIComponent(place.record)}`}`;
}

export const usePlace = create<Place>(() => ({ screen: 'overview', record: null }));

/** Goes to a screen, with a record open on it if one is named. */
export function go(screen: Screen, record: string | null = null): void {
  const hash = formatPlace({ screen, record });
  if (location.hash !== hash) location.hash = hash;
}

/** Moves within a screen's list without filling the history with every row passed. */
export function glance(screen: Screen, record: string | null): void {
  history.replaceState(null, '', formatPlace({ screen, record }));
  usePlace.setState({ screen, record });
}

/** Starts following the fragment; called once, after the connection has read its token from it. */
export function followPlace(): void {
  const read = () => usePlace.setState(parsePlace(location.hash));
  window.addEventListener('hashchange', read);
  read();
}
