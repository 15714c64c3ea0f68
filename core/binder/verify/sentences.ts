import type { VerifyReport } from '../../../shared/domain/binder.ts';
import { isVouchedFor } from '../../../shared/domain/binder-signed.ts';
import { momentWords } from '../../../shared/domain/moment.ts';
import type { ContentReport } from './manifest.ts';
import { revocationsOpen, revocationsProven } from './revocation/sentences.ts';
import type { StampFacts } from './signatures/check.ts';

type Facts = Pick<VerifyReport, 'signatures' | 'signOffs' | 'problems'> & {
  readonly content: ContentReport | null;
  readonly stamps: readonly StampFacts[];
};

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** What a reader may rely on, each in one sentence. Only what was checked and found good is named. */
export function provenSentences(facts: Facts): string[] {
  const { signatures, problems, stamps } = facts;
  const sentences = signatures.filter((s) => s.valid).map(signatureSentence);
  for (const { field, at, by } of stamps.filter((stamp) => stamp.trusted)) {
    sentences.push(
      `The signature as ${field} was there at ${momentWords(at)}, by the time stamp of ${by}, which you trust.`,
    );
  }
  sentences.push(...revocationsProven(signatures));
  const intact = problems.length === 0;
  if (intact && signatures.length > 0) {
    sentences.push(
      `Nothing in the file was changed or added after the first signature, but for further signatures${signatures.some(({ revocation }) => revocation) ? ' and what tells whether certificates were revoked' : ''}.`,
    );
  }
  return isVouchedFor(facts) ? [...sentences, ...ownMembers(facts), ...agreements(facts)] : sentences;
}

/** What agrees with what inside the file: proof where a signature covers it, else only what the file says of itself. */
function agreements({ signOffs, content, problems }: Facts): string[] {
  const sentences: string[] = [];
  const files = (content?.manifest ?? content?.volume)?.files.length ?? 0;
  const matching = files - (content?.mismatches.length ?? 0);
  if (matching > 0) {
    const share = matching === files ? (files === 1 ? 'The one' : `All ${files}`) : `${matching} of ${files}`;
    sentences.push(
      `${share} embedded ${files === 1 ? 'file has' : 'files have'} the SHA-256 that the manifest names; the manifest itself is attached beside ${files === 1 ? 'it' : 'them'}.`,
    );
  }
  if (signOffs.recomputed > 0) {
    const subject = count(signOffs.recomputed, 'sign-off');
    sentences.push(
      `${subject} recomputed: the values in this binder are those that were signed off, and what they are of is called here what it was called then.`,
    );
  }
  const ledger = content?.ledger;
  if (
    ledger &&
    content.manifest?.profile !== undefined &&
    !problems.some(({ code }) => code === 'twin-mismatch')
  ) {
    sentences.push(
      'The files for other programs (assessment-results.json, register.csv) say of checks and evidence what the ledger’s entries and the manifest say.',
    );
  }
  if (ledger?.checkpoint?.valid && ledger.entries > 0 && ledger.checkpoint.proofsChecked === ledger.entries) {
    const subject = ledger.entries === 1 ? 'The 1 ledger entry' : `All ${ledger.entries} ledger entries`;
    sentences.push(
      `${subject} in this binder stand in the ledger whose checkpoint ${ledger.checkpoint.signedBy}’s key signed.`,
    );
    if (ledger.authors.proven)
      sentences.push(
        `${ledger.entries === 1 ? 'It' : 'Each of them'} was signed by the ledger key of the member who is named as its author; the names were given by whoever founded the workspace, or had the right from them. By the grants that are here, each author had the right to what they wrote${formerWords(ledger.former - ledger.doubtful)}.`,
      );
    const apart = problems.some(({ code }) => code === 'author-signature' || code === 'proof-failed');
    for (const { name, member, after, histories } of apart ? [] : ledger.forked)
      sentences.push(
        `The device ${name} of ${member} went on ${histories === 2 ? 'twice' : `${histories} times`} ${after === 0 ? 'from its first entry on' : `after its entry ${after}`}, as a copied folder or a restored backup does: its ${histories} histories stand apart here, each signed and each in the checkpoint, and ${histories === 2 ? 'both' : 'all'} count.`,
      );
    if (ledger.continued !== null)
      sentences.push(
        `That ledger continues the state of ${momentWords(ledger.continued)}, which it names as the earlier binder’s; nothing in between was rewritten.`,
      );
  }
  return sentences;
}

type Signature = VerifyReport['signatures'][number];

