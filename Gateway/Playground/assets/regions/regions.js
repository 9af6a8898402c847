// The regions of the question that is being put together, in their order: [0], [1] … One may be chosen.

/** @typedef {import("./shape.js").Region} Region */

/** Tells "change" whenever regions or the chosen one differ, "remove" with the number of a region that is gone, "full" when no more fit. */
export class Regions extends EventTarget {
  /** @type {Region[]} */ list = [];
  chosen = -1;
  /** The bundle's limit. */
  most = 8;
  /** @type {Region[][]} */ #past = [];

  get length() {
    return this.list.length;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** The chosen region, or undefined. */
  get current() {
    return this.list[this.chosen];
  }

  /** Adds a region and chooses it. */
  add(/** @type {Region} */ region) {
    if (this.list.length >= this.most) {
      this.dispatchEvent(new Event("full"));
      return false;
    }
    this.#become([...this.list, region], this.list.length);
    return true;
  }

  /** Puts a region in the place of another. A drag is one change: it says `lasting` at its end only. */
  replace(index, /** @type {Region} */ region, lasting = true) {
    const list = this.list.with?.(index, region) ?? this.list.map((old, k) => (k === index ? region : old));
    if (lasting) this.#become(list, index);
    else this.#show(list, index);
  }

  remove(index) {
    if (!this.list[index]) return;
    this.#become(this.list.filter((_, k) => k !== index), Math.min(index, this.list.length - 2));
    this.dispatchEvent(new CustomEvent("remove", { detail: index }));
  }

  /** Replaces all of them. */
  set(/** @type {Region[]} */ list) {
    this.#become(structuredClone(list), -1);
  }

  clear() {
    this.#become([], -1);
  }

  choose(index) {
    this.#show(this.list, this.list[index] ? index : -1);
  }

  /** Remembers how things are, so that undo comes back to it. */
  mark() {
    this.#past.push(this.list);
    if (this.#past.length > 100) this.#past.shift();
  }

  undo() {
    const before = this.#past.pop();
    if (before) this.#show(before, Math.min(this.chosen, before.length - 1));
    return before !== undefined;
  }

  /** Forgets what was: another picture. */
  forget() {
    this.#past = [];
    this.#show([], -1);
  }

  #become(list, chosen) {
    this.mark();
    this.#show(list, chosen);
  }

  #show(list, chosen) {
    this.list = list;
    this.chosen = chosen;
    this.dispatchEvent(new Event("change"));
  }
}
