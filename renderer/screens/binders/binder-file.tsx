import { Button } from '@mantine/core';
import type { BinderRow } from '../../../shared/contract/proof.ts';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { binderPath } from '../../state/files.ts';

/** Whether this copy of the workspace has the file: others only know that it was composed. */
export function isHere({ file, countersigned }: BinderRow): boolean {
  return file !== '' || countersigned !== null;
}

/** The name under which its newest file is handed out. */
export function binderFileName({ file, countersigned }: BinderRow): string {
  const name = file.split(/[\\/]/).at(-1) || 'binder.pdf';
  return countersigned === null ? name : name.replace(/(\.pdf)?$/i, ' countersigned.pdf');
}

/** The newest file of a binder, with every signature that was added here. */
export function DownloadBinder({ binder }: { binder: BinderRow }) {
  const { files } = useApi();
  const download = useAct(() => files.download(binderPath(binder.id), binderFileName(binder)));
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={download.isPending}
      onClick={() => download.mutate(undefined)}
      aria-label={`Download ${binder.title}`}
    >
      Download
    </Button>
  );
}
