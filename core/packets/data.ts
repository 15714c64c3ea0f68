import { evidenceRows, listEvidence } from '../../db/queries/evidence.ts';
import { ledgerEntries } from '../../db/queries/history.ts';
import { writers } from '../../db/queries/ledger.ts';
import { testArtifacts } from '../../db/queries/packets.ts';
import { programmeRows } from '../../db/queries/programme.ts';
import { reviewMinutes } from '../../db/queries/review-times.ts';
import { counted, percent } from '../../shared/domain/programme/day.ts';
import { kpiWord } from '../../shared/domain/programme/kpi.ts';
import type { SectionData } from '../../shared/domain/programme/packet-content.ts';
import type { PacketDataName } from '../../shared/domain/programme/packet-template.ts';
import { phaseWords } from '../../shared/domain/programme/roadmap.ts';
import { isEmptyScope, NOTHING_YET } from '../../shared/domain/programme/status.ts';
import { REVIEW_GOAL_MINUTES, reviewTimes } from '../../shared/domain/review-time.ts';
import { upcoming } from './dates.ts';
import type { PacketSource } from './source.ts';

/** Rows kept of a table; a packet says how many more there are. */
const MOST_ROWS = 200;

type Table = Omit<SectionData, 'name' | 'total'> & { readonly total?: number };

/** A part of the workspace as a section shows it. */
export function packetData(source: PacketSource, name: PacketDataName): SectionData {
  const table = DATA[name](source);
  const total = table.total ?? table.rows.length;
  return { ...table, name, total, rows: table.rows.slice(0, MOST_ROWS) };
}

const day = (value: string | null) => value ?? '';

const KPI_CELL = {
  'at target': 'yes',
  'was at target': 'was, due again',
  'off target': 'no',
  none: '',
} as const;

