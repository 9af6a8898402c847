// What can be asked: how each task is called here, what it takes, and what to try first.

/**
 * @typedef {{label: string, hint: string, text: "needed"|"optional"|"none", regions: "all"|"one"|"none", placeholder?: string,
 *   ideas: (count: number) => string[]}} Task
 * `regions`: which of the drawn ones go with the question; `ideas`: texts to try with so many regions
 */

/** @type {Record<string, Task>} in the order they are shown */
export const TASKS = {
  answer: {
    label: "Ask", hint: "A question about the picture or its regions", text: "needed", regions: "all", placeholder: "what is [0]?",
    ideas: (count) =>
      count === 0 ? ["where is this?", "is it day or night?", "is there anything to eat?"]
      : count === 1 ? ["what is [0]?", "what is [0] for?", "what can [0] do?", "what might [0] do next?"]
      : ["what are [0] and [1]?", "which one is heavier, [0] or [1]?", "which one is alive?", "where is [0] compared to [1]?"],
  },
  caption: { label: "Describe", hint: "A few words about the regions, or about the whole picture", text: "none", regions: "all", ideas: () => [] },
  locate: {
    label: "Find", hint: "Where the thing is that you describe; regions are left out", text: "needed", regions: "none", placeholder: "the thing on the left",
    ideas: () => ["the animal", "the biggest thing", "the thing on the left", "something to eat"],
  },
  segment: {
    label: "Cut out", hint: "The exact shape of the chosen region, or of what you describe", text: "optional", regions: "one", placeholder: "the animal, or leave this empty for the region",
    ideas: () => ["the animal", "the vehicle"],
  },
  detect: { label: "Find all", hint: "Everything there is, with names; regions are left out", text: "none", regions: "none", ideas: () => [] },
  narrate: { label: "Tell", hint: "The whole picture in words, each with its place; regions are left out", text: "none", regions: "none", ideas: () => [] },
  read: { label: "Read", hint: "The text in the picture, line by line, or in each of the regions", text: "none", regions: "all", ideas: () => [] },
};

/** How a task is called on the page. */
export const labelOf = (/** @type {string} */ task) => TASKS[task]?.label ?? task;

/**
 * Puts a question together from what is on the page.
 * @param {string} task
 * @param {string} text
 * @param {import("../regions/shape.js").Region[]} regions
 * @param {number} chosen
 * @returns {{question?: {task: string, text?: string, regions: any[]}, numbers?: number[], trouble?: string}}
 *   the question and which of the page's regions its regions are; or, in a sentence, what is missing
 */
export function compose(task, text, regions, chosen) {
  const said = text.trim(), takes = TASKS[task] ?? TASKS.answer;
  const all = regions.map((_, k) => k);
  if (takes.regions === "one") return composeOne(task, said, regions, chosen);
  if (takes.text === "needed" && !said) return { trouble: task === "locate" ? "Say in a few words what to find." : "Type a question first." };
  const given = takes.regions === "all" ? all : [];
  const lacking = [...said.matchAll(/\[(\d+)\]/g)].map(([, k]) => Number(k)).find((k) => !given.includes(k));
  if (takes.text !== "none" && lacking !== undefined) {
    return { trouble: takes.regions === "none" ? `“${TASKS[task].label}” is about the whole picture: describe the thing without [${lacking}].` : `There is no region [${lacking}] yet: draw it on the picture.` };
  }
  return { question: { task, ...(takes.text === "none" ? {} : { text: said }), regions: given.map((k) => regions[k]) }, numbers: given };
}

// Words go before regions, except when they name one.
function composeOne(task, said, regions, chosen) {
  const named = /^\[(\d+)\]$/.exec(said);
  const k = named ? Number(named[1]) : chosen >= 0 ? chosen : regions.length === 1 ? 0 : -1;
  if (said && !named) return { question: { task, text: said, regions: [] }, numbers: [] };
  if (regions[k]) return { question: { task, regions: [regions[k]] }, numbers: [k] };
  return { trouble: regions.length > 1 ? "Choose one of the regions first, or describe the thing." : "Draw a region first, or describe the thing." };
}
