import { Button } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import type { RequestRow } from '../../../shared/contract/register.ts';
import { CopyText } from '../../parts/hash.tsx';
import { Section } from '../../parts/panel.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { FaultCallout } from '../common/fault-callout.tsx';

/** The answer as a folder to hand over: every file, a manifest with its hash, and what is missing. */
export function AnswerPackage({ request }: { request: RequestRow }) {
  const { client } = useApi();
  const write = useAct(() => client.register.answerPackage({ request: request.row.id }), {
    failed: () => undefined,
  });
  return (
    <Section
      title="Hand it over"
      aside={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPackageExport size={13} />}
          loading={write.isPending}
          onClick={() => write.mutate(undefined)}
        >
          Write answer package
        </Button>
      }
    >
      <p className="quiet">
        Writes the files of the answer into a new folder on this machine, with a manifest and SHA256SUMS. They
        lie there as they are, not encrypted.
      </p>
      <FaultCallout error={write.error} />
      {write.data && (
        <div className="callout callout-good" role="status">
          <p>{write.data.summary}</p>
          <p className="mono">
            {write.data.folder} <CopyText value={write.data.folder} label="Copy the folder" />
          </p>
        </div>
      )}
    </Section>
  );
}
