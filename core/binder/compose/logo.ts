import { deflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode } from 'fast-png';
import { LOGO_LIMIT } from '../../../shared/domain/house-style.ts';
import type { PdfFile } from './pdfkit-internals.ts';

/** A picture as eight-bit red, green and blue on white paper, row by row. */
export interface Logo {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

const PNG_HEAD = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Reads a PNG; null where the bytes are none, or one that is larger than a logo may be. */
export function readLogo(bytes: Uint8Array): Logo | null {
  const file = Buffer.from(bytes);
  if (file.length > LOGO_LIMIT.bytes || file.length < 33 || !file.subarray(0, 16).equals(PNG_HEAD))
    return null;
  // The size is looked at before anything is unpacked: a small file may say it is a huge picture.
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  if (width === 0 || height === 0 || Math.max(width, height) > LOGO_LIMIT.pixels) return null;
  try {
    return onPaper(decode(bytes));
  } catch {
    return null;
  }
}

/** Paper shows through what is transparent; nothing is left that a PDF/A reader would have to blend. */
function onPaper(png: ReturnType<typeof decode>): Logo | null {
  const { width, height, depth, palette } = png;
  if (palette === undefined && depth < 8) return null;
  const data = palette === undefined ? png.data : convertIndexedToRgb(png);
  const channels = palette === undefined ? png.channels : (palette[0]?.length ?? 3);
  const most = depth === 16 ? 65535 : 255;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const part = (i: number) => (data[pixel * channels + i] ?? 0) / most;
    const opaque = channels % 2 === 0 ? part(channels - 1) : 1;
    for (let i = 0; i < 3; i += 1)
      rgb[pixel * 3 + i] = Math.round(255 * (part(channels < 3 ? 0 : i) * opaque + 1 - opaque));
  }
  return { width, height, rgb };
}

/** Writes a logo as an image of the document; answers its object number. */
export function writeLogo(pdf: PdfFile, { width, height, rgb }: Logo): number {
  const entries = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode`;
  return pdf.addStream(entries, deflateSync(rgb, { level: 9 }));
}
