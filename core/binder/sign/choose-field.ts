import { refuse } from '../../../shared/fault.ts';
import { SIGNATURE_FIELDS, type SignatureField } from './signer.ts';

/** The field a signer takes: the one made for their capacity while it is free, then a spare one. */
export function chooseField(
  fields: readonly { readonly name: string; readonly signed: boolean }[],
  wanted: SignatureField,
): SignatureField {
  const isFree = (name: SignatureField) => fields.some((field) => field.name === name && !field.signed);
  const spares = SIGNATURE_FIELDS.filter((name) => name.startsWith('Spare'));
  const free = [wanted, ...spares].find(isFree);
  if (!free) {
    refuse({
      code: 'conflict',
      detail: `The field ${wanted} and the spare ones are signed; a binder takes no more.`,
    });
  }
  return free;
}
