/** What an operator is told in one sentence; anything else that is thrown is a bug. */
export class ServerFault extends Error {}
