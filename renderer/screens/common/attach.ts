import { useEffect, useRef, useState } from 'react';
import { plural } from '../../parts/format.ts';
import { pastedFiles } from '../../parts/pasted-files.ts';
import { showDone, showFault } from '../../state/acts.tsx';
import { type Api, useApi } from '../../state/api.tsx';

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

/** The claim that files are attached to, and whose sign-off that voids, in words; empty where nobody signed it. */
interface Claim {
  readonly assessment: string | null;
  readonly lost: string;
}

/** Takes files into the vault and links them, one record a file; where that voids a sign-off, with the way back. */
export function useAttach(target: AttachTarget | null, claim?: Claim): Attach {
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
      const links = control ? [{ control, engagement, subject }] : [];
      const { evidence, warnings } = await client.evidence.add({ files: staged, links });
      const what = `${plural(files.length, 'file')} taken into the vault${target ? ` for ${target.label}` : ''}.`;
      const { assessment = null, lost = '' } = claim ?? {};
      showDone(
        [what, ...warnings, lost].filter(Boolean).join(' '),
        lost === '' || assessment === null
          ? undefined
          : () => void takeOff(client, evidence, assessment).catch(showFault),
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

/** Takes what was just attached off again; it stays in the vault. */
async function takeOff(
  client: Api['client'],
  evidence: readonly { readonly id: string }[],
  assessment: string,
): Promise<void> {
  for (const { id } of evidence) await client.evidence.unlink({ evidence: id, assessment });
  showDone(`${plural(evidence.length, 'file')} taken off again; the vault keeps what was taken in.`);
}
