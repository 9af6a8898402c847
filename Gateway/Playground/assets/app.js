import * as api from "./api.js";
import { AnswerCard } from "./answers.js";
import { View } from "./view.js";

const $ = (id) => document.getElementById(id);
const view = new View($("view"), showRegions);
const ASKS_TEXT = ["answer", "locate", "segment"];
const IDEAS = {
  answer: ["what is [0]?", "what is it for?", "is [0] bigger than [1]?", "how many animals are there?", "why?"],
  locate: ["the animal", "the biggest thing", "the thing on the left"],
  segment: ["the animal"],
};
let image = null, running = null;

$("tools").addEventListener("change", (event) => { view.tool = event.target.value; });
$("clear").onclick = () => view.clear();
$("add").onclick = () => {
  if (!view.size) return;
  const { width, height } = view.size;
  view.add({ box: [width * 0.3, height * 0.3, width * 0.7, height * 0.7].map(Math.round) });
  $("regions").lastElementChild?.querySelector("[data-move]")?.focus();
};
$("browse").onclick = () => $("file").click();
$("file").onchange = () => $("file").files[0] && load($("file").files[0]);
$("form").onsubmit = (event) => { event.preventDefault(); ask(); };
$("login").onclose = () => { api.useKey($("key").value); start(); };
addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])].find((f) => f.type.startsWith("image/"));
  if (file) load(file);
});
for (const type of ["dragover", "dragleave", "drop"]) {
  $("stage").addEventListener(type, (event) => {
    event.preventDefault();
    $("stage").classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files[0]) load(event.dataTransfer.files[0]);
  });
}

async function load(blob) {
  try {
    tell("uploading …");
    const stored = await api.upload(blob);
    image = stored.id;
    $("empty").hidden = true;
    view.show(URL.createObjectURL(blob), stored.width, stored.height);
    $("ask").disabled = false;
    await describeServer();
  } catch (problem) {
    tell(problem.message, true);
    if (problem.status === 401) $("login").showModal();
  }
}

function showRegions(regions) {
  $("regions").replaceChildren(...regions.map((region, index) => {
    const item = document.createElement("li");
    item.style.setProperty("--mine", `var(--r${index % 8})`);
    const move = document.createElement("button");
    move.type = "button";
    move.dataset.move = "";
    move.textContent = `[${index}] ${region.box ? "box" : region.points ? "point" : "polygon"}`;
    move.title = "Put into the question. Arrow keys move the box, with Shift resize it, Delete removes it.";
    move.onclick = () => { $("text").value = `${$("text").value.trim()} [${index}]`.trim(); $("text").focus(); };
    move.onkeydown = (event) => nudge(event, index);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.ariaLabel = `remove region ${index}`;
    remove.onclick = () => view.remove(index);
    item.append(move, remove);
    return item;
  }));
}

function nudge(event, index) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (event.key === "Delete") view.remove(index);
  else if (step) {
    event.preventDefault();
    view.nudge(index, step[0], step[1], event.shiftKey);
    $("regions").children[index]?.querySelector("[data-move]").focus();
  }
}

async function ask() {
  running?.abort();
  if (!image) return;
  running = new AbortController();
  const task = document.querySelector("input[name=task]:checked").value;
  const question = { image, task, regions: view.regions };
  if (ASKS_TEXT.includes(task)) question.text = $("text").value.trim() || $("text").placeholder;
  // A region alone says what to segment.
  if (task === "segment" && view.regions.length && !$("text").value.trim()) delete question.text;
  view.found([]);
  const mine = running;
  const card = new AnswerCard($("answers"), view, question, () => mine.abort());
  try {
    for await (const { event, data } of api.ask(question, mine.signal)) {
      if (event === "word") card.word(data);
      else if (event === "region") card.region(data);
      else if (event === "done") card.done(data);
      else if (event === "error") throw new api.Problem(data.status, data);
    }
  } catch (problem) {
    card.fail(problem);
  }
}

function showTasks(tasks) {
  $("tasks").replaceChildren(...tasks.map((task, index) => {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "task", value: task, checked: index === 0 });
    label.append(input, task);
    return label;
  }));
  $("tasks").onchange = (event) => showIdeas(event.target.value);
  showIdeas(tasks[0]);
}

function showIdeas(task) {
  $("text").hidden = !ASKS_TEXT.includes(task);
  $("text").placeholder = IDEAS[task]?.[0] ?? "";
  $("ideas").replaceChildren(...(IDEAS[task] ?? []).map((idea) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.textContent = idea;
    chip.onclick = () => { $("text").value = idea; ask(); };
    return chip;
  }));
}

async function showDemos() {
  const response = await fetch("demo/scenes.json").catch(() => null);
  if (!response?.ok) return;
  const scenes = await response.json();
  $("demos").replaceChildren(...scenes.map(({ file }) => {
    const button = document.createElement("button");
    button.type = "button";
    const picture = Object.assign(document.createElement("img"), { src: `demo/${file}`, alt: `demo scene ${file}`, loading: "lazy" });
    button.append(picture);
    button.onclick = async () => load(await (await fetch(`demo/${file}`)).blob());
    return button;
  }));
}

function tell(text, bad = false) {
  $("server").textContent = text;
  $("server").style.color = bad ? "var(--bad)" : "";
}

async function describeServer() {
  const { mode, bundle, silos } = await api.cluster();
  tell(`${bundle.name} ${bundle.digest.slice(0, 8)} on ${bundle.device ?? "cpu"} · ${mode} · ${silos.length} silo${silos.length > 1 ? "s" : ""} ${silos.map((s) => s.state).join(", ")}`);
  return bundle;
}

async function start() {
  try {
    showTasks((await describeServer()).tasks);
    await showDemos();
  } catch (problem) {
    if (problem.status === 401) $("login").showModal();
    else tell(problem.message, true);
  }
}

start();
