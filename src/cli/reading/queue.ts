/** The line that all threads take units from; it lives in memory that they share. */

/** Units that may be read before the first of them has been used: what was made of them is held. */
const mostAhead = 128;
/** Units a worker takes at a time: each message costs as much as a small log. */
const perTurn = 8;

const taken = 0;
const used = 1;

export class UnitQueue {
  readonly #counts: Int32Array;
  readonly #length: number;

  /** What the threads share. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  }

  constructor(length: number, shared: SharedArrayBuffer) {
    this.#length = length;
    this.#counts = new Int32Array(shared);
  }

  /** The next unit, for the thread that uses what is made; null when there is none, or too many are ahead. */
  takeOne(): number | null {
    if (Atomics.load(this.#counts, taken) - Atomics.load(this.#counts, used) > mostAhead)
      return null;
    const unit = Atomics.add(this.#counts, taken, 1);
    return unit < this.#length ? unit : null;
  }

  /** The next units for a worker, which sleeps while too many are ahead; none at the end. */
  takeTurn(): number[] {
    const first = Atomics.add(this.#counts, taken, perTurn);
    const end = Math.min(first + perTurn, this.#length);
    for (let now = Atomics.load(this.#counts, used); first - now > mostAhead;) {
      Atomics.wait(this.#counts, used, now);
      now = Atomics.load(this.#counts, used);
    }
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  }

  /** What was made of all units before this one has been used. */
  noteUsed(unit: number): void {
    Atomics.store(this.#counts, used, unit);
    Atomics.notify(this.#counts, used);
  }
}
