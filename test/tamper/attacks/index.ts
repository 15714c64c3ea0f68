import type { Family } from '../attack.ts';
import { AUTHORS } from './authors.ts';
import { CERTIFICATION } from './certification.ts';
import { CLAIMS } from './claims.ts';
import { CLIENTS } from './clients.ts';
import { CONTENTS } from './contents.ts';
import { COPIES } from './copies.ts';
import { HISTORIES } from './histories.ts';
import { INCREMENTAL } from './incremental.ts';
import { REDACTIONS } from './redactions.ts';
import { RETURNS } from './returns.ts';
import { REVOCATIONS } from './revocations.ts';
import { SHADOW } from './shadow.ts';
import { SIGNERS } from './signers.ts';
import { TWIN } from './twin.ts';
import { UNIVERSAL } from './universal.ts';
import { VOIDS } from './voids.ts';
import { WRAPPING } from './wrapping.ts';

export const FAMILIES: readonly Family[] = [
  UNIVERSAL,
  INCREMENTAL,
  WRAPPING,
  SHADOW,
  CERTIFICATION,
  SIGNERS,
  COPIES,
  CONTENTS,
  CLAIMS,
  VOIDS,
  TWIN,
  AUTHORS,
  CLIENTS,
  HISTORIES,
  REDACTIONS,
  RETURNS,
  REVOCATIONS,
];
