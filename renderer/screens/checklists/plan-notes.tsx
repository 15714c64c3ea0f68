import { useQuery } from '@tanstack/react-query';
import type { EngagementRow } from '../../../shared/contract/work.ts';
import { readable } from '../../../shared/domain/spell-out.ts';
import { plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { useApi } from '../../state/api.tsx';

/** What the plans of an engagement say beside their tasks, under the section it stands in. */
export function PlanNotes({ engagement }: { engagement: EngagementRow }) {
  return engagement.frameworks
    .filter(({ kind }) => kind === 'plan')
    .map((plan) => <NotesOf key={plan.id} plan={plan.id} title={plan.title} />);
}

function NotesOf({ plan, title }: { plan: string; title: string }) {
  const { orpc } = useApi();
  const groups = useQuery(orpc.frameworks.groups.queryOptions({ input: { framework: plan } }));
  const said = (groups.data ?? []).filter(({ notes }) => notes.length > 0);
  if (said.length === 0) return null;
  const lines = said.reduce((sum, { notes }) => sum + notes.length, 0);
  return (
    <Panel title={`Also in ${title}`} aside={plural(lines, 'line')}>
      {said.map((section) => (
        <details key={section.path} className="more">
          <summary>
            {[section.label, section.title].filter(Boolean).join(' ')} ({section.notes.length})
          </summary>
          <SaidLines lines={section.notes} />
        </details>
      ))}
    </Panel>
  );
}

/** Lines of a source as they stand there. */
export function SaidLines({ lines, label }: { lines: readonly string[]; label?: string }) {
  let place = 0;
  return (
    <ul className="plan-notes" {...(label === undefined ? {} : { 'aria-label': label })}>
      {lines.map((line) => (
        <li key={`${line} ${place++}`}>{readable(line)}</li>
      ))}
    </ul>
  );
}

/** The first lines below an item in a list; the rest stands beside it, and on paper in full. */
export function SaidBelow({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  let place = 0;
  return (
    <span className="said-below quiet">
      {lines.map((line) => (
        <span key={`${line} ${place++}`} className="under">
          {readable(line)}
        </span>
      ))}
      {lines.length > SHOWN_BELOW && (
        <span className="said-more">and {plural(lines.length - SHOWN_BELOW, 'more line')}</span>
      )}
    </span>
  );
}

/** As many as `.said-below` leaves in sight. */
const SHOWN_BELOW = 2;