/** The name that the ledger shows for the member whose key vouches for a certificate; null where it shows none. */
function ownMember({ valid, vouchedBy }: Signature, { content }: Facts): string | null {
  const authors = content?.ledger?.authors;
  if (!valid || !authors || vouchedBy === null) return null;
  if (vouchedBy.workspace.id !== workspaceOf(content)) return null;
  if (authors.memberOfKey.get(vouchedBy.key) !== vouchedBy.member.id) return null;
  const { name } = vouchedBy.member;
  return authors.namesOf.get(vouchedBy.member.id)?.has(name) ? name : null;
}

function workspaceOf(content: ContentReport | null): string | undefined {
  return content?.manifest?.workspace.id;
}

/** Which certificates are a member's, by the word of a key that the ledger shows to be theirs. */
function ownMembers(facts: Facts): string[] {
  return facts.signatures.flatMap((signature) => {
    const { vouchedBy, by, field } = signature;
    const name = ownMember(signature, facts);
    if (vouchedBy === null || name === null) return [];
    return [
      `The certificate of ${by}, which signed as ${field}, is that of ${name}, a member of ${vouchedBy.workspace.name}: the ledger key says so that the ledger shows to be ${name}’s.`,
    ];
  });
}

/** Signatures that nothing in the file ties to a member, or only the word of a key that is not known from it. */
function unknownMembers(facts: Facts): string[] {
  if (!facts.content?.manifest) return [];
  const unknown = facts.signatures.filter((one) => one.valid && ownMember(one, facts) === null);
  return unknown.map(({ by, field, vouchedBy }) => {
    if (vouchedBy === null)
      return `That ${by}, who signed as ${field}, belongs to the workspace: no member’s key vouches for that certificate.`;
    const { workspace, member, key } = vouchedBy;
    const which = workspace.id === workspaceOf(facts.content) ? 'the workspace' : 'another workspace';
    return `That ${by}, who signed as ${field}, is ${member.name}, a member of ${which} ${workspace.name}: a ledger key says so that this binder does not know; compare its id ${key}.`;
  });
}

function signatureSentence({
  by,
  field,
  trusted,
  coversWholeFile,
}: VerifyReport['signatures'][number]): string {
  const known = trusted ? 'a certificate you trust' : 'a certificate nobody here vouches for';
  const extent = coversWholeFile ? 'the whole file' : 'the file as it was then';
  return `The holder of ${known}, in the name of ${by}, signed ${extent} as ${field}.`;
}

