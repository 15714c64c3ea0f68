import type { BinderModel } from '../model.ts';
import { ref, textString } from './pdf-objects.ts';
import { type PdfFile, PRODUCER, srgbProfile } from './pdfkit-internals.ts';
import { KIND_WORDS } from './words.ts';

/** What the metadata say of a document. */
export interface DocumentFacts {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  readonly generator: string;
  readonly at: string;
}

/**
 * XMP metadata and the output intent that PDF/A-3 asks for. The conformance marker is left out on purpose: what no
 * validator has confirmed is not claimed.
 */
export function writeMetadata(pdf: PdfFile, document: DocumentFacts): void {
  const id = pdf.addStream('/Type /Metadata /Subtype /XML', Buffer.from(packet(document), 'utf8'));
  pdf.catalog('Metadata', ref(id));
  const profile = pdf.addStream('/N 3', srgbProfile());
  const name = textString('sRGB IEC61966-2.1');
  const intent = pdf.add(
    `<< /Type /OutputIntent /S /GTS_PDFA1 /Info ${name} /OutputConditionIdentifier ${name} /DestOutputProfile ${ref(profile)} >>`,
  );
  pdf.catalog('OutputIntents', `[${ref(intent)}]`);
}

function packet(document: DocumentFacts): string {
  const at = new Date(document.at).toISOString().replace(/\.\d+Z$/, 'Z');
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:identifier>${escaped(document.id)}</dc:identifier>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escaped(document.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${escaped(document.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped(document.subject)}</rdf:li></rdf:Alt></dc:description>
<xmp:CreateDate>${at}</xmp:CreateDate>
<xmp:ModifyDate>${at}</xmp:ModifyDate>
<xmp:CreatorTool>${escaped(document.generator)}</xmp:CreatorTool>
<pdf:Producer>${escaped(PRODUCER)}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

export function subjectOf(model: BinderModel): string {
  return `${KIND_WORDS[model.kind]} of ${model.engagement.name}`;
}

/** XML 1.0 knows no control characters and no lone surrogates at all, not even escaped. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
  );
}
