/** The bytes of a file that lies beside the one being read, by its name there; null if there is none. */
export type FilesBeside = (name: string) => Uint8Array | null | Promise<Uint8Array | null>;
