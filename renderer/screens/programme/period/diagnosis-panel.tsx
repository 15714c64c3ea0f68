import {
  CLEAN_UP,
  type CleanUp,
  type CleanUpItem,
  type Diagnosis,
  diagnosisLines,
} from '../../../../shared/domain/lockdown.ts';
import { count } from '../../../parts/format.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Pill, type Tone } from '../../../parts/pill.tsx';
import { go } from '../../../state/place.ts';
import { openRecord } from '../open-record.ts';

const TONES: Readonly<Record<CleanUp, Tone>> = {
  unsigned: 'warn',
  unreviewed: 'warn',
  unresolved: 'bad',
  changed: 'bad',
  missing: 'plain',
  stale: 'bad',
};

/** What stands in the way of making the period final, or stood open when it was, each with the way to it. */
export function DiagnosisPanel({ diagnosis, final = false }: { diagnosis: Diagnosis; final?: boolean }) {
  if (diagnosis.clean)
    return (
      <Panel title="Nothing is left to clean up">
        <p>
          <Pill tone="good">Clean</Pill> Every result is signed, reviewed and as it was signed.
        </p>
      </Panel>
    );
  return (
    <Panel
      title={final ? 'Still open in this final period' : 'To clean up first'}
      aside="links lead to each record"
    >
      {CLEAN_UP.filter((what) => diagnosis.counts[what] > 0).map((what, i) => (
        <Kind
          key={what}
          open={i === 0}
          what={what}
          total={diagnosis.counts[what]}
          items={diagnosis.items.filter((item) => item.what === what)}
        />
      ))}
    </Panel>
  );
}

function Kind(props: { open: boolean; what: CleanUp; total: number; items: readonly CleanUpItem[] }) {
  const none = { unsigned: 0, unreviewed: 0, unresolved: 0, changed: 0, missing: 0, stale: 0 };
  const [line = ''] = diagnosisLines({ ...none, [props.what]: props.total });
  return (
    <details className="more diagnosis" open={props.open}>
      <summary>
        <Pill tone={TONES[props.what]}>{count(props.total)}</Pill> {line.replace(/^\d+ /, '')}
      </summary>
      <ul className="list-plain scroll-small">
        {props.items.map((item) => (
          <li key={`${item.kind} ${item.id} ${item.subject}`}>
            <button type="button" className="link-row" onClick={() => openItem(item)}>
              <code>{item.label}</code> {item.title}
              {item.subject && <span className="quiet"> · {item.subject}</span>}
            </button>
          </li>
        ))}
      </ul>
      {props.total > props.items.length && (
        <p className="quiet">{`and ${count(props.total - props.items.length)} more`}</p>
      )}
    </details>
  );
}

function openItem({ kind, id }: CleanUpItem): void {
  if (kind === 'item') go('checklists', id);
  else if (kind === 'record') openRecord(id);
  else openRecord(`${kind}:${id}`);
}
