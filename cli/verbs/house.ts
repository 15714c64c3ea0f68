import { readFile } from 'node:fs/promises';
import { HOUSE_FACES, type HouseStyle } from '../../shared/domain/house-style.ts';
import { refuse } from '../../shared/fault.ts';
import { facts } from '../lines.ts';
import type { Verb } from '../verb.ts';

export const house: Verb = {
  summary: 'Shows or changes how binders and packets look',
  words: ['DIR'],
  flags: {
    organisation: { value: 'NAME', summary: 'Shown on the cover; empty for none' },
    accent: { value: '#RRGGBB', summary: 'Colour of rules and links; "none" for the one this comes with' },
    face: { value: 'sans|serif', summary: 'Letters of Latin, Greek and Cyrillic text' },
    logo: { value: 'FILE', summary: 'A PNG for the cover; "none" takes it off' },
  },
  async run({ args, path, unlock }) {
    const [organisation, accent, face, logo] = [
      args.text('organisation'),
      args.text('accent'),
      args.text('face'),
      args.text('logo'),
    ];
    const change: Partial<HouseStyle> = {
      ...(organisation === undefined ? {} : { organisation }),
      ...(accent === undefined ? {} : { accent: accent === 'none' ? null : accent.toLowerCase() }),
      ...(face === undefined ? {} : { face: faceNamed(face) }),
      ...(logo === undefined ? {} : { logo: logo === 'none' ? null : await base64Of(path(logo), logo) }),
    };
    const client = await unlock(args.word(0));
    const value =
      Object.keys(change).length === 0
        ? await client.workspace.settings()
        : await client.workspace.configure({ house: change });
    const { house: now } = value;
    return {
      value: { house: now },
      lines: facts([
        ['Organisation', now.organisation || 'none'],
        ['Accent', now.accent ?? 'as it comes'],
        ['Letters', now.face],
        ['Logo', now.logo === null ? 'none' : `${Math.floor((now.logo.length * 3) / 4)} bytes`],
      ]),
    };
  },
};

function faceNamed(typed: string): HouseStyle['face'] {
  const found = HOUSE_FACES.find((face) => face === typed);
  return (
    found ??
    refuse({
      code: 'usage',
      detail: `There are no letters "${typed}". There are: ${HOUSE_FACES.join(', ')}.`,
    })
  );
}

async function base64Of(file: string, typed: string): Promise<string> {
  const bytes = await readFile(file).catch(() => refuse({ code: 'not-found', what: 'file', id: typed }));
  return bytes.toString('base64');
}