/** What no check here can tell, so that nobody reads more into the verdict than is in it. */
export function notProvenSentences(facts: Facts): string[] {
  const { signatures, signOffs, content, stamps } = facts;
  const sentences = [...unvouched(facts), ...unplaced(facts)];
  const unknown = [...new Set(signatures.filter((s) => s.valid && !s.trusted).map((s) => s.by))];
  if (unknown.length > 0) {
    const who = unknown.join(', ');
    sentences.push(
      `That ${who} really signed: compare the certificate’s fingerprint with the person, or name a certificate you trust.`,
    );
  }
  sentences.push(...unknownMembers(facts));
  for (const [by, fields] of repeated(signatures))
    sentences.push(
      `That different people signed: ${fields.join(' and ')} are signed in the one name of ${by}, with different certificates.`,
    );
  if (signatures.length > 0) {
    sentences.push(...ownClocks(facts));
    for (const { field, at, by } of stamps.filter((stamp) => !stamp.trusted)) {
      sentences.push(
        `The time stamp ${momentWords(at)} on the signature as ${field}: nobody here vouches for ${by}, who may be the signer.`,
      );
    }
    sentences.push(...revocationsOpen(signatures));
    sentences.push(
      'What stands in the panels of the signatures on the page: whoever signs draws their own. Who signed is said above.',
    );
  }
  if (content?.manifest) {
    const omitted = content.manifest.omitted.length;
    const left = omitted === 0 ? '' : ` It names ${count(omitted, 'record')} left out, with reasons.`;
    sentences.push(`That nothing is missing beyond what the manifest names.${left}`);
    sentences.push(
      'That the printed pages say what the ledger data say: they are signed, and compared by nobody here.',
    );
    if (content.manifest.profile !== undefined) {
      sentences.push(
        'Of the files for other programs (assessment-results.json, register.csv), what nothing else here tells: where a check stands in its review if some of what it rests on is hidden, the digest of what nobody signed off, and which controls beyond those here a file supports.',
      );
    }
    sentences.push(
      `What the binder is called (${content.manifest.title}), of which kind it is, and what its workspace, engagement and registers are called: stated by the composer, not proven.`,
      ...namesUnsigned(content),
      ...risksTold(content),
    );
    sentences.push(
      'That the judgments are right: a signature tells who stands behind them, not that they are true.',
    );
  }
  for (const told of signOffs.baseless ?? [])
    sentences.push(
      `That what ${told} counts: it names an earlier sign-off or return of it that is not in this ledger. Its author wrote a name that never was, or whoever composed the binder left that one out. It counts for nothing here; ask them, or compare another binder.`,
    );
  for (const told of signOffs.untold ?? [])
    sentences.push(
      `Whether what ${told} counts: whoever composed the binder tells it as counting for nothing, or no more, and what would show it is redacted here. Compare with the full binder, or ask them.`,
    );
  const doubtful = content?.ledger?.doubtful ?? 0;
  if (doubtful > 0)
    sentences.push(
      `That ${count(doubtful, 'sign-off')} left out of the list ${doubtful === 1 ? 'counts' : 'count'} for nothing: ${doubtful === 1 ? 'its author' : 'their authors'} had lost the right to some sign-offs before and not to others, and which it is, is redacted here. Compare with the full binder, or ask them.`,
    );
  for (const told of signOffs.unfounded ?? [])
    sentences.push(
      `That what ${told} was ever there to be signed: the values that were signed are not those here, and no entry here shows that they stood and were changed since. Its author signed what never was, or whoever composed the binder left entries out. It counts for nothing here; ask them, or compare another binder.`,
    );
  for (const name of content?.ledger?.tiedToNothing ?? [])
    sentences.push(
      `That all the evidence exists which ${name} tied to what is here: of some of it no entry here names a file, and nothing here rests on that. It may have been made up, be still on its way, or be left out; ask them.`,
    );
  const signedBy = content?.ledger?.checkpoint?.valid ? content.ledger.checkpoint.signedBy : null;
  if (signedBy !== null) {
    sentences.push(
      `That this is the workspace you know, and that each ledger key is in the hands of whoever is named: compare the workspace’s id ${workspaceOf(content)}, to which its founder’s key is bound.`,
    );
    sentences.push(...beyondTheExtract(facts));
  }
  if (signOffs.redacted !== undefined) {
    sentences.push(
      `What ${count(signOffs.redacted, 'sign-off')} referred to, and in which capacity: the values are redacted here. Told by whoever composed the binder: ${named(signOffs.hidden ?? [])}. Whoever has the full binder can compare: bindery verify --against.`,
    );
  }
  sentences.push(...otherVolumes(content));
  const absent = filesNotHere(content);
  if (absent > 0) {
    sentences.push(
      `The content of ${count(absent, 'evidence file')} that sign-offs name by SHA-256: not embedded in this binder.`,
    );
  }
  sentences.push(...countingNoMore(facts));
  return sentences;
}

/** Of risks the ledger's entries show nothing here, and of acceptances those that the manifest lists. */
function risksTold({ manifest }: ContentReport): string[] {
  const told = (of: string) => (manifest?.included ?? []).filter(({ kind }) => kind === of).length;
  if (told('risk') + told('acceptance') === 0) return [];
  return [
    'Which risks there are, how they are rated, treated and closed, what an acceptance is called after, and that no acceptance or withdrawal is missing: stated by the composer, not proven.',
  ];
}

const MOST_NAMED = 12;

/** Names as many as one reads, and counts the others. */
export function named(list: readonly string[]): string {
  const more = list.length > MOST_NAMED ? ` and ${list.length - MOST_NAMED} more` : '';
  return `${list.slice(0, MOST_NAMED).join('; ')}${more}`;
}

/** Controls and checklists that are called here what nobody signed: their names are the composer's word. */
function namesUnsigned({ manifest, ledger }: ContentReport): string[] {
  const { signed = {}, texts = {} } = ledger?.state.extract ?? {};
  const bound = new Set(
    Object.entries(signed).flatMap(([record, { kind, target, textHash }]) =>
      Object.hasOwn(texts, textHash)
        ? [kind === 'checklist' ? `checklist ${record}` : `control ${target}`]
        : [],
    ),
  );
  const listed = (manifest?.included ?? []).filter(({ kind }) => kind === 'control' || kind === 'checklist');
  const open = listed.filter(({ kind, id }) => !bound.has(`${kind} ${id}`)).map(({ label }) => label);
  if (open.length === 0) return [];
  return [
    `What ${count(open.length, 'control or checklist', 'controls and checklists')} without a sign-off here are called and ask for is the composer’s word: ${named(open)}. Bound by what was signed: ${listed.length - open.length} of ${listed.length}.`,
  ];
}

