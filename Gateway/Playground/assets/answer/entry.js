// One question with its answer as it grows. Whoever shows it listens to "change".

/** @typedef {{text: string, point: [number, number], box: [number, number, number, number], confidence: number}} Word */

export class Entry extends EventTarget {
  /** @type {"asked"|"answered"|"failed"|"stopped"} */ state = "asked";
  /** @type {Word[]} */ words = [];
  /** @type {any[]} regions that were found */ found = [];
  /** @type {any} the whole answer, when it is there */ answer = null;
  /** @type {any} */ problem = null;
  /** Milliseconds from asking to the first word or region, and to the end, as this browser saw them. @type {{first?: number, all?: number}} */
  seen = {};

  /**
   * @param {number} number from 1, among the questions on a picture
   * @param {{task: string, text?: string, regions: any[]}} question
   * @param {number[]} numbers which of the page's regions the question's are
   * @param {any[]} drawn all of the page's regions
   */
  constructor(number, question, numbers, drawn) {
    super();
    this.number = number;
    this.question = structuredClone(question);
    this.numbers = numbers;
    this.drawn = drawn;
  }

  /** What it said, in one line. */
  get summary() {
    if (this.problem) return this.problem.message;
    if (this.state === "stopped") return "stopped";
    if (!this.answer) return "";
    if (this.answer.text && this.question.task !== "detect") return this.answer.text;
    const count = this.answer.regions.length;
    return count === 0 ? "nothing found" : count === 1 ? `found, ${Math.round(100 * this.answer.regions[0].score)} % sure` : `${count} things found`;
  }

  word(/** @type {Word} */ word) {
    this.words.push(word);
    this.dispatchEvent(new CustomEvent("word", { detail: word }));
  }

  region(region) {
    this.found.push(region);
    this.#changed();
  }

  done(answer) {
    this.answer = answer;
    this.words = answer.words ?? this.words;
    this.found = answer.regions ?? this.found;
    this.state = "answered";
    this.#changed();
  }

  fail(problem) {
    this.state = problem.name === "AbortError" ? "stopped" : "failed";
    this.problem = problem.name === "AbortError" ? null : problem;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
