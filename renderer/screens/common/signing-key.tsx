import { FileInput, Input, PasswordInput, SegmentedControl } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type RefObject, useRef, useState } from 'react';
import type { SigningKey } from '../../../shared/contract/signing.ts';
import { refuse } from '../../../shared/fault.ts';
import { bytes } from '../../parts/format.ts';

type Kind = 'member' | 'file';

const KINDS: readonly { value: Kind; label: string }[] = [
  { value: 'member', label: 'My Bindery certificate' },
  { value: 'file', label: 'A key file' },
];
/** No key file comes near it; the contract takes no larger one. */
const LARGEST_KEY_FILE = 700_000;

/** What a signature is made with, as a screen holds it. The password stands in its field and nowhere else. */
export interface KeyInHand {
  readonly kind: Kind;
  readonly file: File | null;
  readonly password: RefObject<HTMLInputElement | null>;
  /** Whether there is something to sign with. */
  readonly ready: boolean;
  choose(kind: Kind): void;
  pick(file: File | null): void;
  /** The key for one signature. It empties the field of the password: what comes of it is sent on and not kept. */
  take(): Promise<SigningKey>;
}

export function useSigningKey(): KeyInHand {
  const [kind, setKind] = useState<Kind>('member');
  const [file, setFile] = useState<File | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  return {
    kind,
    file,
    password: passwordField,
    ready: kind === 'member' || file !== null,
    choose: setKind,
    pick: setFile,
    async take() {
      const field = passwordField.current;
      const password = field?.value ?? '';
      if (field) field.value = '';
      if (kind === 'member' || !file) return { kind: 'member' };
      if (file.size > LARGEST_KEY_FILE)
        refuse({
          code: 'invalid-input',
          detail: `This is larger than any key file (${bytes(file.size)}).`,
          remedy: 'Choose the .p12 or .pfx file of your key; nothing was signed.',
        });
      return { kind: 'file', content: base64Of(new Uint8Array(await file.arrayBuffer())), password };
    },
  };
}

function base64Of(content: Uint8Array): string {
  return btoa(Array.from(content, (byte) => String.fromCharCode(byte)).join(''));
}

/** With which key to sign: one's own, or one in a key file of a company, which is read here and handed over as bytes. */
export function SigningKeyChoice({ hand, disabled }: { hand: KeyInHand; disabled: boolean }) {
  return (
    <fieldset className="stack signing-key" aria-label="Key to sign with">
      <Input.Wrapper label="Sign with" labelElement="div">
        <SegmentedControl
          aria-label="Sign with"
          w="fit-content"
          disabled={disabled}
          data={[...KINDS]}
          value={hand.kind}
          onChange={(value) => hand.choose(value === 'file' ? 'file' : 'member')}
        />
      </Input.Wrapper>
      {hand.kind === 'file' && (
        <div className="two-columns">
          <FileInput
            label="Key file"
            description="PKCS #12, as your company gives it: .p12 or .pfx."
            inputWrapperOrder={['label', 'input', 'description']}
            placeholder="Choose a file"
            accept=".p12,.pfx,application/x-pkcs12"
            clearable
            clearButtonProps={{ 'aria-label': 'Take the key file away' }}
            disabled={disabled}
            value={hand.file}
            onChange={hand.pick}
            leftSection={<IconKey size={14} />}
          />
          <PasswordInput
            ref={hand.password}
            label="Password of the key file"
            description="For this one signature; neither it nor the file is kept."
            inputWrapperOrder={['label', 'input', 'description']}
            autoComplete="off"
            disabled={disabled}
          />
        </div>
      )}
    </fieldset>
  );
}