/** Of sign-offs of what is no more: entries here show that it was changed, and some of them not when. */
function countingNoMore({ signOffs: { voided, apart = 0 } }: Facts): string[] {
  if (voided === 0) return [];
  const one = voided === 1;
  const sentences = [
    `What ${count(voided, 'sign-off')} referred to: the record was changed since, as entries here show, so ${one ? 'it counts' : 'they count'} no more.`,
  ];
  if (apart > 0)
    sentences.push(
      `That the signer of ${count(apart, 'such sign-off')} had not seen the change: it is dated before the sign-off, and came from another device.`,
    );
  return sentences;
}

/** Of a signature with a time stamp that is trusted, it is proven by when it was there. */
function ownClocks({ signatures, stamps }: Facts): string[] {
  const stamped = new Set(stamps.filter(({ trusted }) => trusted).map(({ field }) => field));
  const open = signatures.filter(({ field }) => !stamped.has(field)).map(({ field }) => field);
  if (open.length === 0) return [];
  const which = open.length === signatures.length ? '' : ` as ${open.join(' and ')}`;
  return [`When it was signed${which}: the times are those of the signers’ own clocks.`];
}

/** What a ledger's proofs leave open where only a part of it is here. */
function beyondTheExtract({ content }: Facts): string[] {
  const ledger = content?.ledger;
  if (!ledger?.checkpoint) return [];
  const { entries } = ledger.checkpoint;
  const rest =
    ledger.entries < entries
      ? [
          `That the ledger says nothing else: ${ledger.entries} of its ${count(entries, 'entry', 'entries')} are here.`,
          'That no later change, sign-off or return of what is here was left out, and nobody’s right ended meanwhile: an earlier sign-off or return that a later one names is missed, what nothing here names is not. Compare with another binder of the workspace, or ask the people who signed.',
        ]
      : [];
  const earlier =
    ledger.continued === null
      ? []
      : ['That the earlier binder had the checkpoint that is named here: compare it with that binder.'];
  return [...rest, ...earlier];
}

/** Names in which more than one certificate signed, with the fields. */
function repeated(signatures: VerifyReport['signatures']): [by: string, fields: string[]][] {
  const named = Map.groupBy(signatures, ({ by }) => by);
  return [...named].flatMap(([by, own]): [string, string[]][] =>
    new Set(own.map(({ fingerprint }) => fingerprint)).size > 1 ? [[by, own.map(({ field }) => field)]] : [],
  );
}

/** One volume proves nothing of the others. */
function otherVolumes(content: ContentReport | null): string[] {
  const { manifest, volume } = content ?? {};
  if (volume)
    return [
      `What it is a volume of: it says that it is volume ${volume.volume} of ${volume.of} of the binder ${volume.binder}. Verify all of them together.`,
    ];
  const volumes = manifest?.volumes ?? [];
  if (volumes.length === 0) return [];
  const files = volumes.reduce((sum, one) => sum + one.files.length, 0);
  return [
    `That ${count(files, 'evidence file')} in ${volumes.length === 1 ? 'volume 2' : `volumes 2 to ${volumes.length + 1}`} are there as listed here: verify all volumes together.`,
  ];
}

function unvouched(facts: Facts): string[] {
  if (isVouchedFor(facts) || agreements(facts).length === 0) return [];
  const none =
    'That the manifest and the files are those that were signed: no valid signature covers them. They only agree with each other:';
  return [`${none} ${agreements(facts).join(' ')}`];
}

/** Only streams carry a checksum by which a changed byte can be found. */
function unplaced({ problems }: Facts): string[] {
  const placed = problems.some(({ where }) => !where.startsWith('signature '));
  if (placed || !problems.some(({ code }) => code === 'digest-mismatch')) return [];
  return ['Where the change is: it stands in a part of the file that has no checksum of its own.'];
}

function filesNotHere(content: ContentReport | null): number {
  const embedded = new Set(content?.manifest?.files.map((file) => file.sha256));
  return [...(content?.ledger?.signedFiles ?? [])].filter((hash) => !embedded.has(hash)).length;
}

/** What is shown and counts for nothing, since nobody may write any more whose access has ended. */
function formerWords(former: number): string {
  if (former === 0) return '';
  return former === 1
    ? ', but for 1 entry that counts for nothing here: its author’s access had ended before'
    : `, but for ${former} entries that count for nothing here: their authors’ access had ended before`;
}
