import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';

/** What is not decided yet about a record: several people's values side by side, and questions of its reviewers. */
export async function drawOpenPoints(
  { frame, breathe }: Chapter,
  {
    conflicts,
    reviewNotes,
  }: { readonly conflicts: readonly string[]; readonly reviewNotes: readonly string[] },
): Promise<void> {
  if (conflicts.length > 0) {
    frame.need(TYPE.alarm.leading + TYPE.small.leading * 2);
    frame.paragraph(
      'Several people recorded different values; nobody has decided between them yet:',
      TYPE.alarm,
    );
    for (const side of conflicts) await frame.flow(side, TYPE.small, { indent: 12 }, breathe);
    frame.space(6);
  }
  if (reviewNotes.length > 0) {
    frame.need(TYPE.smallStrong.leading + TYPE.small.leading * 2);
    frame.paragraph(
      reviewNotes.length === 1 ? 'Open review note' : `${reviewNotes.length} open review notes`,
      TYPE.smallStrong,
    );
    for (const note of reviewNotes) await frame.flow(note, TYPE.small, { indent: 12 }, breathe);
    frame.space(6);
  }
}
