/** What happens next, of many things that will. */

/** A binary heap of events, soonest first. */
export class Heap<T extends { readonly at: number }> {
  readonly #events: T[] = [];

  push(event: T): void {
    let i = this.#events.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#at(parent) <= this.#at(i)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  pop(): T | undefined {
    const first = this.#events[0];
    const last = this.#events.pop();
    if (last === undefined || this.#events.length === 0) return first;
    this.#events[0] = last;
    for (let i = 0; ;) {
      let child = 2 * i + 1;
      if (child >= this.#events.length) break;
      if (child + 1 < this.#events.length && this.#at(child + 1) < this.#at(child)) child++;
      if (this.#at(i) <= this.#at(child)) break;
      this.#swap(i, child);
      i = child;
    }
    return first;
  }

  #at(i: number): number {
    return this.#events[i]?.at ?? Infinity;
  }

  #swap(i: number, j: number): void {
    const [left, right] = [this.#events[i], this.#events[j]];
    if (left === undefined || right === undefined) return;
    this.#events[i] = right;
    this.#events[j] = left;
  }
}
