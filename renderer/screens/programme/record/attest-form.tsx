import { useApi } from '../../../state/api.tsx';
import { WordForm } from '../../common/word-form.tsx';
import { useMay } from './record-acts.ts';

/** One's own dated word on a criterion, gate or phase. */
export function AttestForm({ record, onClose }: { record: string; onClose: () => void }) {
  const { client } = useApi();
  const { name } = useMay();
  return (
    <WordForm
      label="Attest"
      name={name}
      choices={{ met: 'It is met', not: 'It is not met' }}
      placeholder="What you looked at, and why you say so"
      hint="Left empty it holds until somebody says otherwise."
      give={(word) => client.programme.attest({ record, ...word })}
      told={(_, { met }) =>
        `Attested as ${met ? 'met' : 'not met'} by ${name}; it is in the ledger for good.`
      }
      onClose={onClose}
    />
  );
}
