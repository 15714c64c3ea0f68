import { isDict, isRef, isString, nameOf, type PdfValue } from '../../../core/binder/verify/pdf/values.ts';
import { isOperator } from './content.ts';
import { type Clause, named, type PdfDocument } from './document.ts';

/** The clauses of ISO 19005-3 (PDF/A-3) at level B that concern a document of text, vectors and files. */
export const ARCHIVE: readonly Clause[] = [
  {
    clause: '6.1.2',
    asks: 'A header of PDF 1.n, then a comment of at least four bytes above 127',
    does: 'pdfkit writes it',
    wrong: ({ bytes, text }) => [
      ...(/^%PDF-1\.[0-7]\n%/.test(text) ? [] : ['the header']),
      ...([...bytes.subarray(10, 14)].every((byte) => byte > 127) ? [] : ['the comment of bytes above 127']),
    ],
    broken: [/^%PDF-1\.7\n%..../s, '%PDF-1.7\n%abcd'],
  },
  {
    clause: '6.1.3',
    asks: 'A file identifier, no encryption, nothing behind the last end mark',
    does: 'The identifier is derived from the binder’s id and date',
    wrong: ({ trailer, array, text }) => [
      ...(array(trailer.entries.get('ID')).length === 2 ? [] : ['no identifier']),
      ...(trailer.entries.has('Encrypt') ? ['encrypted'] : []),
      ...(/%%EOF\r?\n?$/.test(text) ? [] : ['bytes behind the end']),
    ],
    broken: [/\/ID \[</, '/IX [<'],
  },
  {
    clause: '6.1.4',
    asks: 'Cross-reference tables whose entries are twenty bytes each, without gaps in their form',
    does: 'pdfkit writes the first, the signer one for each signature',
    wrong: ({ text }) => {
      const tables = [
        ...text.matchAll(/\nxref\n((?:\d+ \d+\n(?:\d{10} \d{5} [nf](?: \n|\r\n| \r))+)+)trailer/g),
      ];
      const ends = text.match(/\nstartxref\n\d+\n%%EOF/g) ?? [];
      return tables.length === ends.length && ends.length > 0
        ? []
        : [`${tables.length} of ${ends.length} tables`];
    },
    broken: [/<dc:identifier>[^<]*/, '\nstartxref\n1\n%%EOF'],
  },
  {
    clause: '6.1.6',
    asks: 'Hexadecimal strings of an even number of digits',
    does: 'Written from whole bytes',
    wrong: ({ text, objects }) =>
      stringsOf({ objects }).flatMap((one) =>
        one.hex && !/^<(?:[0-9A-Fa-f]{2}|\s)*>$/.test(text.slice(one.start, one.end))
          ? [text.slice(one.start, one.end).slice(0, 40)]
          : [],
      ),
    broken: [/\/CheckSum <../, '/CheckSum <4 '],
  },
  {
    clause: '6.1.7',
    asks: 'Streams whose length is exact, whose keywords stand on lines, packed by no LZW, in no other file',
    does: 'Lengths are counted as the bytes are written; Flate alone',
    wrong: ({ objects, at, text, dicts }) => [
      ...[...objects.values()].flatMap(({ num, value, stream, start, end }) => {
        if (!stream || !isDict(value)) return [];
        const head = text.slice(start, stream.start);
        const tail = text.slice(stream.start + stream.length, end);
        const whole =
          /stream\r?\n$/.test(head) && /^\r?\n?endstream\s+endobj$/.test(tail) && /^[\r\n]/.test(tail);
        return whole && at(value.entries.get('Length')) === stream.length ? [] : [`stream ${num}`];
      }),
      ...dicts.flatMap(({ num, dict }) =>
        ['LZWDecode', 'Crypt'].includes(String(named(dict, 'Filter'))) ? [`the filter of ${num}`] : [],
      ),
      ...[...objects.values()].flatMap(({ num, value, stream }) =>
        stream && isDict(value) && ['F', 'FFilter', 'FDecodeParms'].some((key) => value.entries.has(key))
          ? [`stream ${num} in another file`]
          : [],
      ),
    ],
    broken: [/\/Type \/Metadata \/Subtype \/XML/, '/Type /Metadata /FFilter /XML'],
  },
  {
    clause: '6.1.8, 6.1.13',
    asks: 'Names of at most 127 bytes, strings of 32,767, 28 saved states, 8,388,607 objects',
    does: 'Far below; the type of a file is cut at 127',
    wrong: ({ objects, dicts, pages }) => [
      ...dicts.flatMap(({ num, dict }) =>
        [...dict.entries].flatMap(([key, value]) =>
          Math.max(Buffer.byteLength(key), Buffer.byteLength(nameOf(value) ?? '')) > 127
            ? [`a name in ${num}`]
            : [],
        ),
      ),
      ...stringsOf({ objects }).flatMap(({ bytes, start }) =>
        bytes.length > 32_767 ? [`the string at ${start}`] : [],
      ),
      ...pages.flatMap(({ num, walked }) => (walked.depth > 28 ? [`states of page ${num}`] : [])),
      ...(objects.size > 8_388_607 ? ['too many objects'] : []),
    ],
    broken: [/\/Type \/Annot \/Subtype \/Widget .*? \/AP/, `/X /${'x'.repeat(130)} /AP`],
  },
  {
    clause: '6.1.9',
    asks: 'Objects that begin and end on lines of their own',
    does: 'pdfkit’s way is kept for what is written by hand',
    wrong: ({ objects, text }) =>
      [...objects.values()].flatMap(({ num, start, end }) => {
        const own = text.slice(start, end);
        const whole = /^\d+ \d+ obj[\r\n]/.test(own) && /[\r\n]endobj$/.test(own);
        return whole && /^[\r\n]/.test(text.slice(end, end + 1)) ? [] : [`object ${num}`];
      }),
    broken: [/\nendobj\n/, ' endobj\n'],
  },
  {
    clause: '6.1.12',
    asks: 'Permissions by a certifying signature alone',
    does: 'DocMDP of the preparer’s signature',
    wrong: ({ catalog, dict }) =>
      [...dict(catalog.entries.get('Perms')).entries.keys()].filter(
        (key) => key !== 'DocMDP' && key !== 'UR3',
      ),
    broken: [/\/PageMode \/UseOutlines/, '/Perms << /XX true  >>'],
  },
  {
    clause: '6.2.2',
    asks: 'Pages of the operators that PDF defines, with resources of their own',
    does: 'Written by hand',
    wrong: ({ pages, dict }) =>
      pages.flatMap(({ num, walked, dict: page }) => [
        ...[...walked.operators].filter((one) => !isOperator(one)).map((one) => `${one} on page ${num}`),
        ...(walked.balanced ? [] : [`what page ${num} opens it does not close`]),
        ...(dict(page.entries.get('Resources')).entries.size > 0 ? [] : [`resources of page ${num}`]),
      ]),
    broken: [/\/Resources /, '/Xesources '],
  },
  {
    clause: '6.2.3',
    asks: 'One output intent with a profile of as many colours as it says',
    does: 'sRGB, from pdfkit',
    wrong: async ({ catalog, array, dict, data, at }) => {
      const intents = array(catalog.entries.get('OutputIntents')).map(dict);
      const profile = intents[0]?.entries.get('DestOutputProfile');
      const icc = await data(profile);
      const good =
        intents.length === 1 &&
        intents.every(
          (one) => named(one, 'S') === 'GTS_PDFA1' && at(one.entries.get('OutputConditionIdentifier')),
        ) &&
        dict(profile).entries.get('N') === 3 &&
        icc.toString('latin1', 16, 20) === 'RGB ' &&
        icc.readUInt32BE(0) === icc.length;
      return good ? [] : ['the output intent'];
    },
    broken: [/\/S \/GTS_PDFA1/, '/S /GTS_PDFX '],
  },
  {
    clause: '6.2.4',
    asks: 'Colours that the output intent covers: RGB and grey',
    does: 'RGB alone',
    wrong: ({ pages, dict }) =>
      pages.flatMap(({ num, walked, dict: page }) => [
        ...['k', 'K', 'cs', 'CS', 'scn', 'SCN', 'sh', 'ri', 'BI']
          .filter((one) => walked.operators.has(one))
          .map((one) => `${one} on page ${num}`),
        ...['ColorSpace', 'Pattern', 'Shading']
          .filter((key) => dict(dict(page.entries.get('Resources')).entries.get(key)).entries.size > 0)
          .map((key) => `${key} on page ${num}`),
      ]),
    broken: (content) => content.replace(/ rg\n/, ' k\n'),
  },
  {
    clause: '6.2.5, 6.2.10',
    asks: 'No transparency, transfer curves or halftones that a printer might see otherwise',
    does: 'No graphics states, groups or masks at all',
    wrong: ({ dicts, pages, at }) => [
      ...dicts.flatMap(({ num, dict }) =>
        ['SMask', 'BM', 'CA', 'ca', 'TR', 'TR2', 'HT', 'HTP']
          .filter((key) => dict.entries.has(key) && at(dict.entries.get(key)) !== 1)
          .map((key) => `${key} in ${num}`),
      ),
      ...pages.flatMap(({ num, walked, dict }) =>
        walked.operators.has('gs') || dict.entries.has('Group') ? [`page ${num}`] : [],
      ),
    ],
    broken: [/\/Type \/Metadata/, '/BM /Metadata'],
  },
  {
    clause: '6.2.8, 6.2.9',
    asks: 'Forms without PostScript or references, pictures without alternates',
    does: 'Forms of text and lines; no pictures',
    wrong: ({ dicts }) =>
      dicts.flatMap(({ num, dict }) =>
        named(dict, 'Subtype') === 'PS' ||
        (named(dict, 'Type') === 'XObject' &&
          ['Ref', 'OPI', 'PS', 'Alternates', 'Subtype2'].some((key) => dict.entries.has(key)))
          ? [`object ${num}`]
          : [],
      ),
    broken: [/\/Subtype \/Form \/BBox/, '/Subtype /Form /OPI '],
  },
  {
    clause: '6.2.11.3, 6.2.11.4',
    asks: 'Fonts embedded, with their glyphs numbered as they are drawn',
    does: 'Subsets of composite fonts with Identity-H',
    wrong: ({ dicts, dict, array }) =>
      dicts.flatMap(({ num, dict: font }) => {
        if (named(font, 'Type') !== 'Font' || /^CIDFont/.test(String(named(font, 'Subtype')))) return [];
        const [below] = array(font.entries.get('DescendantFonts')).map(dict);
        const descriptor = dict(below?.entries.get('FontDescriptor'));
        const identity =
          named(below ?? font, 'CIDToGIDMap') === 'Identity' ||
          named(below ?? font, 'Subtype') === 'CIDFontType0';
        const embedded = descriptor.entries.has('FontFile2') || descriptor.entries.has('FontFile3');
        const subset = /^[A-Z]{6}\+/.test(String(named(descriptor, 'FontName')));
        return named(font, 'Encoding') === 'Identity-H' && identity && embedded && subset
          ? []
          : [`font ${num}`];
      }),
    broken: [/\/CIDToGIDMap \/Identity/, '/CIDToGIDMap /Idextity'],
  },
  {
    clause: '6.2.11.8',
    asks: 'No glyph drawn that stands for “there is none”',
    does: 'A letter that no font has is written as its code point',
    wrong: ({ pages }) =>
      pages.flatMap(({ num, walked }) =>
        [...walked.shown].flatMap(([font, glyphs]) => (glyphs.has(0) ? [`${font} on page ${num}`] : [])),
      ),
    broken: (content) => content.replace(/<[0-9a-f]{4}/, '<0000'),
  },
  {
    clause: '6.3.1 to 6.3.3',
    asks: 'Links and fields alone, printed, never hidden, fields with an appearance',
    does: 'The print flag on each; an appearance from the start',
    wrong: ({ dicts, dict }) =>
      dicts.flatMap(({ num, dict: one }) => {
        if (named(one, 'Type') !== 'Annot') return [];
        const kind = named(one, 'Subtype');
        const shown = kind === 'Link' || dict(dict(one.entries.get('AP')).entries.get('N')).entries.size > 0;
        const states = [...dict(one.entries.get('AP')).entries.keys()].every((key) => key === 'N');
        return (kind === 'Link' || kind === 'Widget') && one.entries.get('F') === 4 && shown && states
          ? []
          : [`annotation ${num}`];
      }),
    broken: [/\/F 4 /, '/F 2 '],
  },
  {
    clause: '6.4.1, 6.4.2',
    asks: 'A form that needs no program to be shown: no XFA, no actions on fields',
    does: 'Signature fields alone',
    wrong: ({ catalog, dict, dicts }) => [
      ...['NeedAppearances', 'XFA'].filter((key) => dict(catalog.entries.get('AcroForm')).entries.has(key)),
      ...dicts.flatMap(({ num, dict: one }) =>
        named(one, 'Subtype') === 'Widget' && (one.entries.has('A') || one.entries.has('AA'))
          ? [`field ${num}`]
          : [],
      ),
    ],
    broken: [/\/TU \(Signature: Pre/, '/A (S) /X (xxxxxx'],
  },
  {
    clause: '6.4.3',
    asks: 'Signatures that cover the whole file but their own value, with the signer’s certificate in them',
    does: 'PAdES, checked by `bindery verify` and other programs',
    wrong: ({ dicts, array, bytes }) => {
      const ranges = dicts.flatMap(({ dict }) =>
        named(dict, 'Type') === 'Sig' && dict.entries.has('ByteRange')
          ? [array(dict.entries.get('ByteRange'))]
          : [],
      );
      const ends = ranges.map(([from, , at, length]) => (from === 0 ? Number(at) + Number(length) : -1));
      return ends.length === 0 || Math.max(...ends) === bytes.length ? [] : [`ends at ${ends.join(', ')}`];
    },
    broken: [/\/Type \/Annot \/Subtype \/Widget .*? \/AP/, '/Type /Sig /ByteRange [0 1 2 3] /AP'],
  },
  {
    clause: '6.5.1, 6.5.2',
    asks: 'Actions that go to a place alone, none that start by themselves',
    does: 'Named destinations; no actions',
    wrong: ({ dicts, catalog, pages }) => [
      ...dicts.flatMap(({ num, dict }) =>
        dict.entries.has('JS') ||
        dict.entries.has('AA') ||
        (dict.entries.has('A') && named(dict, 'Type') === 'Annot')
          ? [`object ${num}`]
          : [],
      ),
      ...['OpenAction', 'URI'].filter((key) => catalog.entries.has(key)),
      ...pages.flatMap(({ num, dict }) => (dict.entries.has('AA') ? [`page ${num}`] : [])),
    ],
    broken: [/\/Border \[0 0 0\]/, '/AA << /S /X >>'],
  },
  {
    clause: '6.6.2, 6.6.3',
    asks: 'XMP metadata, neither packed nor encrypted, that say what the information dictionary says',
    does: 'Both are written from the same facts',
    wrong: metadataFaults,
    broken: [/<dc:title>/, '<dc:tltle>'],
  },
  {
    clause: '6.6.4',
    asks: 'The marker that claims conformance',
    does: 'Left out on purpose: nobody has confirmed it with a validator',
    wrong: async ({ catalog, data }) =>
      /pdfaid|pdfuaid/.test((await data(catalog.entries.get('Metadata'))).toString('utf8'))
        ? ['a marker']
        : [],
    broken: [/<xmp:CreateDate>/, '<pdfaid:part>3<!'],
  },
  {
    clause: '6.8',
    asks: 'Embedded files with both names, their relationship, type and parameters, associated with the document',
    does: 'Written by hand, with size, date and checksum',
    wrong: fileFaults,
    broken: [/\/AFRelationship/, '/AFRelatiozship'],
  },
  {
    clause: '6.9 to 6.11',
    asks: 'No layers, alternate presentations or requirements',
    does: 'None',
    wrong: ({ catalog, dicts }) => [
      ...['OCProperties', 'Requirements'].filter((key) => catalog.entries.has(key)),
      ...dicts.flatMap(({ num, dict }) =>
        dict.entries.has('PresSteps') || dict.entries.has('AlternatePresentations') ? [`object ${num}`] : [],
      ),
    ],
    broken: [/\/PageMode \/UseOutlines/, '/OCProperties << >>   '],
  },
];

function stringsOf({ objects }: Pick<PdfDocument, 'objects'>) {
  const all = (value: PdfValue): ReturnType<typeof only> =>
    Array.isArray(value)
      ? value.flatMap(all)
      : isDict(value)
        ? [...value.entries.values()].flatMap(all)
        : only(value);
  const only = (value: PdfValue) => (isString(value) && value.end > value.start ? [value] : []);
  return [...objects.values()].flatMap(({ value }) => all(value));
}

async function metadataFaults({ catalog, trailer, dict, data, at }: PdfDocument): Promise<string[]> {
  const stream = dict(catalog.entries.get('Metadata'));
  const xmp = (await data(catalog.entries.get('Metadata'))).toString('utf8');
  const info = dict(trailer.entries.get('Info'));
  const said = (tag: string) =>
    new RegExp(`<${tag}>(?:<[^>]*>)*([^<]*)`)
      .exec(xmp)?.[1]
      ?.replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&');
  const text = (key: string) => {
    const value = at(info.entries.get(key));
    if (!isString(value)) return undefined;
    return value.bytes[0] === 0xfe
      ? new TextDecoder('utf-16be').decode(value.bytes.subarray(2))
      : value.bytes.toString('latin1');
  };
  const date = (key: string) =>
    text(key)?.replace(/^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z');
  const pairs = [
    ['dc:title', text('Title')],
    ['dc:creator', text('Author')],
    ['dc:description', text('Subject')],
    ['xmp:CreatorTool', text('Creator')],
    ['pdf:Producer', text('Producer')],
    ['xmp:CreateDate', date('CreationDate')],
    ['xmp:ModifyDate', date('ModDate')],
  ] as const;
  return [
    ...(named(stream, 'Type') === 'Metadata' && named(stream, 'Subtype') === 'XML' ? [] : ['the stream']),
    ...(stream.entries.has('Filter') ? ['it is packed'] : []),
    ...(/^<\?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"\?>[\s\S]*<\?xpacket end="[rw]"\?>$/.test(
      xmp,
    )
      ? []
      : ['the packet']),
    ...pairs.flatMap(([tag, value]) =>
      value !== undefined && said(tag) === value ? [] : [`${tag}: ${said(tag)} is not ${value}`],
    ),
  ];
}

function fileFaults({ catalog, dicts, dict, array, at }: PdfDocument): string[] {
  const associated = new Set(array(catalog.entries.get('AF')).map((one) => (isRef(one) ? one.num : 0)));
  return dicts.flatMap(({ num, dict: spec }) => {
    if (named(spec, 'Type') !== 'Filespec') return [];
    const file = dict(dict(spec.entries.get('EF')).entries.get('F'));
    const parameters = dict(file.entries.get('Params'));
    const relations = ['Source', 'Data', 'Alternative', 'Supplement', 'Unspecified'];
    const wrong = [
      ...(['F', 'UF'].every((key) => isString(at(spec.entries.get(key)))) ? [] : ['names']),
      ...(relations.includes(String(named(spec, 'AFRelationship'))) ? [] : ['relationship']),
      ...(/^[^/]+\/[^/]+$/.test(String(named(file, 'Subtype'))) ? [] : ['type']),
      ...(isString(at(parameters.entries.get('ModDate'))) && parameters.entries.has('Size')
        ? []
        : ['parameters']),
      ...(associated.has(num) ? [] : ['association']),
    ];
    return wrong.map((what) => `${what} of file ${num}`);
  });
}
