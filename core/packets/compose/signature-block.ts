import { addSignatureField, writeSignatureForm } from '../../binder/compose/signature-fields.ts';
import { SIGNATURE_FIELDS, type SignatureField } from '../../binder/sign/signer.ts';
import type { PacketPage } from './page.ts';
import { drawLine, SMALL, tagged } from './type.ts';

const GAP = 8;
const LABEL = 11;
const PANEL = 46;
const STRIP = 20;

/** How high the block is: the panels of the template’s signers, and under them strips for further ones. */
export const SIGNATURES_HEIGHT = LABEL + PANEL + 7 + STRIP;

const FURTHER: Readonly<Record<SignatureField, string>> = {
  Preparer: 'Prepared by',
  Reviewer: 'Reviewed by',
  Approver: 'Approved by',
  Recipient: 'Received by',
  Spare1: 'Further signature',
  Spare2: 'Further signature',
};

/** Draws every signature field there will ever be: once a packet is certified, nobody may add one. */
export function drawSignatureBlock({ frame, model }: PacketPage, top: number): void {
  const asked = model.template.signatures;
  const width = (frame.width - GAP * (asked.length - 1)) / asked.length;
  const fields = new Map<SignatureField, number>();
  asked.forEach(({ field, title }, i) => {
    const x = frame.left + i * (width + GAP);
    tagged(frame, 'P', null, () => {
      drawLine(frame, title, SMALL.label, x, top, width);
    });
    frame.frame(x, top + LABEL, width, PANEL, 'rule', 0.7);
    fields.set(field, addSignatureField(frame, field, { x, top: top + LABEL, width, height: PANEL }));
  });
  const rest = SIGNATURE_FIELDS.filter((name) => !fields.has(name));
  const strip = (frame.width - GAP * (rest.length - 1)) / rest.length;
  rest.forEach((name, i) => {
    const x = frame.left + i * (strip + GAP);
    const y = top + LABEL + PANEL + 7;
    const label = Math.min(58, strip * 0.45);
    tagged(frame, 'P', null, () => {
      drawLine(frame, FURTHER[name], SMALL.label, x, y + (STRIP - SMALL.label.leading) / 2, label - 4);
    });
    const box = { x: x + label, top: y, width: strip - label, height: STRIP };
    frame.frame(box.x, box.top, box.width, box.height, 'hair', 0.6);
    fields.set(name, addSignatureField(frame, name, box));
  });
  writeSignatureForm(
    frame,
    SIGNATURE_FIELDS.flatMap((name) => fields.get(name) ?? []),
  );
}
