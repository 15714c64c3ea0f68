import { create } from 'zustand';

/** What the person is looking through: it belongs to this window, not to the workspace. */
export interface Choices {
  readonly engagement: string | null;
  readonly subject: string | null;
  readonly framework: string | null;
  /** The folder that was open last in this window, so that locking leads back to it. */
  readonly lastDir: string | null;
  /** What the workspace in that folder is called, kept in memory alone: on disk its name is encrypted. */
  readonly lastName: string | null;
  readonly helpOpen: boolean;
  /** A workspace is open in the core, but the door is still in use: the recovery kit is shown, the sample is built. */
  readonly atDoor: boolean;
}

export const useChoices = create<Choices>(() => ({
  engagement: null,
  subject: null,
  framework: null,
  lastDir: null,
  lastName: null,
  helpOpen: false,
  atDoor: false,
}));

/** Another workspace has other engagements: forget what was chosen in the one before. */
export function forgetChoices(): void {
  useChoices.setState({ engagement: null, subject: null, framework: null, helpOpen: false });
}
