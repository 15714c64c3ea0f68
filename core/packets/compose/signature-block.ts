import { addSignatureField, writeSignatureForm } from '../../binder/compose/signature-fields.ts';
import { SIGNATURE_FIELDS, type SignatureField } from '../../binder/sign/signer.ts';
import type { PacketPage } from './page.ts';
import { drawLine, SMALL, tagged } from './type.ts';

const GAP = 8;
const LABEL = 11;
const PANEL = 46;
const TALL_PANEL = 62;
const STRIP = 20;

/** How high the block is: the panels of the template’s signers, and under them strips for further ones. */
export const SIGNATURES_HEIGHT = LABEL + PANEL + 7 + STRIP;
/** The same with panels that leave room to sign a print by hand. */
export const TALL_SIGNATURES_HEIGHT = SIGNATURES_HEIGHT + TALL_PANEL - PANEL;

const FURTHER: Readonly<Record<SignatureField, string>> = {
  Preparer: 'Prepared by',
  Reviewer: 'Reviewed by',
  Approver: 'Approved by',
  Recipient: 'Received by',
  Spare1: 'Further',
  Spare2: 'Further',
};

/** A field leaves the frame around it visible. */
const inset = (x: number, top: number, width: number, height: number) => ({
  x: x + 1,
  top: top + 1,
  width: width - 2,
  height: height - 2,
});

/** Draws every signature field there will ever be: once a packet is certified, nobody may add one. */
export function drawSignatureBlock({ frame, model }: PacketPage, top: number, tall = false): void {
  const panel = tall ? TALL_PANEL : PANEL;
  const asked = model.template.signatures;
  const width = (frame.width - GAP * (asked.length - 1)) / asked.length;
  const fields = new Map<SignatureField, number>();
  asked.forEach(({ field, title }, i) => {
    const x = frame.left + i * (width + GAP);
    tagged(frame, 'P', null, () => {
      drawLine(frame, title, SMALL.label, x, top, width);
    });
    frame.frame(x, top + LABEL, width, panel, 'rule', 0.7);
    fields.set(field, addSignatureField(frame, field, inset(x, top + LABEL, width, panel)));
  });
  const rest = SIGNATURE_FIELDS.filter((name) => !fields.has(name));
  const strip = (frame.width - GAP * (rest.length - 1)) / rest.length;
  rest.forEach((name, i) => {
    const x = frame.left + i * (strip + GAP);
    const y = top + LABEL + panel + 7;
    const label = Math.min(54, strip * 0.45);
    tagged(frame, 'P', null, () => {
      drawLine(frame, FURTHER[name], SMALL.label, x, y + (STRIP - SMALL.label.leading) / 2, label - 4);
    });
    frame.frame(x + label, y, strip - label, STRIP, 'rule', 0.6);
    fields.set(name, addSignatureField(frame, name, inset(x + label, y, strip - label, STRIP)));
  });
  writeSignatureForm(
    frame,
    SIGNATURE_FIELDS.flatMap((name) => fields.get(name) ?? []),
  );
}
