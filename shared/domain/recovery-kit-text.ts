/** What a recovery kit says about itself beside the secret. */
export interface RecoveryKitFacts {
  readonly workspace: string;
  /** Whose access it was made with. */
  readonly member: string;
  readonly folder: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
  readonly kit: string;
}

/** The recovery kit as a text to print or to keep: whoever finds it in ten years knows what it opens, and how. */
export function recoveryKitText({ workspace, member, folder, at, kit }: RecoveryKitFacts): string {
  return `Bindery recovery kit

Workspace   ${workspace}
Owner       ${member}
Folder      ${folder}
Made        ${at.slice(0, 10)}

    ${kit}

Whoever holds this text opens the workspace without a passphrase. Print it, keep
it in a safe place away from the machine, and delete this file.

To use it: choose "Use the recovery kit" on the start screen of Bindery, or run
"bindery recover" with the folder. You set a new passphrase and get new signing
keys; the ledger records that. It opens the data of this workspace only, and
copies of it made before.
`;
}
