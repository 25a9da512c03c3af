/** Where a workspace has its memory from. */
export interface Source {
  allocate(bytes: number): number;
  free(address: number, bytes: number): void;
}

interface Piece {
  address: number;
  bytes: number;
}

/**
 * Scratch that is lent for as long as a function runs and then lent again. Whoever borrows while others hold theirs gets a piece
 * of its own, so that nobody writes where another still reads, and a piece moves only while nobody holds it.
 */
export class Workspace {
  // As many as were ever held at once; the first `lent` of them are held now.
  private readonly pieces: Piece[] = [];
  private lent = 0;

  constructor(private readonly source: Source) {}

  /**
   * Runs `use` with the address of at least so many bytes, whose contents are whatever was there before.
   *
   * @returns what `use` returns
   */
  lend<R>(bytes: number, use: (address: number) => R): R {
    const address = this.piece(bytes);
    this.lent += 1;
    try {
      return use(address);
    } finally {
      this.lent -= 1;
    }
  }

  /** Address of the first piece that nobody holds, made as large as it has to be. */
  private piece(bytes: number): number {
    const piece = (this.pieces[this.lent] ??= { address: 0, bytes: 0 });
    if (bytes <= piece.bytes) return piece.address;
    const wanted = Math.max(bytes, 2 * piece.bytes);
    if (piece.bytes > 0) this.source.free(piece.address, piece.bytes);
    // Until there is another one there is none: memory may be full.
    piece.bytes = 0;
    piece.address = this.source.allocate(wanted);
    piece.bytes = wanted;
    return piece.address;
  }
}
