import { type DragEvent, type ReactNode, useState } from 'react';
import { FaultError } from '../../../shared/fault.ts';
import { droppedFiles } from '../../parts/dropped-files.ts';
import { showFault } from '../../state/acts.tsx';

/** Takes files dropped anywhere on what it holds, those in dropped folders too, and says so while they hover. */
export function DropArea(props: {
  hint: string;
  onFiles: (files: File[]) => void;
  disabled?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const [over, setOver] = useState(0);
  const carries = (event: DragEvent) => !props.disabled && event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; a button beside it picks files
    <div
      className={`drop-area ${props.className ?? ''}`}
      onDragEnter={(event) => carries(event) && setOver((n) => n + 1)}
      onDragLeave={(event) => carries(event) && setOver((n) => Math.max(0, n - 1))}
      onDragOver={(event) => carries(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        setOver(0);
        droppedFiles(event.dataTransfer).then((files) => {
          if (files.length > 0) props.onFiles(files);
          else showFault(new FaultError({ code: 'usage', detail: 'What was dropped holds no file.' }));
        }, showFault);
      }}
    >
      {props.children}
      {over > 0 && (
        <div className="drop-over" aria-hidden="true">
          {props.hint}
        </div>
      )}
    </div>
  );
}
