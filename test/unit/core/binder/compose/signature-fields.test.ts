import { describe, expect, test } from 'vitest';
import { SIGNATURE_FIELDS } from '../../../../../core/binder/sign/signer.ts';
import { sampleBinderModel } from '../../../../support/binder-model.ts';
import { composedIn, folder, run, textOf } from './composed.ts';

interface PdfObject {
  readonly value?: Readonly<Record<string, unknown>>;
}

async function objectsOf(): Promise<{
  objects: Record<string, PdfObject>;
  text: string;
  signatures: string;
}> {
  await using dir = await folder();
  const file = await composedIn(dir.path, sampleBinderModel());
  const { qpdf } = JSON.parse(run('qpdf', '--json=2', '--json-key=qpdf', file));
  return { objects: qpdf[1], text: textOf(file), signatures: run('pdfsig', file) };
}

describe('signature fields', () => {
  test('are six, empty, in their order, and all on one page with an appearance of their own', async () => {
    const { objects, text, signatures } = await objectsOf();
    const at = (reference: unknown) => objects[`obj:${reference}`]?.value ?? {};
    const catalog =
      Object.values(objects).find((object) => object.value?.['/Type'] === '/Catalog')?.value ?? {};
    const form = at(catalog['/AcroForm']);
    const fields = (form['/Fields'] as string[]).map(at);
    expect(form['/SigFlags']).toBe(3);
    expect(fields.map((field) => field['/T'])).toEqual(SIGNATURE_FIELDS.map((name) => `u:${name}`));
    for (const field of fields) {
      expect(field).toMatchObject({
        '/FT': '/Sig',
        '/Subtype': '/Widget',
        '/F': 4,
        '/AP': { '/N': expect.any(String) },
      });
      expect(field).not.toHaveProperty('/V');
    }
    const [page] = new Set(fields.map((field) => field['/P']));
    expect(at(page)['/Annots']).toEqual(expect.arrayContaining(form['/Fields'] as string[]));
    expect(signatures.match(/The signature form field is not signed/g)).toHaveLength(6);
    expect(text.match(/Not signed/g)).toHaveLength(6);
  });

  test('do not overlap', async () => {
    const { objects } = await objectsOf();
    const boxes = Object.values(objects)
      .filter((object) => object.value?.['/FT'] === '/Sig')
      .map((object) => object.value?.['/Rect'] as [number, number, number, number]);
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        expect(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1]).toBe(true);
  });
});
