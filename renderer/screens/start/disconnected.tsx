import { ErrorState } from '../../parts/blank.tsx';
import type { Connection } from '../../state/connection.ts';

/** This page has no door to the core: says why and how to get one. */
export function Disconnected({ connection }: { connection: Connection }) {
  const spent = connection.kind === 'spent';
  return (
    <main className="disconnected">
      <ErrorState
        happened={spent ? 'This address opens Bindery only once' : 'Bindery is not answering on this address'}
        remedy={
          spent
            ? 'To keep other pages out, the address carries a token for one visit, and reloading ends it. Press Enter in the terminal where Bindery runs (or run "npm start" again) and open the new address. Your workspace is as you left it.'
            : 'It may have been stopped. Run "npm start" or "bindery serve" again and open the address it prints.'
        }
      />
    </main>
  );
}
