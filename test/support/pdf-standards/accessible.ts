import { isRef, isString, type PdfDict, type PdfValue } from '../../../core/binder/verify/pdf/values.ts';
import { type Clause, named, type PdfDocument } from './document.ts';
import { type Element, treeOf } from './tree.ts';

const STANDARD = new Set(
  'Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference Code Link Annot Figure Formula Form'.split(
    ' ',
  ),
);

/** The clauses of ISO 14289-1 (PDF/UA-1) that concern a document of text, vectors, tables, links and fields. */
export const ACCESSIBLE: readonly Clause[] = [
  {
    clause: '7.1 (content)',
    asks: 'All that is drawn is tagged, or an artifact, and never one within the other',
    does: 'Lines, running heads and repeated headers are artifacts; the rest stands under an element',
    wrong: ({ pages }) =>
      pages.flatMap(({ num, walked }) => [
        ...walked.bare.map((one) => `${one} on page ${num}`),
        ...walked.mixed.map((one) => `${one} on page ${num}`),
      ]),
    broken: (content) => content.replace('BDC', 'BDC EMC'),
  },
  {
    clause: '7.1 (tree)',
    asks: 'Each stretch of a page belongs to the one element that lists it, and each element to its parent',
    does: 'The parent tree is written from the marks themselves',
    wrong: (doc) => treeFaults(doc),
    broken: [/\/S \/TD \/P \d/, '/S /TD /P 9'],
  },
  {
    clause: '7.1 (names)',
    asks: 'Standard elements, or a role for each of another name',
    does: 'Standard elements alone',
    wrong: (doc) =>
      elementsOf(doc).flatMap(({ num, tag }) => (STANDARD.has(tag) ? [] : [`${tag} of ${num}`])),
    broken: [/\/S \/Figure/, '/S /Fugure'],
  },
  {
    clause: '7.1 (title)',
    asks: 'Marked as tagged without doubt; the title shown in the window',
    does: 'MarkInfo and ViewerPreferences',
    wrong: ({ catalog, dict }) => [
      ...(dict(catalog.entries.get('MarkInfo')).entries.get('Marked') === true ? [] : ['not marked']),
      ...(dict(catalog.entries.get('MarkInfo')).entries.has('Suspects') ? ['suspects'] : []),
      ...(dict(catalog.entries.get('ViewerPreferences')).entries.get('DisplayDocTitle') === true
        ? []
        : ['the title']),
    ],
    broken: [/\/Marked true/, '/Marked null'],
  },
  {
    clause: '7.2',
    asks: 'The language of the text',
    does: 'English, for the words of the product; of what people wrote it is not known, and not said',
    wrong: ({ catalog, at }) => (isString(at(catalog.entries.get('Lang'))) ? [] : ['no language']),
    broken: [/\/Lang /, '/Lxng '],
  },
  {
    clause: '7.3',
    asks: 'Words in place of each figure',
    does: 'Each bar of a chart says its numbers',
    wrong: (doc) =>
      elementsOf(doc).flatMap(({ num, tag, dict }) =>
        tag === 'Figure' && !isString(doc.at(dict.entries.get('Alt'))) ? [`figure ${num}`] : [],
      ),
    broken: [/\/Alt /, '/Axt '],
  },
  {
    clause: '7.4.2',
    asks: 'Headings from the first level, none left out on the way down',
    does: 'Chapter, section, record',
    wrong: (doc) => {
      let before = 0;
      return elementsOf(doc).flatMap(({ num, tag }) => {
        const level = Number(/^H([1-6])$/.exec(tag)?.[1] ?? 0);
        if (level === 0) return [];
        const skips = level > before + 1;
        before = level;
        return skips ? [`${tag} of ${num}`] : [];
      });
    },
    broken: [/\/S \/H2/, '/S /H4'],
  },
  {
    clause: '7.5',
    asks: 'Tables of rows of equal cells, with headers that say what they are headers of',
    does: 'A row of TH with the scope Column, then rows of TD',
    wrong: (doc) =>
      elementsOf(doc).flatMap((element) => (element.tag === 'Table' ? tableFaults(doc, element) : [])),
    broken: [/\/Scope \/Column/, '/Xcope /Column'],
  },
  {
    clause: '7.11',
    asks: 'Two names for each embedded file',
    does: 'F and UF, with a description',
    wrong: ({ dicts, at }) =>
      dicts.flatMap(({ num, dict }) =>
        dict.entries.has('EF') && !['F', 'UF', 'Desc'].every((key) => isString(at(dict.entries.get(key))))
          ? [`file ${num}`]
          : [],
      ),
    broken: [/\/UF \(/, '/XF ('],
  },
  {
    clause: '7.17',
    asks: 'Bookmarks that lead through the document',
    does: 'One for each chapter, section and record',
    wrong: ({ catalog, dict }) =>
      dict(catalog.entries.get('Outlines')).entries.has('First') ? [] : ['no bookmarks'],
    broken: [/\/Outlines \d/, '/Oxtlines 1'],
  },
  {
    clause: '7.18.1, 7.18.4, 7.18.5',
    asks: 'Each link within a Link with words for where it leads; each field within a Form, with a name to speak',
    does: 'The text that leads somewhere stands in the same element as its link',
    wrong: annotationFaults,
    broken: [/ \/Contents \(/, ' /Coxtents ('],
  },
  {
    clause: '7.18.3',
    asks: 'Pages with links or fields are walked in the order of the structure',
    does: 'On every page',
    wrong: ({ pages }) =>
      pages.flatMap(({ num, dict }) => (named(dict, 'Tabs') === 'S' ? [] : [`page ${num}`])),
    broken: [/\/Tabs \/S/, '/Tabs /R'],
  },
  {
    clause: '7.21.7',
    asks: 'Each glyph can be told as text',
    does: 'A ToUnicode map for each font, with an entry for each glyph that is drawn',
    wrong: unicodeFaults,
    broken: [/\/ToUnicode/, '/ToUxicode'],
  },
];

const elementsOf = (doc: PdfDocument): Element[] => [...treeOf(doc)];

/** What the marks of the pages, the parent tree and the elements say of each other. */
function treeFaults(doc: PdfDocument): string[] {
  const root = doc.dict(doc.catalog.entries.get('StructTreeRoot'));
  const parents = new Map(numbersOf(doc, doc.dict(root.entries.get('ParentTree'))));
  const elements = elementsOf(doc);
  const listed = new Map<string, number>();
  for (const { num, marks } of elements)
    for (const { page, mcid } of marks)
      listed.set(`${page} ${mcid}`, listed.has(`${page} ${mcid}`) ? -1 : num);
  const children = elements.flatMap(({ num, parent, dict }) => {
    const named = dict.entries.get('P');
    return isRef(named) && named.num === parent ? [] : [`the parent of ${num}`];
  });
  const marks = doc.pages.flatMap(({ num, dict, walked }) => {
    const own = doc.array(parents.get(Number(dict.entries.get('StructParents'))));
    return walked.marked.flatMap(({ tag, mcid }) => {
      if (mcid === null) return [];
      const element = own[mcid];
      const known = isRef(element) && listed.get(`${num} ${mcid}`) === element.num;
      const same = isRef(element) && named(doc.dict(element), 'S') === tag;
      return known && same ? [] : [`mark ${mcid} of page ${num}`];
    });
  });
  const drawn = doc.pages.reduce(
    (sum, { walked }) => sum + walked.marked.filter(({ mcid }) => mcid !== null).length,
    0,
  );
  return [
    ...children,
    ...marks,
    ...(drawn === listed.size ? [] : [`${listed.size} marks are listed, ${drawn} drawn`]),
  ];
}

function* numbersOf(doc: PdfDocument, node: PdfDict): Generator<[number, PdfValue]> {
  const numbers = doc.array(node.entries.get('Nums'));
  for (let i = 0; i + 1 < numbers.length; i += 2) yield [Number(numbers[i]), numbers[i + 1] ?? null];
  for (const kid of doc.array(node.entries.get('Kids'))) yield* numbersOf(doc, doc.dict(kid));
}

function tableFaults(doc: PdfDocument, table: Element): string[] {
  const elements = elementsOf(doc);
  const below = (parent: number) => elements.filter((one) => one.parent === parent);
  const rows = below(table.num);
  const widths = rows.map(({ num }) => below(num).length);
  const heads = rows[0] ? below(rows[0].num) : [];
  const scoped = heads.every(
    ({ tag, dict }) => tag === 'TH' && named(doc.dict(dict.entries.get('A')), 'Scope') === 'Column',
  );
  return [
    ...(rows.length > 1 && rows.every(({ tag }) => tag === 'TR') ? [] : [`rows of ${table.num}`]),
    ...(new Set(widths).size === 1 && widths[0] ? [] : [`cells of ${table.num}`]),
    ...(scoped ? [] : [`headers of ${table.num}`]),
  ];
}

function annotationFaults(doc: PdfDocument): string[] {
  const root = doc.dict(doc.catalog.entries.get('StructTreeRoot'));
  const parents = new Map(numbersOf(doc, doc.dict(root.entries.get('ParentTree'))));
  const holders = new Map(
    elementsOf(doc).flatMap((one) => one.annotations.map((num) => [num, one] as const)),
  );
  return doc.pages.flatMap(({ dict: page }) =>
    doc.array(page.entries.get('Annots')).flatMap((ref) => {
      if (!isRef(ref)) return ['an annotation without a number'];
      const dict = doc.dict(ref);
      const holder = holders.get(ref.num);
      const back = parents.get(Number(dict.entries.get('StructParent')));
      const tied = holder !== undefined && isRef(back) && back.num === holder.num;
      const link = named(dict, 'Subtype') === 'Link';
      const words = isString(doc.at(dict.entries.get(link ? 'Contents' : 'TU')));
      return tied && words && holder.tag === (link ? 'Link' : 'Form') ? [] : [`annotation ${ref.num}`];
    }),
  );
}

/** Every glyph that a page shows stands in the map of its font. */
async function unicodeFaults(doc: PdfDocument): Promise<string[]> {
  const wrong: string[] = [];
  for (const page of doc.pages) {
    const fonts = doc.dict(doc.dict(page.dict.entries.get('Resources')).entries.get('Font'));
    for (const [name, glyphs] of page.walked.shown) {
      const map = (await doc.data(doc.dict(fonts.entries.get(name)).entries.get('ToUnicode'))).toString(
        'latin1',
      );
      const known = mappedIn(map);
      const lacking = [...glyphs].filter((glyph) => !known.has(glyph));
      if (lacking.length > 0) wrong.push(`${name} on page ${page.num}: ${lacking.slice(0, 5).join(', ')}`);
    }
  }
  return wrong;
}

function mappedIn(map: string): Set<number> {
  const known = new Set<number>();
  for (const [, body = ''] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from = '', , list = ''] of body.matchAll(
      /<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*\[([^\]]*)\]/g,
    )) {
      const texts = [...list.matchAll(/<([0-9a-fA-F ]*)>/g)];
      texts.forEach(([, text = ''], i) => {
        if (!/^(?:0000|fffe|feff)?$/i.test(text.replace(/ /g, ''))) known.add(Number.parseInt(from, 16) + i);
      });
    }
  }
  return known;
}
