import {
  channelsOf,
  type HouseFace,
  type HouseStyle,
  mayBeAccent,
} from '../../../shared/domain/house-style.ts';
import { num } from './pdf-objects.ts';

/** What a house style changes on every page. */
export interface Look {
  /** Operands of `rg`; null for the colour this comes with. */
  readonly accent: string | null;
  readonly face: HouseFace;
}

/** A colour that is too pale to read is left out, however it came into the ledger. */
export function lookOf({ accent, face }: HouseStyle): Look {
  const readable = accent !== null && mayBeAccent(accent).allowed;
  return { accent: readable ? channelsOf(accent).map(num).join(' ') : null, face };
}
