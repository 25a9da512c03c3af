/** The bytes of UTF-8, by name: <0x41>. */
export const bytes = (text: string): string[] =>
  Array.from(
    new TextEncoder().encode(text),
    (byte) => `<0x${(byte + 256).toString(16).slice(1).toUpperCase()}>`,
  );

/** Bytes as text, a character when it is complete. */
export function* decoded(units: Iterable<string>): Generator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (const unit of units) {
    const text = decoder.decode(Uint8Array.of(Number(unit.slice(1, -1))), { stream: true });
    if (text) yield text;
  }
  const rest = decoder.decode();
  if (rest) yield rest;
}
