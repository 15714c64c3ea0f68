import type { VerifyProblem, VerifyReport } from './binder.ts';

const MEBI = 2 ** 20;
const GIBI = 2 ** 30;

/** How large a volume of a binder may get. Some readers end at 2 GiB; the format ends at 10 GB. */
export const VOLUME_BYTES = { least: MEBI, usual: 2 * GIBI, most: 9 * GIBI } as const;

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: MEBI, g: GIBI };

/** A size as people write it, in bytes: `700MiB`, `2 G`, `1500000`; null for what is none. Units are of 1,024. */
export function sizeOf(text: string): number | null {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  return number !== '' && Number.isSafeInteger(bytes) ? bytes : null;
}

/** What is wrong with a size for a volume, in words; null where it is one. */
export function volumeSizeFault(text: string): string | null {
  const bytes = sizeOf(text);
  if (bytes === null) return 'Write a size such as 700 MiB or 2 GiB.';
  if (bytes < VOLUME_BYTES.least) return 'A volume holds at least 1 MiB.';
  return bytes > VOLUME_BYTES.most ? 'A volume holds at most 9 GiB.' : null;
}

/** The name of a further volume beside the first: `Audit.pdf` has `Audit volume 2 of 3.pdf`. */
export function volumeFile(first: string, volume: number, of: number): string {
  return `${first.replace(/\.pdf$/i, '')} volume ${volume} of ${of}.pdf`;
}

/**
 * A further volume is valid and holds files alone. What is to be said where a whole binder was meant, and what to name
 * instead; null for a file that is no such volume.
 */
export function furtherVolume(
  report: Pick<VerifyReport, 'file' | 'set'>,
): { is: string; remedy: string } | null {
  const { file, set } = report;
  if (set === undefined || set.volume === 1) return null;
  const name = file.replace(/^.*[/\\]/, '');
  const first = name.replace(/ volume \d+ of \d+\.pdf$/i, '.pdf');
  const called = volumeFile(first, set.volume, set.of) === name ? ` (${first})` : '';
  return {
    is: `volume ${set.volume} of ${set.of} of the binder “${set.title}”: it holds evidence files, and nothing of the ledger.`,
    remedy: `Name the first volume instead${called}.`,
  };
}

/** What the volumes of one binder prove together. */
export interface SetReport {
  readonly binder: string;
  readonly title: string;
  /** How many there are, as each of them says. */
  readonly of: number;
  /** Whether all are here, as the first volume lists them, and each is valid. */
  readonly whole: boolean;
  /** The files in the order of their volumes; null for one that is not here. */
  readonly files: readonly (string | null)[];
  readonly problems: readonly VerifyProblem[];
}

type Volume = VerifyReport & { readonly set: NonNullable<VerifyReport['set']> };
type Listed = Volume['set']['others'][number];

/** Judges the volumes among verified files, by what each says of itself and what the first volumes list. */
export function judgeSets(reports: readonly VerifyReport[]): SetReport[] {
  const volumes = reports.filter((report): report is Volume => report.set !== undefined);
  const firsts = volumes.filter(({ set }) => set.volume === 1);
  const known = new Set(firsts.map(({ set }) => set.binder));
  const strays = volumes.filter(({ set }) => !known.has(set.binder));
  if (firsts.length > 0) return firsts.map((first) => judged(first, volumes, strays));
  return [...Map.groupBy(strays, ({ set }) => set.binder).values()].map(withoutFirst);
}

function judged(first: Volume, volumes: readonly Volume[], strays: readonly Volume[]): SetReport {
  const { binder, title, of, others } = first.set;
  const own = volumes.filter(({ set }) => set.binder === binder && set.volume !== 1);
  const rivals = volumes.filter((one) => one !== first && one.set.binder === binder && one.set.volume === 1);
  const numbers = new Set(others.map(({ volume }) => volume));
  const problems = [
    ...(first.verdict === 'invalid' ? [said('volume-altered', 1, `${first.file} is not valid.`)] : []),
    ...rivals
      .filter(({ set }) => set.manifest !== first.set.manifest)
      .map(({ file }) => said('volume-twice', 1, `${file} is another first volume of the same binder.`)),
    ...others.flatMap((listed) => problemsOf(listed, own, first)),
    ...own
      .filter(({ set }) => !numbers.has(set.volume))
      .map(({ file, set }) =>
        said('volume-foreign', set.volume, `The first volume lists no such volume: ${file}.`),
      ),
    ...strays.map(({ file, set }) =>
      said('volume-foreign', set.volume, `${file} is a volume of another binder, ${set.binder}.`),
    ),
  ];
  const fileOf = ({ volume }: Listed) => own.find(({ set }) => set.volume === volume)?.file ?? null;
  return {
    binder,
    title,
    of,
    whole: problems.length === 0,
    files: [first.file, ...others.map(fileOf)],
    problems,
  };
}

/** Each candidate for a place has to be the very file that was composed for it, signed by whoever signed the first. */
function problemsOf(listed: Listed, own: readonly Volume[], first: Volume): VerifyProblem[] {
  const { volume, file } = listed;
  const candidates = own.filter(({ set }) => set.volume === volume);
  if (candidates.length === 0)
    return [said('volume-missing', volume, `It is not here. It was written as ${file}.`)];
  const alike = new Set(candidates.map(({ set }) => set.composed.sha256)).size === 1;
  const twice = alike ? [] : [said('volume-twice', volume, 'There are two different files for it.')];
  return [...twice, ...candidates.flatMap((one) => flawsOf(one, listed, first))];
}

function flawsOf({ file, verdict, set, signatures }: Volume, listed: Listed, first: Volume): VerifyProblem[] {
  const { volume } = listed;
  const asListed =
    set.manifest === listed.manifest &&
    set.composed.sha256 === listed.sha256 &&
    set.composed.bytes === listed.bytes &&
    set.of === first.set.of;
  const files = `${file} does not hold the files that the first volume lists for it.`;
  const preparer = signatures[0]?.fingerprint;
  return [
    ...(verdict === 'invalid' ? [said('volume-altered', volume, `${file} is not valid.`)] : []),
    ...(asListed
      ? []
      : [said('volume-altered', volume, `${file} is not the file that the first volume lists.`)]),
    ...(set.list === listed.list ? [] : [said('volume-altered', volume, files)]),
    ...(preparer === first.signatures[0]?.fingerprint
      ? []
      : [said('volume-signer', volume, `${file} was not signed by the preparer of the first volume.`)]),
  ];
}

/** Without the first volume nobody can say what belongs together. */
function withoutFirst(strays: readonly Volume[]): SetReport {
  const { binder = '', title = '', of = 0 } = strays[0]?.set ?? {};
  const files = Array.from(
    { length: of },
    (_, at) => strays.find(({ set }) => set.volume === at + 1)?.file ?? null,
  );
  const message = 'It is not here, and only it lists what the others have to be.';
  return { binder, title, of, whole: false, files, problems: [said('volume-missing', 1, message)] };
}

const said = (code: string, volume: number, message: string): VerifyProblem => ({
  code,
  where: `volume ${volume}`,
  message,
});
