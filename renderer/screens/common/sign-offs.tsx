import type { z } from 'zod';
import type { SignOffRow } from '../../../shared/contract/frameworks.ts';
import { moment } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Pill } from '../../parts/pill.tsx';

const SIGNED_AS = { preparer: 'Prepared by', reviewer: 'Reviewed by', approver: 'Approved by' } as const;

/** Who vouched for this, in which capacity, and whether it still stands. */
export function SignOffs({ signOffs }: { signOffs: readonly z.infer<typeof SignOffRow>[] }) {
  if (signOffs.length === 0) return <p className="quiet">Nobody has signed yet.</p>;
  return (
    <ul className="list-plain">
      {signOffs.map((s) => (
        <li key={s.id} className="sign-off">
          <div className="grow">
            {s.verdict === 'returned' ? 'Returned by' : SIGNED_AS[s.capacity]} <strong>{s.by.name}</strong>
            <span className="quiet"> · {moment(s.at)} · </span>
            <Hash value={s.digest} label="digest" />
            {s.note && <div className="sign-note">{s.note}</div>}
            {s.passphraseSetByOther && (
              <div className="quiet">
                Signed while the passphrase was still one that somebody else had set.
              </div>
            )}
          </div>
          {s.verdict === 'returned' ? (
            <Pill tone="warn" shape="↩">
              Returned
            </Pill>
          ) : s.voided ? (
            <Pill tone="bad" shape="✕">
              Void: changed after sign-off
            </Pill>
          ) : (
            <Pill tone="good">Stands</Pill>
          )}
        </li>
      ))}
    </ul>
  );
}
