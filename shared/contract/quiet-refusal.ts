/**
 * A refusal is an answer, yet a browser writes every status from 400 up in red into its console, where a person who
 * looks for a fault finds their own mistyped passphrase. A page that sends this header gets refusals of the contract
 * under 200, with the status they have in the answer's header; every other client gets the status itself.
 */
export const QUIET_REFUSALS = { name: 'x-bindery-refusals', value: 'quiet' } as const;

/** The header of an answer that came quietly: the status it has. */
export const REFUSED_STATUS = 'x-bindery-status';
