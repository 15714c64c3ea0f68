import { ATTACHMENT_NAMES } from '../../../../shared/domain/binder.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { drawFacts } from './facts.ts';
import { heading, openChapter } from './heading.ts';

interface Step {
  readonly title: string;
  /** Each fits into one line of the page, so that it runs as it is copied from there. */
  readonly commands: readonly string[];
  /** What the programs say when all is well. */
  readonly expect: string;
  /** What follows from it, and what does not. */
  readonly means: string;
}

const WITH_STANDARD_TOOLS: readonly Step[] = [
  {
    title: '1. The signatures',
    commands: ['pdfsig binder.pdf'],
    expect: 'Each signature is valid; of the last one it says “Total document signed”.',
    means:
      'Nobody changed what the signers signed without this being seen. It does not say that nothing was added between two signatures: compare step 3.',
  },
  {
    title: '2. Each signature by itself',
    commands: [
      'pdfsig -dump binder.pdf',
      'openssl pkcs7 -inform DER -in binder.pdf.sig0 -print_certs -out signer.pem',
      'openssl x509 -noout -fingerprint -sha256 -in signer.pem',
    ],
    expect:
      'The fingerprint is the one printed beside that person on the cover and in the signature’s panel. The next signature is in sig1; “Cannot dump” means that nobody signed there yet.',
    means:
      'That certificate signed. Whose it is you learn from its holder: ask for the fingerprint by another way than this document came.',
  },
  {
    title: '3. What each signer saw',
    commands: [
      "grep -abo '%%EOF' binder.pdf",
      'head -c END binder.pdf > as-signed.pdf',
      'mkdir before after',
      'pdfdetach -saveall -o before as-signed.pdf',
      'pdfdetach -saveall -o after binder.pdf',
      'diff -r before after',
    ],
    expect:
      'One mark for the pages and one for each signature, none more. END is the last number of the first signature’s Signed Ranges, as step 1 shows them; with that of a later one you see what its signer saw. The last command says nothing: the files taken out are the same before and after.',
    means: 'No file was exchanged between two signatures.',
  },
  {
    title: '4. The attached files',
    commands: ['sha256sum after/*'],
    expect: `Each hash stands beside the file’s name in after/${ATTACHMENT_NAMES.manifest} and in the pages before this one.`,
    means: 'These are the files that the preparer signed, byte for byte, where step 3 found no difference.',
  },
  {
    title: '5. The file as such',
    commands: ['qpdf --check binder.pdf'],
    expect: 'No errors.',
    means: 'Any reader can open it. It is no word on forgery.',
  },
];

/** The commands as they are printed. */
export const COMMANDS = WITH_STANDARD_TOOLS.flatMap(({ commands }) => commands);

/** These steps are for hanging on a wall: on one page. */
const WHOLE_PAGE = 600;

/** How a stranger checks the document without trusting who made it: with its own program, and with programs of others. */
export async function drawChecking(chapter: Chapter): Promise<void> {
  const { frame } = chapter;
  openChapter(chapter, 'checking', {
    lead: 'None of this needs a network, or the workspace it came from.',
    keep: WHOLE_PAGE,
  });
  frame.paragraph('bindery verify binder.pdf', TYPE.code, { after: 4 });
  frame.paragraph(
    `It checks all of the steps below, the ledger’s proofs and the digests of every sign-off, and names each thing that does not hold. An earlier binder of the same workspace shows whether its history was continued or rewritten: keep this one.`,
    TYPE.small,
    { after: 4 },
  );
  heading(chapter, 'With programs that anybody has', { keep: 60 });
  for (const step of WITH_STANDARD_TOOLS) await drawStep(chapter, step);
  heading(chapter, 'What no check can tell', { keep: 40 });
  frame.paragraph(
    'Whether a finding is right; that is the judgement of the people who signed. When something happened, beyond the clocks of the devices used and a time stamp where there is one. Who held a key, beyond what the holder of its certificate tells you.',
    TYPE.small,
  );
}

async function drawStep(chapter: Chapter, { title, commands, expect, means }: Step): Promise<void> {
  const { frame } = chapter;
  frame.need(TYPE.smallStrong.leading + TYPE.code.leading * (commands.length + 2) + TYPE.small.leading * 3);
  frame.paragraph(title, TYPE.smallStrong, { tag: 'H3', after: 2 });
  await drawFacts(
    chapter,
    [
      ['Run', commands.map((text) => ({ text, style: TYPE.code }))],
      ['It says', [{ text: expect, style: TYPE.small }]],
      ['So', [{ text: means, style: TYPE.small }]],
    ],
    52,
  );
  frame.space(3);
}
