// One card per answer: words as they come, each with its place; what was reused, and where the time went.

export class AnswerCard {
  constructor(parent, view, question, onCancel) {
    this.view = view;
    this.words = [];
    this.regions = [];
    this.root = element("article", "answer");
    this.asked = element("p", "asked", describe(question));
    this.said = element("p", "said");
    this.root.append(this.asked, this.said);
    this.stop = element("button", "", "stop");
    this.stop.type = "button";
    this.stop.onclick = onCancel;
    this.root.append(this.stop);
    parent.prepend(this.root);
  }

  word(word) {
    const span = element("span", "word new", (this.words.length && !/^[.,!?;:]/.test(word.text) ? " " : "") + word.text);
    span.title = `${Math.round(word.confidence * 100)} % sure`;
    span.tabIndex = 0;
    span.onpointerenter = span.onfocus = () => this.view.light(word);
    span.onpointerleave = span.onblur = () => this.view.light(null);
    this.words.push(word);
    this.said.append(span);
    this.view.light(word);
  }

  region(region) {
    this.regions.push(region);
    this.view.found(this.regions);
  }

  done(answer) {
    this.stop.remove();
    this.view.light(null);
    if (!this.words.length && answer.text) this.said.textContent = answer.text;
    if (answer.regions.length) {
      this.view.found(answer.regions);
      const list = element("ul", "found");
      for (const { box, score, text } of answer.regions) {
        list.append(element("li", "", `${text ? text + " " : ""}[${box.map(Math.round).join(", ")}] ${Math.round(score * 100)} %`));
      }
      this.said.after(list);
    } else if (["locate", "detect", "segment"].includes(answer.task)) {
      this.said.textContent = "nothing found";
    }
    if (answer.rationale) this.root.append(element("p", "why", `because ${answer.rationale}`));
    if (answer.confidence != null) this.root.append(element("p", "why", `${Math.round(answer.confidence * 100)} % plausible`));
    this.root.append(stages(answer));
  }

  fail(problem) {
    this.stop.remove();
    this.said.classList.add("problem");
    this.said.textContent = problem.name === "AbortError" ? "stopped" : problem.message;
  }
}

function stages({ reuse, timing }) {
  const rows = element("div", "stages");
  const longest = Math.max(timing.encodeMs, timing.regionMs, timing.decodeMs, 0.1);
  for (const [name, result, ms] of [
    ["encode", reuse.answer === "hit" ? "hit" : reuse.features, timing.encodeMs],
    ["region", reuse.answer === "hit" ? "hit" : reuse.prefix, timing.regionMs],
    ["decode", reuse.answer, timing.decodeMs],
  ]) {
    const stage = element("div", result === "miss" ? "" : "hit");
    stage.append(`${name} ${result === "miss" ? `${ms.toFixed(1)} ms` : result === "hit" ? "reused" : result}`);
    const bar = element("b");
    if (result === "miss") {
      const fill = element("i");
      fill.style.width = `${(100 * ms) / longest}%`;
      bar.append(fill);
    }
    stage.append(bar);
    rows.append(stage);
  }
  rows.append(element("div", "", `${timing.totalMs.toFixed(1)} ms in all`));
  return rows;
}

function describe({ task, text, regions }) {
  const where = regions.length ? ` · ${regions.length} region${regions.length > 1 ? "s" : ""}` : "";
  return `${task}${text ? `: ${text}` : ""}${where}`;
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
