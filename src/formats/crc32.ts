const POLYNOMIAL = 0xedb88320;
/** Checksums of one byte, and of a byte with 1, 2 and 3 bytes of zeros behind it: four bytes are taken at a time. */
const TABLES = tables();

function tables(): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
    return sum;
  });
  const all = [first];
  for (let i = 1; i < 4; i++) all.push(all[i - 1].map((sum) => (sum >>> 8) ^ first[sum & 255]));
  return all;
}

/** The checksum that zip archives carry (CRC-32 of ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  const [one, two, three, four] = TABLES;
  let sum = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    sum ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    sum = four[sum & 255] ^ three[(sum >>> 8) & 255] ^ two[(sum >>> 16) & 255] ^ one[sum >>> 24];
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ one[(sum ^ bytes[at]) & 255];
  return ~sum >>> 0;
}
