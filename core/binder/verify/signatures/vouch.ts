import { Vouch } from '../../../../shared/domain/binder.ts';
import type { Findings } from '../findings.ts';
import { isSigned } from '../ledger-key.ts';
import { textOf } from '../pdf/values.ts';
import { fingerprintOf } from './certificate.ts';
import type { SignedCms } from './cms.ts';
import type { SignatureField } from './fields.ts';

/** The member's word that a signature carries for its certificate; one that does not hold is found. */
export function readVouch(field: SignatureField, cms: SignedCms | null, findings: Findings): Vouch | null {
  const said = field.value?.dict.entries.get('BinderyVouch');
  if (!cms || said === undefined) return null;
  const vouch = parse(textOf(said));
  if (vouch !== null && vouch.body.certificate === fingerprintOf(cms.signer) && isSigned(vouch)) return vouch;
  const message = `The signature ${field.name} names a member of a workspace whose key does not say so.`;
  findings.add('signature-format', `signature ${field.name}`, message);
  return null;
}

function parse(text: string | null): Vouch | null {
  try {
    return Vouch.safeParse(JSON.parse(text ?? '')).data ?? null;
  } catch {
    return null;
  }
}
