import { useEffect } from 'react';
import type { SyncStatus } from '../../../shared/contract/sync.ts';
import { useApi } from '../../state/api.tsx';

/** What browsers tell of the network, where they do (Network Information API). */
interface NetworkHint extends EventTarget {
  readonly saveData?: boolean;
  readonly type?: string;
}

function hint(): NetworkHint | undefined {
  return (navigator as Navigator & { readonly connection?: NetworkHint }).connection;
}

/** Tells the core when the network becomes metered, or stops being so, as far as this machine says. */
export function useMetered(status: SyncStatus | undefined): void {
  const { client } = useApi();
  const connected = status?.connection != null;
  const known = status?.metered;
  useEffect(() => {
    const network = hint();
    if (!connected || network === undefined) return;
    const tell = () => {
      const metered = network.saveData === true || network.type === 'cellular';
      if (metered !== known) client.sync.metered({ metered }).catch(() => undefined);
    };
    tell();
    network.addEventListener('change', tell);
    return () => network.removeEventListener('change', tell);
  }, [client, connected, known]);
}
