import { drawCustomer, drawSection, standingOf } from '../../../packets/compose/packet-sections.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { dateWords } from '../words.ts';
import { openChapter } from './heading.ts';

/** What people put into the packet that this binder is handed over as, with its waivers, and since when it is final. */
export async function drawPacket(chapter: Chapter): Promise<void> {
  const { frame, model } = chapter;
  const { packet } = model;
  if (packet === null) return;
  const { content, template, final } = packet;
  openChapter(chapter, 'packet');
  const about = [content.environment, content.period, content.about].filter(
    (part) => part.trim() !== '' && !content.title.includes(part),
  );
  if (about.length > 0) frame.paragraph(about.join('  ·  '), TYPE.lead, { after: 4 });
  frame.paragraph(standingOf(packet), final === null ? TYPE.alarm : TYPE.strong, { after: 3 });
  frame.paragraph(recordsOf(final?.at ?? null, model.at), TYPE.small, { after: 12 });
  for (const section of template.sections) {
    const filled = content.sections.find(({ key }) => key === section.key);
    if (filled !== undefined) await drawSection(frame, packet, section, filled, () => chapter.breathe());
    await chapter.breathe();
  }
  drawCustomer(frame, packet);
}

/** Of when the records are that this binder shows. */
function recordsOf(final: string | null, composed: string): string {
  if (final === null)
    return `The records in this binder are as they stood when it was composed, ${dateWords(composed)}.`;
  return `The records in this binder are as they stood when the packet was made final. It was composed on ${dateWords(composed)}, and the checkpoint is of then.`;
}
