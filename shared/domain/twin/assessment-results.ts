import { concatBytes, fromHex, type Json, type StreamedJson, toHex, utf8 } from '../../ledger/canonical.ts';
import type { Manifest } from '../binder.ts';
import { returnedBy } from '../returns.ts';
import type { ShownCheck, ShownControl, TwinShown } from './shown.ts';

/** The namespace of our own properties: a name, not an address. */
const NAMESPACE = 'urn:bindery:oscal';

/**
 * The controls of a binder as OSCAL assessment results (1.1.2): an observation for each check that was worked, and a
 * finding where it came to satisfied or not. OSCAL knows no other outcome; those stand as a property of their
 * observation. The same binder gives the same bytes, so every identifier is derived (RFC 9562, version 5). Both lists are
 * handed out one by one: of thousands of checks they would weigh more than all else a binder says.
 */
export function assessmentResults(
  shown: TwinShown,
  manifest: Manifest,
  sha1: (bytes: Uint8Array) => Uint8Array,
): StreamedJson {
  const uuid = (...names: string[]) => uuidOf(sha1, [manifest.binder, ...names].join('\n'));
  const controls = shown.groups.flatMap((group) => group.controls);
  const checked = controls.filter(({ assessments }) => assessments.length > 0);
  const checks = checked.reduce((sum, { assessments }) => sum + assessments.length, 0);
  function* worked(): Generator<WorkedCheck> {
    for (const control of checked)
      for (const [i, check] of control.assessments.entries())
        yield { control, check, id: `${control.id} ${i}` };
  }
  // A record may hold one file twice, under one name.
  const files = shown.evidence.flatMap((record) =>
    record.files.map((file, i) => ({ record, file, id: uuid('file', record.id, String(i), file.sha256) })),
  );
  const filesOf = (check: ShownCheck) =>
    check.evidence.length === 0 ? [] : files.filter(({ record }) => check.evidence.includes(record.id));
  const observation = ({ control, check, id }: WorkedCheck): Json => ({
    uuid: uuid('observation', id),
    title: titleOf(control, check),
    description: check.note.trim() === '' ? 'No note was taken.' : check.note,
    props: [
      prop('result', check.result),
      prop('status', check.status),
      prop('control-label', control.label),
      ...(check.subject.trim() === '' ? [] : [prop('subject', check.subject)]),
      prop('digest', check.digest),
    ],
    methods: [check.method === null ? 'UNKNOWN' : check.method.toUpperCase()],
    ...optional(
      'relevant-evidence',
      filesOf(check).map(({ record, id: file }) => ({
        href: `#${file}`,
        description: `${record.reference} ${record.title}`,
      })),
    ),
    collected: check.signOffs[0]?.at ?? manifest.at,
    ...remarks(check),
  });
  const finding = ({ control, check, id }: WorkedCheck): Json => ({
    uuid: uuid('finding', id),
    title: titleOf(control, check),
    description: `Found ${check.result.replace('-', ' ')}.`,
    target: {
      type: 'objective-id',
      'target-id': tokenOf(control.label),
      status: { state: check.result },
    },
    'related-observations': [{ 'observation-uuid': uuid('observation', id) }],
  });
  function* observations(): Generator<Json> {
    for (const one of worked()) yield observation(one);
  }
  function* findings(): Generator<Json> {
    for (const one of worked()) if (hasOutcome(one.check)) yield finding(one);
  }
  return {
    'assessment-results': {
      uuid: uuid('assessment-results'),
      metadata: {
        title: manifest.title,
        'last-modified': manifest.at,
        version: manifest.at,
        'oscal-version': '1.1.2',
        props: [prop('binder', manifest.binder), prop('profile', manifest.profile ?? 'full')],
      },
      'import-ap': {
        href: `#${uuid('plan')}`,
        remarks: 'There is no assessment plan in OSCAL; the binder is its own.',
      },
      results: [
        {
          uuid: uuid('result'),
          title: manifest.engagement.name,
          description: `What the binder "${manifest.title}" shows. What it leaves out is named in manifest.json.`,
          start: manifest.at,
          'reviewed-controls': {
            'control-selections': [
              {
                ...optional('include-controls', selected(checked)),
                remarks: `${checks} checks of ${controls.length} controls.`,
              },
            ],
          },
          ...(checks === 0 ? {} : { observations }),
          ...(checked.some(({ assessments }) => assessments.some(hasOutcome)) ? { findings } : {}),
        },
      ],
      'back-matter': {
        resources: [
          { uuid: uuid('plan'), title: 'Assessment plan', description: 'None was written in OSCAL.' },
          ...files.map(({ file, id }) => ({
            uuid: id,
            title: file.name,
            description:
              file.attachment === null
                ? 'Left out of the binder.'
                : 'Embedded in the binder under this name.',
            rlinks: [
              {
                href: encodeURIComponent((file.attachment ?? file.name).toWellFormed()),
                'media-type': file.mediaType,
                hashes: [{ algorithm: 'SHA-256', value: file.sha256 }],
              },
            ],
          })),
        ],
      },
    },
  };
}

/** How deep the lists stand that are handed out one by one. */
export const RESULTS_DEPTH = 4;

interface WorkedCheck {
  readonly control: ShownControl;
  readonly check: ShownCheck;
  readonly id: string;
}

/** What reviewers wrote when they sent it back, each by whom and when. */
function remarks({ signOffs }: ShownCheck): { readonly remarks?: string } {
  const returns = signOffs.filter(({ verdict }) => verdict === 'returned');
  if (returns.length === 0) return {};
  const told = returns.map(({ by, at, note }) => `${returnedBy({ by, at })}\n\n${note}`);
  return { remarks: told.join('\n\n') };
}

const hasOutcome = ({ result }: ShownCheck) => result === 'satisfied' || result === 'not-satisfied';

/** The controls that were worked, each once. */
function selected(checked: readonly ShownControl[]) {
  return [...new Set(checked.map(({ label }) => tokenOf(label)))].map((id) => ({ 'control-id': id }));
}

function titleOf(control: ShownControl, check: ShownCheck): string {
  const subject = check.subject.trim() === '' ? '' : ` · ${check.subject}`;
  return oneLine(`${control.label} ${control.title}${subject}`);
}

const optional = <T extends Json>(name: string, list: readonly T[]): { readonly [key: string]: Json } =>
  list.length === 0 ? {} : { [name]: list };

/** A property's value begins and ends with no blank, and is one line. */
function prop(name: string, value: string) {
  return { name, ns: NAMESPACE, value: oneLine(value) };
}

/** Text as a title or a property carries it. */
export const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim() || '–';

/** `AC-2(1)` as OSCAL names it, `ac-2.1`; whatever else a framework calls its controls, as a token. */
export function tokenOf(label: string): string {
  const token = label
    .toLowerCase()
    .replace(/\((\w+)\)/g, '.$1')
    .replace(/[^\p{L}\p{N}.\-_]+/gu, '_');
  return /^[\p{L}_]/u.test(token) ? token : `_${token}`;
}

const URL_NAMESPACE = fromHex('6ba7b8119dad11d180b400c04fd430c8');

function uuidOf(sha1: (bytes: Uint8Array) => Uint8Array, name: string): string {
  const bytes = sha1(concatBytes(URL_NAMESPACE, utf8(name))).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
