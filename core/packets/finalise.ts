import { knownHeads } from '../../db/queries/heads.ts';
import type { ProgrammeFactRow } from '../../shared/contract/programme.ts';
import { refuse } from '../../shared/fault.ts';
import { known, stateAct } from '../programme/acts.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { readPacket } from './content.ts';
import { rememberFlaws } from './founded.ts';
import { packetSource } from './source.ts';
import {
  type Finalisation,
  finalisationOf,
  findPacket,
  missingOf,
  packetDigest,
  type WhichPacket,
} from './view.ts';

/** Makes a packet final as it stands, data of the day included; refused with the whole list of what is missing. */
export function finalisePacket(ws: OpenWorkspace, which: WhichPacket): void {
  const row = findPacket(ws, which);
  const read = readPacket(packetSource(ws, row.engagement), row);
  const missing = missingOf(read);
  if (missing.length > 0)
    refuse({
      code: 'rule-broken',
      rule: 'packet-complete',
      because: missing.map(({ title, because }) => `${title}: ${because}`).join(' '),
    });
  const digest = packetDigest(read.content);
  const before = finalisationOf(ws, row);
  if (before !== null && !before.apart && before.fact.body.digest === digest && !isFlawed(before))
    refuse({
      code: 'rule-broken',
      rule: 'already-final',
      because: `${row.title} is final already, and nothing in it changed since.`,
    });
  const fact = stateAct(ws, 'packet.finalise@2', 'finalisation', {
    engagement: row.engagement,
    record: row.record,
    digest,
    content: read.content,
    ...known(ws, 'finalisation', row.record),
    seen: knownHeads(ws.db),
  });
  // It was read from this very ledger.
  rememberFlaws(ws.db, fact, []);
}

const isFlawed = ({ flaws }: Finalisation) => flaws !== null && flaws.length > 0;

export interface CustomersWord {
  readonly name: string;
  readonly organisation: string;
  readonly on?: string | undefined;
  readonly statement: string;
  readonly evidence: readonly string[];
}

/** Captures the customer's word on a packet; it is bound to the digest of what was final when it was given. */
export function signOffPacket(ws: OpenWorkspace, which: WhichPacket, word: CustomersWord): ProgrammeFactRow {
  const row = findPacket(ws, which);
  const final = finalisationOf(ws, row);
  if (final === null)
    return refuse({
      code: 'rule-broken',
      rule: 'packet-final',
      because: 'A customer signs what is final. Make the packet final first.',
    });
  const current = packetDigest(readPacket(packetSource(ws, row.engagement), row).content);
  if (isFlawed(final))
    refuse({
      code: 'rule-broken',
      rule: 'packet-final',
      because:
        'It was made final with what the ledger does not show. Make it final again before the customer signs.',
    });
  if (final.fact.body.digest !== current)
    refuse({
      code: 'rule-broken',
      rule: 'packet-final',
      because: 'The packet changed after it was made final. Make it final again before the customer signs.',
    });
  const on = word.on ?? today(ws);
  if (on > today(ws))
    refuse({ code: 'invalid-input', detail: 'A word that was given has no day to come.', where: 'on' });
  return stateAct(ws, 'packet.handover@1', 'handover', {
    engagement: row.engagement,
    record: row.record,
    digest: String(final.fact.body.digest),
    name: word.name.toWellFormed(),
    organisation: word.organisation.toWellFormed(),
    on,
    statement: word.statement.toWellFormed(),
    evidence: word.evidence.map((text) => resolve.evidence(ws, text).id),
  });
}