/** How each kind of data becomes a table; adding one is one entry here and its name in the template’s list. */
const DATA: Readonly<Record<PacketDataName, (source: PacketSource) => Table>> = {
  scope: ({ engagement }) => ({
    summary: `${counted(engagement.controls, 'control')} and ${counted(engagement.items, 'checklist item')} for ${counted(engagement.subjects.length, 'subject')}.`,
    columns: ['Framework'],
    rows: engagement.frameworks.map(({ title }) => [title]),
  }),
  pillars: (source) => {
    const { pillars, overall, summaries } = source.board();
    return {
      summary: summaries.readiness,
      columns: ['Pillar', 'Status', 'Ready', 'Owner', 'Due', 'Why'],
      rows: (pillars.length > 0 ? pillars : overall.share === null ? [] : [overall]).map((pillar) => [
        pillar.title,
        isEmptyScope(pillar) ? NOTHING_YET : pillar.rag,
        pillar.share === null ? '' : percent(pillar.share),
        pillar.owner,
        day(pillar.due),
        pillar.why[0]?.because ?? '',
      ]),
    };
  },
  'burn-down': (source) => {
    const { burnDown, summaries } = source.board();
    const points = burnDown.days.filter(({ open }) => open !== null);
    return {
      summary: summaries.burnDown,
      columns: ['Day', 'Open', 'Plan'],
      rows: burnDown.scope === 0 ? [] : points.map((at) => [at.day, String(at.open), String(at.plan ?? '')]),
    };
  },
  'heat-map': (source) => {
    const { heat, summaries } = source.board();
    return {
      summary: summaries.risks,
      columns: ['Likelihood', 'Impact', 'Open risks'],
      rows: heat.cells.map((cell) => [cell.likelihood, cell.impact, cell.risks.length].map(String)),
    };
  },
  risks: (source) => {
    const { risks, summaries } = source.board();
    return {
      summary: summaries.risks,
      columns: ['Risk', 'Severity', 'State', 'Owner', 'Due', 'Mitigation', 'Exit criteria'],
      rows: risks.map((risk) => [
        risk.title,
        risk.severity ?? '',
        risk.standing.state,
        risk.owner,
        day(risk.due),
        risk.remediation,
        risk.exit,
      ]),
    };
  },
  exceptions: (source) => {
    const { exceptions, summaries } = source.board();
    return {
      summary: summaries.exceptions,
      columns: ['What', 'Kind', 'Approved by', 'Expires', 'State', 'Compensating controls'],
      rows: exceptions.map((one) => [
        one.title,
        one.kind === 'exception' ? 'exception' : 'risk acceptance',
        one.by,
        day(one.expires),
        one.state,
        one.compensating,
      ]),
    };
  },
  gates: (source) => {
    const { gates, summaries } = source.board();
    return {
      summary: summaries.gates,
      columns: ['Gate', 'Met', 'Due', 'Why'],
      rows: gates.map((gate) => [gate.title, gate.met ? 'yes' : 'no', day(gate.due), gate.because]),
    };
  },
  phases: (source) => {
    const { phases, summaries } = source.board();
    return {
      summary: summaries.roadmap,
      columns: ['Phase', 'From', 'To', 'State', 'Exit criteria'],
      rows: phases.map((phase) => [
        phase.title,
        day(phase.from),
        day(phase.to),
        phaseWords(phase.state, phase.exit.verdict),
        phase.exit.because,
      ]),
    };
  },
  kpis: (source) => {
    const { kpis, summaries } = source.board();
    return {
      summary: summaries.kpis,
      columns: ['KPI', 'Value', 'Target', 'Measured on', 'At target'],
      rows: kpis.map((kpi) => [
        kpi.title,
        kpi.latest === null
          ? ''
          : `${[kpi.latest, ...kpi.apart].map(({ value }) => value).join(' or ')} ${kpi.unit}`.trim(),
        kpi.target === null ? '' : `${kpi.direction === 'up' ? 'at least' : 'at most'} ${kpi.target}`,
        kpi.latest?.day ?? '',
        KPI_CELL[kpiWord(kpi) ?? 'none'],
      ]),
    };
  },
  maturity: (source) => {
    const { maturity, summaries } = source.board();
    return {
      summary: summaries.maturity,
      columns: ['Dimension', 'Current', 'Target', 'Scale'],
      rows: maturity.map((one) => [
        one.title,
        one.current === null ? '' : [one.current, ...one.apart.map(({ value }) => value)].join(' or '),
        String(one.target),
        String(one.scale),
      ]),
    };
  },
  actions: (source) => {
    const { actions, summaries } = source.board();
    return {
      summary: summaries.actions,
      columns: ['Action', 'State', 'Owner', 'Due', 'Waits for'],
      rows: actions
        .filter(({ state }) => state !== 'done')
        .map((action) => [
          action.title,
          action.state,
          action.owner,
          day(action.due),
          [action.blocked, ...action.blockedBy.map(({ title }) => title)].filter(Boolean).join('; '),
        ]),
    };
  },
  dates: (source) => {
    const dates = upcoming(source.board(), 7);
    return {
      summary: `${counted(dates.length, 'date')} overdue or within seven days.`,
      columns: ['Day', 'What', 'Title', 'Owner'],
      rows: dates.map((date) => [date.day, date.what, date.title, date.owner]),
    };
  },
  evidence: (source) => {
    const { ws, engagement, day: on } = source;
    const { summaries } = source.board();
    const { total, rows } = listEvidence(
      ws.db,
      { engagement: engagement.id, offset: 0, limit: MOST_ROWS },
      on,
    );
    return {
      summary: summaries.freshness,
      columns: ['Evidence', 'Title', 'Collected', 'Last verified', 'Expires', 'State'],
      rows: rows.map((row) => [
        row.reference,
        row.title,
        day(row.collected),
        day(row.lastVerified),
        day(row.expires),
        row.state,
      ]),
      total,
    };
  },
  tests: ({ ws, engagement }) => {
    const rows = testArtifacts(ws.db, engagement.id);
    return {
      summary: `${counted(rows.length, 'test report')} in evidence.`,
      columns: ['Evidence', 'Title', 'File', 'Verified by'],
      rows: rows.map((row) => [row.reference, row.title, row.name, row.verification]),
    };
  },
  people: ({ ws, engagement }) => {
    const rows = programmeRows(ws.db, engagement.id, 'person');
    return {
      summary: `${counted(rows.length, 'person', 'people')} of the programme.`,
      columns: ['Name', 'Part', 'Contact'],
      rows: rows.map(({ title, body }) => [title, String(body.part ?? ''), String(body.contact ?? '')]),
    };
  },
  reviews: ({ ws, engagement }) => {
    const times = reviewTimes(reviewMinutes(ws.db, engagement.id));
    const minutes = (value: number | null) => (value === null ? '' : `${value} min`);
    return {
      summary:
        times.measured === 0
          ? 'No review was measured yet.'
          : `Half of ${counted(times.measured, 'review')} took at most ${times.median} minutes; ${percent(times.withinGoal ?? 0)} took at most ${REVIEW_GOAL_MINUTES}.`,
      columns: ['Reviews measured', 'Median', 'Nine of ten within', `Within ${REVIEW_GOAL_MINUTES} min`],
      rows:
        times.measured === 0
          ? []
          : [
              [
                String(times.measured),
                minutes(times.median),
                minutes(times.ninetieth),
                percent(times.withinGoal ?? 0),
              ],
            ],
    };
  },
  'sign-offs': (source) => {
    const { funnel, summaries } = source.board();
    const decided = funnel.some(({ stage, count }) => stage === 'result' && count > 0);
    return {
      summary: summaries.funnel,
      columns: ['Stage', 'Checks'],
      rows: decided ? funnel.map(({ title, count }) => [title, String(count)]) : [],
    };
  },
  requests: ({ ws, engagement }) => {
    const rows = programmeRows(ws.db, engagement.id, 'request');
    const open = rows.filter(({ body }) => body.state === 'open' || body.state === 'returned').length;
    return {
      summary: `${counted(rows.length, 'request')}, ${open} of them open.`,
      columns: ['Request', 'Asked of', 'Due', 'State'],
      rows: rows.map(({ title, body }) => [
        title,
        String(body.asked ?? ''),
        String(body.due ?? ''),
        String(body.state ?? ''),
      ]),
    };
  },
  ledger: ({ ws }) => {
    const { total } = ledgerEntries(ws.db, { offset: 0, limit: 1 });
    return {
      summary: `${counted(total, 'entry', 'entries')} by ${counted(writers(ws.db).length, 'writer')}.`,
      columns: ['Entries', 'Writers'],
      rows: total === 0 ? [] : [[String(total), String(writers(ws.db).length)]],
    };
  },
};

/** Evidence as a packet names it. */
export function packetEvidence({ ws, day: on }: Pick<PacketSource, 'ws' | 'day'>, ids: readonly string[]) {
  return evidenceRows(ws.db, ids, on).map(({ id, reference, title, files }) => ({
    id,
    reference,
    title,
    files: files.map(({ name, sha256, bytes, mediaType }) => ({ name, sha256, bytes, mediaType })),
  }));
}
