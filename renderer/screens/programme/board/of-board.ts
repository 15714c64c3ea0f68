import type { Board } from '../../../../shared/contract/board.ts';

/** What every chart of a board says of itself when it is saved. */
export const ofBoard = (board: Board) => ({ subject: board.engagement.name, asOf: board.day });
