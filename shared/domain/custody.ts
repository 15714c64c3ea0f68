/** How a step of custody reads by which files left the workspace: exported, or handed over in answer to a request. */
export const takenOut = {
  exported: 'Exported',
  answering: (request: string) => `Handed over in answer to "${request}"`,
} as const;

const TAKEN_OUT = [`${takenOut.exported}: `, 'Handed over in answer to "'];

/** Whether a step says only that files were taken out: all that may be said by whoever may only read. */
export const saysTakenOut = (what: string): boolean => TAKEN_OUT.some((words) => what.startsWith(words));
