import { Select } from '@mantine/core';
import { useChoices } from '../../state/choices.ts';
import { useEngagement } from '../../state/engagement.ts';

/** Which engagement, and which of its subjects, the screen looks through. */
export function EngagementSwitch({ subjects = true }: { subjects?: boolean }) {
  const { all, engagement, subject } = useEngagement();
  if (!engagement) return null;
  return (
    <div className="engagement-switch">
      {all.length > 1 ? (
        <Select
          aria-label="Engagement"
          allowDeselect={false}
          w={200}
          data={all.map((e) => ({ value: e.id, label: e.name }))}
          value={engagement.id}
          onChange={(id) => useChoices.setState({ engagement: id, subject: null })}
        />
      ) : (
        <span className="quiet">{engagement.name}</span>
      )}
      {subjects && engagement.subjects.length > 1 && (
        <Select
          aria-label="Subject"
          allowDeselect={false}
          w={150}
          data={engagement.subjects.map((s) => ({ value: s.id, label: s.name }))}
          value={subject?.id ?? null}
          onChange={(id) => useChoices.setState({ subject: id })}
        />
      )}
    </div>
  );
}
