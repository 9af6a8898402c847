/** Values by key within a budget of bytes; what was used longest ago goes first. */
export class Lru {
  #values = new Map();
  #bytes = 0;
  #budget;
  #sizeOf;

  constructor(budget, sizeOf) {
    this.#budget = budget;
    this.#sizeOf = sizeOf;
  }

  get(key) {
    const value = this.#values.get(key);
    if (value !== undefined) {
      // A Map keeps the order of insertion.
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  set(key, value) {
    const size = this.#sizeOf(value);
    if (size > this.#budget || this.#values.has(key)) return;
    this.#values.set(key, value);
    this.#bytes += size;
    for (const [oldest, held] of this.#values) {
      if (this.#bytes <= this.#budget) break;
      this.#values.delete(oldest);
      this.#bytes -= this.#sizeOf(held);
    }
  }
}

/** Computes each value once, however many ask for it at the same time, and keeps it. */
export class Memo {
  #kept;
  #running = new Map();

  constructor(budget, sizeOf) {
    this.#kept = new Lru(budget, sizeOf);
  }

  /** @returns {Promise<{value: any, found: boolean}>} */
  async get(key, compute) {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return { value: kept, found: true };
    const running = this.#running.get(key);
    if (running) return { value: await running, found: true };
    const started = compute();
    this.#running.set(key, started);
    try {
      const value = await started;
      this.#kept.set(key, value);
      return { value, found: false };
    } finally {
      this.#running.delete(key);
    }
  }
}
