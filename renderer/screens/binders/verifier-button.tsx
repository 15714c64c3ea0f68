import { Button } from '@mantine/core';
import { FaultError } from '../../../shared/fault.ts';
import { saveAs } from '../../parts/save-as.ts';
import { showFault } from '../../state/acts.tsx';

/** Hands out the page that verifies binders anywhere; it stands beside the screens. */
export function VerifierButton() {
  const save = async () => {
    try {
      saveAs(await pageFile(), 'bindery-verifier.html');
    } catch (error) {
      showFault(error);
    }
  };
  return (
    <Button variant="subtle" onClick={() => void save()}>
      Export the verifier page
    </Button>
  );
}

async function pageFile(): Promise<Blob> {
  const answer = await fetch('./verifier.html').catch(() => null);
  if (answer?.ok) return answer.blob();
  throw new FaultError({
    code: 'unavailable',
    what: 'The verifier page',
    detail: 'it is not beside the screens.',
  });
}
