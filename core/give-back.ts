/**
 * Frees the memory of bytes that nobody reads any more. Memory outside the heap is collected only once there is a lot
 * of it; who passes on gigabytes frees each piece as it goes. Whoever still holds the bytes finds them empty.
 */
export function giveBack({ buffer, byteOffset }: Uint8Array): void {
  // A view into something larger is not alone there.
  if (byteOffset !== 0 || !(buffer instanceof ArrayBuffer)) return;
  try {
    buffer.transfer(0);
  } catch {
    // Node keeps small buffers together in one that it lets nobody take away.
  }
}
