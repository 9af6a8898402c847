// The part of the HTTP API that the page uses. Every failure is thrown as a Problem with something to say.

export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail || body?.title || `The server answered ${status}.`);
    this.status = status;
    this.errors = body?.errors ?? {};
  }
}

let key = sessionStorage.getItem("loupe-key") ?? "";

export function useKey(value) {
  key = value;
  sessionStorage.setItem("loupe-key", value);
}

async function call(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key) headers.set("Authorization", `Bearer ${key}`);
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "The server does not answer. Is it still running?" });
  }
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw new Problem(response.status, body);
  }
  return response;
}

export const cluster = async () => (await call("v1/cluster")).json();

export const upload = async (blob) =>
  (await call("v1/images", { method: "POST", body: blob, headers: { "Content-Type": blob.type } })).json();

export async function imageUrl(id) {
  return URL.createObjectURL(await (await call(`v1/images/${id}/content`)).blob());
}

/** Asks and yields {event, data} as the server sends them. */
export async function* ask(question, signal) {
  const response = await call("v1/questions", {
    method: "POST",
    body: JSON.stringify(question),
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    signal,
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    let end;
    while ((end = rest.indexOf("\n\n")) >= 0) {
      const frame = rest.slice(0, end);
      rest = rest.slice(end + 2);
      let event = "message", data = "";
      for (const line of frame.split("\n")) {
        if (line.startsWith("event:")) event = line.slice(6).trim();
        else if (line.startsWith("data:")) data += line.slice(5).trim();
      }
      if (data) yield { event, data: JSON.parse(data) };
    }
  }
}
