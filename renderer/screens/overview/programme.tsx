import { day, plural, today } from '../../parts/format.ts';
import { Panel, Section } from '../../parts/panel.tsx';
import { Pill, type Tone } from '../../parts/pill.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { Due } from '../programme/record/programme-words.tsx';
import type { Summary } from './overview-screen.tsx';

/** P0 and critical are red, P1 and high amber, P2 and medium blue; the word stands in the pill either way. */
function riskTone(severity: string): Tone {
  if (/^(p0|critical)/i.test(severity)) return 'bad';
  if (/^(p1|high)/i.test(severity)) return 'warn';
  return /^(p2|medium)/i.test(severity) ? 'info' : 'plain';
}

/** The risks that are neither closed nor accepted, with who answers for each. */
export function RiskPanel({ risks }: { risks: Summary['risks'] }) {
  if (risks.length === 0) return null;
  const open = risks.filter(({ state }) => state === 'open' || state === 'mitigating');
  const worst = open.filter((r) => riskTone(r.severity) === 'bad').length;
  const settled = risks.length - open.length;
  const now = today();
  return (
    <Panel
      title={
        worst > 0 ? `${plural(worst, 'open risk')} of the highest severity` : plural(open.length, 'open risk')
      }
      aside={settled > 0 ? `${settled} closed or accepted` : plural(risks.length, 'risk')}
    >
      <Scroll label="List of risks">
        <ul className="list-plain">
          {open.map((risk) => (
            <li key={risk.id} className="line">
              <Pill tone={riskTone(risk.severity)}>{risk.severity || 'unrated'}</Pill>
              <span className="grow">
                {risk.title}
                <span className="quiet under">
                  {risk.due !== null && (
                    <>
                      due <Due due={risk.due} overdue={risk.due < now} />
                      {' · '}
                    </>
                  )}
                  {[risk.owner, risk.plan].filter(Boolean).join(' · ')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </Scroll>
    </Panel>
  );
}

/** Where a phase stands on a day, by its dates and whether it was finished. */
function PhasePill({ phase, now }: { phase: Summary['phases'][number]; now: string }) {
  // Whether its exit criteria are met is told where they stand.
  if (phase.done !== null) return <Pill tone="none">Marked done</Pill>;
  if (phase.to === null) return null;
  if (phase.to < now) return <Pill tone="bad">Late</Pill>;
  if (phase.from === null || phase.from <= now) return <Pill tone="info">Now</Pill>;
  return <Pill tone="none">Ahead</Pill>;
}

/** Phases with their dates and gates with what they ask. */
export function PhasePanel({ phases, gates }: { phases: Summary['phases']; gates: Summary['gates'] }) {
  if (phases.length + gates.length === 0) return null;
  const now = today();
  return (
    <Panel
      title={[
        phases.length > 0 && plural(phases.length, 'phase'),
        gates.length > 0 && plural(gates.length, 'gate'),
      ]
        .filter(Boolean)
        .join(', ')}
    >
      <Scroll label="List of phases and gates">
        <ul className="list-plain">
          {phases.map((phase) => (
            <li key={phase.id} className="line">
              <span className="grow">
                {phase.title}
                <span className="quiet under">
                  {[
                    phase.from || phase.to ? `${day(phase.from)} – ${day(phase.to)}` : '',
                    phase.criteria > 0 ? plural(phase.criteria, 'exit criterion', 'exit criteria') : '',
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <PhasePill phase={phase} now={now} />
            </li>
          ))}
        </ul>
        {gates.length > 0 && (
          <Section title="Gates" className="gates-under">
            <ul className="list-plain">
              {gates.map((gate) => (
                <li key={gate.id} className="line">
                  {gate.text}
                </li>
              ))}
            </ul>
          </Section>
        )}
      </Scroll>
    </Panel>
  );
}
