import { IconWritingSign } from '@tabler/icons-react';
import { type SignOff, signedWarning } from './signed-work.ts';

/** Who signed what is in front, and what a change would cost; nothing where nobody did. */
export function SignedNotice({ signOffs }: { signOffs: readonly SignOff[] }) {
  const words = signedWarning(signOffs);
  if (words === '') return null;
  return (
    <p className="callout callout-info signed-notice" role="note">
      <IconWritingSign size={14} aria-hidden="true" />
      <span>{words}</span>
    </p>
  );
}
