/** Numbers of a vector; those of sums are kept in double precision until they are a state. */
export type Vector = Float32Array | Float64Array;

/** A recurrent cell. */
export interface Cell {
  /** Rows of its weights for each hidden unit. */
  readonly gates: number;
  /** Whether its gates do not see h, as those of the minimal GRU. */
  readonly isBlind?: boolean;
  /**
   * One step, in place.
   *
   * @param z  W_ih x + b_ih
   * @param u  W_hh h + b_hh; nothing where the gates do not see h
   * @param h  (hidden)
   * @param c  (hidden), for the cells that have it
   */
  step(z: Vector, u: Vector, h: Vector, c: Vector): void;
}
