import { useEffect, useRef, useState } from 'react';
import { plural } from '../../parts/format.ts';
import { pastedFiles } from '../../parts/pasted-files.ts';
import { showDone, showFault } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';

/** What evidence is linked to: a control or item, for a subject of an engagement. */
export interface AttachTarget {
  readonly control: string;
  readonly engagement?: string | undefined;
  readonly subject?: string | undefined;
  /** How people name it, for the message that it was done. */
  readonly label: string;
}

export interface Attach {
  /** What is happening now, in words; null while nothing is. */
  readonly step: string | null;
  attach(files: readonly File[]): Promise<void>;
  /** Takes none of them in; what was handed over already is swept. */
  stop(): void;
}

/** Takes files into the vault and links them, one record a file. */
export function useAttach(target: AttachTarget | null): Attach {
  const { client, files: door } = useApi();
  const [step, setStep] = useState<string | null>(null);
  const stopped = useRef(false);
  async function attach(files: readonly File[]): Promise<void> {
    stopped.current = false;
    try {
      const staged: { upload: string }[] = [];
      for (const [i, file] of files.entries()) {
        setStep(`Taking in ${file.name}${files.length > 1 ? ` (${i + 1} of ${files.length})` : ''}`);
        staged.push({ upload: (await door.stage(file)).upload });
        if (stopped.current) return showDone('Stopped as you asked. Nothing was taken in.');
      }
      const { control, engagement, subject } = target ?? {};
      await client.evidence.add({ files: staged, links: control ? [{ control, engagement, subject }] : [] });
      showDone(
        `${plural(files.length, 'file')} taken into the vault${target ? ` for ${target.label}` : ''}.`,
      );
    } catch (error) {
      showFault(error);
    } finally {
      setStep(null);
    }
  }
  return { step, attach, stop: () => (stopped.current = true) };
}

/** Files pasted anywhere on the screen: a screenshot becomes evidence of what is open. */
export function usePastedFiles(onFiles: (files: File[]) => void, enabled: boolean): void {
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    if (!enabled) return;
    const paste = (event: ClipboardEvent) => {
      const files = pastedFiles(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      latest.current(files);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [enabled]);
}
