// The real server with the shipped bundle, a process of its own on a free port.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
const PATIENCE_MS = 120_000;

/** The folder with the demo scenes. */
export const DEMO = join(ROOT, "models/scenes-mini/demo");

/**
 * Starts a server and waits until it is ready.
 * @param {string[]} [more] arguments
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startServer(more = []) {
  const data = await mkdtemp(join(tmpdir(), "loupe-playground-"));
  const program = join(ROOT, "artifacts", "bin/Silo/release/Loupe.Silo.dll");
  const child = spawn("dotnet", [program, "--port", "0", "--bundle", join(ROOT, "models/scenes-mini"), "--device", "cpu", "--data", data, ...more]);
  let output = "";
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    const url = await new Promise((resolve, reject) => {
      const hear = (piece) => {
        output += piece;
        const heard = /listens on (http:\/\/[^ ,]+)/.exec(output);
        if (heard) resolve(heard[1]);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("exit", () => reject(new Error("it ended before it listened")));
      setTimeout(() => reject(new Error("it did not listen in time")), PATIENCE_MS).unref();
    });
    for (const began = Date.now(); !(await fetch(`${url}/health/ready`)).ok;) {
      if (Date.now() - began > PATIENCE_MS) throw new Error("it did not get ready in time");
      await new Promise((wake) => setTimeout(wake, 50));
    }
    return { url, stop };
  } catch (error) {
    await stop();
    throw new Error(`The server did not start (${error.message}):\n${output}`);
  }
}
