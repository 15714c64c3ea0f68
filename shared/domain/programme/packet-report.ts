import type { PacketView } from '../../contract/packets.ts';
import { NOT_SHOWN, PACKET_ITSELF } from './packet.ts';
import type { ReportedCase, ReportedSuite } from './report.ts';

/** What each rule of a packet asks, for the reports of pipelines. */
export const PACKET_RULE_WORDS = {
  section: 'A section of the packet is filled, or waived by a named approver with a reason',
  agreed: 'What the packet is, and is about, has one value each',
  unchanged: 'A packet that is final did not change afterwards',
  final: 'The packet is final',
  customer: 'The customer’s word on the packet is captured',
} as const;

/**
 * What a pipeline asks of a packet: every section, and that nothing changed after it was final. `demandFinal` asks
 * also that it is final, and signed off by the customer where its template wants that.
 */
export function packetSuite(view: PacketView, demandFinal: boolean): ReportedSuite {
  const { packet } = view;
  return {
    id: packet.record,
    title: packet.title,
    kind: 'packet',
    cases: [
      ...itselfCases(view),
      ...view.sections.map((section) => sectionCase(packet.record, section, view)),
      ...(view.finalisation === null ? [] : [unchangedCase(view)]),
      ...(demandFinal ? finalCases(view) : []),
    ],
  };
}

/** While two copies disagree about what the packet is, that stands first. */
function itselfCases({ packet, missing }: PacketView): ReportedCase[] {
  return missing
    .filter(({ section }) => section === PACKET_ITSELF.section)
    .map(({ title, because }) => ({
      ...{ id: `${packet.record}#itself`, title, rule: 'agreed', outcome: 'not-met' as const },
      because,
    }));
}

const SETTLED = { filled: 'Filled', empty: 'Not required, and left empty' } as const;

function sectionCase(
  record: string,
  section: PacketView['sections'][number],
  { missing }: PacketView,
): ReportedCase {
  const { key, title, state, waiver } = section;
  const base = { id: `${record}#${key}`, title, rule: 'section' };
  const reasons = missing.filter((each) => each.section === key).map(({ because }) => because);
  if (reasons.length > 0) return { ...base, outcome: 'not-met', because: reasons.join(' ') };
  if (state === 'waived' && waiver !== null)
    return {
      ...base,
      outcome: 'excepted',
      because: `Waived by ${waiver.by} on ${waiver.at.slice(0, 10)}: ${waiver.reason}`,
    };
  return { ...base, outcome: 'met', because: state === 'empty' ? SETTLED.empty : SETTLED.filled };
}

function unchangedCase({ packet, differences }: PacketView): ReportedCase {
  const base = { id: `${packet.record}#unchanged`, title: 'Unchanged since it was final', rule: 'unchanged' };
  if (differences.length === 0)
    return { ...base, outcome: 'met', because: 'Nothing changed since it was made final' };
  const named = (those: typeof differences) =>
    those.map(({ title, what }) => (what === NOT_SHOWN ? title : `${title} (${what})`)).join(', ');
  const unfounded = differences.filter(({ what }) => what === NOT_SHOWN);
  const changed = differences.filter(({ what }) => what !== NOT_SHOWN);
  const because = [
    ...(unfounded.length > 0 ? [`What it keeps is not what the ledger shows: ${named(unfounded)}.`] : []),
    ...(changed.length > 0 ? [`Changed after it was final: ${named(changed)}.`] : []),
  ];
  return { ...base, outcome: 'not-met', because: `${because.join(' ')} Make it final again.` };
}

function finalCases({ packet, finalisation }: PacketView): ReportedCase[] {
  const final: ReportedCase = {
    id: `${packet.record}#final`,
    title: 'Final',
    rule: 'final',
    outcome: finalisation === null ? 'not-met' : 'met',
    because:
      finalisation === null
        ? 'It is not final yet: make it final.'
        : `Made final by ${finalisation.by} on ${finalisation.at.slice(0, 10)}`,
  };
  if (packet.customer === 'not-needed') return [final];
  const captured = packet.customer === 'captured';
  const customer: ReportedCase = {
    id: `${packet.record}#customer`,
    title: 'Customer sign-off',
    rule: 'customer',
    outcome: captured ? 'met' : 'not-met',
    because: captured ? 'The customer’s word is captured' : 'The customer’s word is awaited: capture it.',
  };
  return [final, customer];
}
