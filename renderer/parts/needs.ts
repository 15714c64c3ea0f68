/** What a form still needs before its button works, as the line beside that button; empty when nothing is missing. */
export function stillNeeded(needs: Readonly<Record<string, boolean>>): string {
  const missing = Object.keys(needs).filter((what) => needs[what]);
  if (missing.length === 0) return '';
  const last = missing.at(-1);
  return `Still needed: ${missing.length > 1 ? `${missing.slice(0, -1).join(', ')} and ${last}` : last}.`;
}

/** What is missing of a new passphrase that is typed twice. */
export function passphraseNeeds(passphrase: string, again: string): Record<string, boolean> {
  return {
    'a passphrase': passphrase === '',
    'the same passphrase again': passphrase !== '' && passphrase !== again,
  };
}
