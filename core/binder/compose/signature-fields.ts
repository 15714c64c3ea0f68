import { SIGNATURE_FIELDS, type SignatureField } from '../sign/signer.ts';
import type { PageFrame } from './page-frame.ts';
import { num, ref, textString } from './pdf-objects.ts';
import { INK, TYPE } from './style.ts';
import { showLine } from './text/draw-line.ts';

const PANEL_HEIGHT = 138;
const GAP = 16;
const LABEL_HEIGHT = 30;
const INSET = 10;

const TITLES: Readonly<Record<SignatureField, string>> = {
  Preparer: 'Preparer',
  Reviewer: 'Reviewer',
  Approver: 'Approver',
  Recipient: 'Recipient',
  Spare1: 'Further signature 1',
  Spare2: 'Further signature 2',
};

/**
 * Draws six panels, two in a row, with one empty signature field in each. All fields a binder will ever have are
 * built now: once it is certified, signers may fill fields but nobody may add one.
 */
export function drawSignaturePanels(frame: PageFrame): void {
  const width = (frame.width - GAP) / 2;
  const rows = SIGNATURE_FIELDS.length / 2;
  frame.need(rows * (PANEL_HEIGHT + GAP));
  const fields = SIGNATURE_FIELDS.map((name, i) => {
    const x = frame.left + (i % 2) * (width + GAP);
    const top = frame.y + Math.floor(i / 2) * (PANEL_HEIGHT + GAP);
    return drawPanel(frame, name, x, top, width);
  });
  frame.space(rows * (PANEL_HEIGHT + GAP));
  writeSignatureForm(frame, fields);
}

/** The form that holds the signature fields; written once, when all of them are drawn. */
export function writeSignatureForm(frame: PageFrame, fields: readonly number[]): void {
  const form = frame.pdf.add(`<< /Fields [${fields.map(ref).join(' ')}] /SigFlags 3 >>`);
  frame.pdf.catalog('AcroForm', ref(form));
}

export interface FieldBox {
  readonly x: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function drawPanel(frame: PageFrame, name: SignatureField, x: number, top: number, width: number): number {
  frame.frame(x, top, width, PANEL_HEIGHT, 'rule', 0.8);
  frame.beginTag('P');
  const title = frame.oneLine(TITLES[name], TYPE.strong, width - 2 * INSET);
  frame.line(title, TYPE.strong, x + INSET, top + 9, width - 2 * INSET);
  frame.endTag();
  const box = {
    x: x + INSET,
    top: top + LABEL_HEIGHT,
    width: width - 2 * INSET,
    height: PANEL_HEIGHT - LABEL_HEIGHT - INSET,
  };
  return addSignatureField(frame, name, box);
}

/** An empty signature field in a box; answers its object number. */
export function addSignatureField(frame: PageFrame, name: SignatureField, box: FieldBox): number {
  const appearance = writeEmptyAppearance(frame, box.width, box.height);
  const rect = frame.rectangle(box.x, box.top, box.width, box.height);
  return frame.field((field, key) =>
    frame.pdf.write(
      field,
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T ${textString(name)} /TU ${textString(`Signature: ${TITLES[name]}`)} /F 4 /Rect ${rect} /P ${ref(frame.pageObject)} /StructParent ${key} /AP << /N ${ref(appearance)} >> >>`,
    ),
  );
}

/** What an unsigned field shows: a line to sign on, also by hand on a print, and the words that it is empty. */
function writeEmptyAppearance(frame: PageFrame, width: number, height: number): number {
  const id = frame.pdf.reserve();
  const words = frame.oneLine('Not signed', TYPE.note, width);
  // A field too low for a line to sign on by hand says in one line that it is empty.
  const low = height < 44;
  frame.writeForm(id, `[0 0 ${num(width)} ${num(height)}]`, (used) => [
    `${INK.wash} rg 0 0 ${num(width)} ${num(height)} re f`,
    ...(low ? [] : [`${INK.faint} RG 0.6 w 10 30 m ${num(width - 10)} 30 l S`]),
    `${INK.quiet} rg`,
    showLine(words, TYPE.note.size, low ? 6 : 10, low ? height / 2 - 3 : 14, used, false),
  ]);
  return id;
}
