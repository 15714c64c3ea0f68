import { percent, plural } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { StackBar } from '../../parts/stack-bar.tsx';
import { useChoices } from '../../state/choices.ts';
import { go } from '../../state/place.ts';
import { ANY, useControlFilters } from '../controls/filters.ts';
import type { Summary } from './overview-screen.tsx';

type Group = Summary['byGroup'][number];

/** The results of each family, stacked, with the share that a reviewer accepted. */
export function GroupTable({ summary }: { summary: Summary }) {
  const groups = summary.byGroup;
  const frameworks = [...Map.groupBy(groups, (group) => group.framework)];
  const open = groups.filter((g) => decided(g) < g.total).length;
  const title =
    groups.length === 0
      ? 'Results by group'
      : open === 0
        ? 'Every check has a result'
        : `${open} of ${plural(groups.length, 'group')} ${open === 1 ? 'has' : 'have'} checks without a result`;
  return (
    <Panel title={title} aside={<Legend />} flush className="group-panel">
      {groups.length === 0 ? (
        <p className="quiet panel-note">
          This engagement has no controls; its checklists are under Checklists.
        </p>
      ) : (
        <Scroll label="Results by group" className="scroll">
          <table className="plain-table group-table">
            <colgroup>
              <col />
              <col className="col-bar" />
              <col className="col-number" />
              <col className="col-number" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">Group</th>
                <th scope="col">Results</th>
                <th scope="col" className="end">
                  Decided
                </th>
                <th scope="col" className="end">
                  Accepted
                </th>
              </tr>
            </thead>
            {frameworks.map(([framework, ofIt]) => (
              <tbody key={framework}>
                {frameworks.length > 1 && (
                  <tr className="group-framework">
                    <th scope="rowgroup" colSpan={4}>
                      {ofIt[0]?.frameworkTitle}
                    </th>
                  </tr>
                )}
                {ofIt.map((group) => (
                  <GroupLine key={group.path} group={group} />
                ))}
              </tbody>
            ))}
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function decided(group: Group): number {
  return group.satisfied + group.notSatisfied + group.notApplicable;
}

function Legend() {
  return (
    <span className="legend" aria-hidden="true">
      <i className="stack-good" /> satisfied <i className="stack-bad" /> not satisfied{' '}
      <i className="stack-plain" /> n/a
    </span>
  );
}

function GroupLine({ group }: { group: Group }) {
  const name = group.label ? `${group.label.toUpperCase()} ${group.title}` : group.title;
  return (
    <tr>
      <td>
        <button type="button" className="link-row" onClick={() => openGroup(group)}>
          {group.label && group.label !== group.title && <code>{group.label.toUpperCase()}</code>}{' '}
          {group.title}
        </button>
      </td>
      <td className="group-bar">
        <StackBar
          label={name}
          parts={[
            { label: 'satisfied', value: group.satisfied, tone: 'good' },
            { label: 'not satisfied', value: group.notSatisfied, tone: 'bad' },
            { label: 'not applicable', value: group.notApplicable, tone: 'plain' },
            { label: 'not reviewed', value: group.total - decided(group), tone: 'empty' },
          ]}
        />
      </td>
      <td className="end">
        {decided(group)} <span className="quiet">/ {group.total}</span>
      </td>
      <td className="end">{percent(group.accepted, group.total)}</td>
    </tr>
  );
}

function openGroup(group: Group): void {
  useControlFilters.setState({ ...ANY, group: group.path });
  useChoices.setState({ framework: group.framework });
  go('controls');
}
