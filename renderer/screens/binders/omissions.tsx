import type { Omission } from '../../../shared/domain/binder.ts';
import { count } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Scroll } from '../../parts/scroll.tsx';

const REASONS: Readonly<Record<Omission['reason'], string>> = {
  'not-applicable': 'not applicable',
  withheld: 'withheld',
  redacted: 'redacted',
  missing: 'missing',
  'too-large': 'too large',
  'withdrawn-control': 'withdrawn by its source',
  profile: 'left out by the profile',
  unfounded: 'counts for nothing',
};

/** Most that are shown one by one; the rest is summed up by reason. */
const SHOWN = 200;

/** Everything in scope that is not in the binder, each with its reason. */
export function Omissions(props: {
  omitted: readonly Omission[];
  title: string;
  /** Parts that the profile leaves out beside these. */
  without?: readonly string[];
}) {
  const { omitted, title, without = [] } = props;
  const reasons = new Map<string, number>();
  for (const o of omitted) reasons.set(REASONS[o.reason], (reasons.get(REASONS[o.reason]) ?? 0) + 1);
  return (
    <Panel title={title} aside={`${count(omitted.length)} in all`}>
      {without.length > 0 && (
        <p>By the profile: {without.join(', ')}. The manifest in the binder names each of them.</p>
      )}
      {omitted.length === 0 ? (
        <p className="quiet">{without.length > 0 ? 'Nothing else is left out.' : 'Nothing is left out.'}</p>
      ) : (
        <>
          <p className="quiet">{[...reasons].map(([reason, n]) => `${count(n)} ${reason}`).join(', ')}</p>
          <Scroll label={title}>
            <table className="plain-table">
              <tbody>
                {omitted.slice(0, SHOWN).map((o) => (
                  <tr key={`${o.kind} ${o.id}`}>
                    <td>{o.label}</td>
                    <td className="quiet">
                      {REASONS[o.reason]}
                      {o.detail && `: ${o.detail}`}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {omitted.length > SHOWN && (
              <p className="quiet">and {count(omitted.length - SHOWN)} more, all listed in the binder</p>
            )}
          </Scroll>
        </>
      )}
    </Panel>
  );
}
