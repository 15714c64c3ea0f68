import { Button } from '@mantine/core';
import { IconTableExport } from '@tabler/icons-react';
import { plural, today } from '../../parts/format.ts';
import { saveAs } from '../../parts/save-as.ts';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';

/** The whole register as a file that a spreadsheet opens, every column of it. */
export function ExportRegister() {
  const { client } = useApi();
  const write = useAct(() => client.register.csv({}), {
    done: ({ text, counts }) => {
      saveAs(new Blob([text ?? ''], { type: 'text/csv' }), `evidence register ${today()}.csv`);
      showDone(`${plural(counts.rows, 'record')} with ${plural(counts.columns, 'column')} exported.`);
    },
  });
  return (
    <Button
      variant="default"
      leftSection={<IconTableExport size={14} />}
      loading={write.isPending}
      onClick={() => write.mutate(undefined)}
    >
      Export CSV
    </Button>
  );
}
