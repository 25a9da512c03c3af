/** Bytes at once: a call takes some 10,000s of arguments, and base64 goes by threes. */
const PART = 3 * 2 ** 13;

/** A spread of so many bytes takes ten times as long. */
const signs = String.fromCharCode.apply.bind(String.fromCharCode) as (
  self: null,
  codes: ArrayLike<number>,
) => string;

/** Bytes as base64, which `atob` turns back. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PART) {
    text += btoa(signs(null, bytes.subarray(at, at + PART)));
  }
  return text;
}

/** The SHA-256 of bytes, by the platform. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

/** Bytes in hexadecimal. */
export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
