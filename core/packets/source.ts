import { engagementById } from '../../db/queries/engagements.ts';
import type { Board } from '../../shared/contract/board.ts';
import { refuse } from '../../shared/fault.ts';
import { boardOf } from '../programme/board.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** Where the data of packets comes from: an engagement as it stands today, its dashboards made once when first asked. */
export interface PacketSource {
  readonly ws: OpenWorkspace;
  readonly engagement: NonNullable<ReturnType<typeof engagementById>>;
  readonly day: string;
  board(): Board;
}

export function packetSource(ws: OpenWorkspace, engagement: string): PacketSource {
  const found = engagementById(ws.db, engagement);
  if (found === undefined) return refuse({ code: 'not-found', what: 'engagement', id: engagement });
  let made: Board | null = null;
  return {
    ws,
    engagement: found,
    day: today(ws),
    board() {
      made ??= boardOf(ws, engagement);
      return made;
    },
  };
}
