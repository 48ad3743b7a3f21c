// The page's side of private mode: loads the law and the models once, keeps them, and starts the worker that is handed the
// drafts. The page's own requests are for the pack alone and happen before a draft is handed over.
import { download, instructions } from "./encoder.js";

const CACHE = "rasoat-pack";
const here = new URL(".", import.meta.url);

let worker;
let opening;
let last = 0;
const waiting = new Map();
// The failure that a page shows, as the assistant words them.
const failure = (code, message, hint) => JSON.stringify({ code, message, hint });

function ask(what, message = {}, transfer = [], heard) {
  return new Promise((resolve, reject) => {
    if (!worker) return reject("closed");
    last += 1;
    waiting.set(last, { resolve, reject, heard });
    worker.postMessage({ id: last, what, ...message }, transfer);
  });
}

function listen() {
  worker.onmessage = ({ data: { id, answer, error, event } }) => {
    const asked = waiting.get(id);
    if (!asked) return;
    if (event !== undefined) return asked.heard?.(event);
    waiting.delete(id);
    if (error === undefined) asked.resolve(answer);
    else asked.reject(error);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    close(failure("private.ended", `chế độ riêng tư dừng bất ngờ / private mode ended unexpectedly (${event.message})`, ""));
  };
}

// Ends the worker, and with it everything it holds.
export function close(reason = "closed") {
  worker?.terminate();
  worker = undefined;
  opening = undefined;
  waiting.forEach(({ reject }) => reject(reason));
  waiting.clear();
}

// A part of the pack: from the browser's own store where it is there, else loaded and kept. What is kept was checked
// against its name when it was loaded.
async function part(cache, { sha256 }, progress) {
  const address = new URL(`/api/pack/${sha256}`, here);
  const kept = await cache?.match(address);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    progress(bytes.length, true);
    return bytes;
  }
  let before = 0;
  const bytes = await download(address, {
    progress: (received) => {
      progress(received - before, false);
      before = received;
    },
  });
  // Browsers have sums only where the connection is safe; elsewhere one that could be trusted would not help.
  const sum = await globalThis.crypto?.subtle?.digest("SHA-256", bytes);
  const hex = sum && Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex && hex !== sha256) throw new Error(`gói pháp luật tải về bị hỏng; hãy thử lại / the pack arrived damaged; try again`);
  // Where there is no room, it is loaded anew next time.
  await cache?.put(address, new Response(bytes)).catch(() => {});
  return bytes;
}

async function load(language, progress) {
  const response = await fetch(new URL("/api/pack", here));
  if (!response.ok) throw await response.text().then((text) => failureIn(text) ?? new Error(String(response.status)));
  const pack = await response.json();
  const cache = await globalThis.caches?.open(CACHE).catch(() => undefined);
  const files = [pack.encoder, pack.judge].filter((file) => file);
  const total = [...files, ...pack.documents].reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let loaded = 0;
  const count = (bytes, kept) => {
    done += bytes;
    if (!kept) loaded += bytes;
    progress(done, total);
  };
  const set = files.length ? instructions() : undefined;
  const compile = (name) => WebAssembly.compileStreaming(fetch(new URL(`${name}_bg.wasm`, here)));
  const [own, models] = await Promise.all([compile("assistant"), set && compile(set)]);
  const [encoder, judge] = await Promise.all([
    pack.encoder && part(cache, pack.encoder, count),
    pack.judge && part(cache, pack.judge, count),
  ]);
  worker = new Worker(new URL("worker.js", here), { type: "module", name: "rasoat-private" });
  listen();
  await ask("load", { compiled: { assistant: own, models }, instructions: set, encoder: encoder ?? undefined, judge: judge ?? undefined });
  // A few at a time: the next ones arrive while one is taken in.
  const coming = pack.documents.slice(0, 4).map((one) => part(cache, one, count));
  for (const [at] of pack.documents.entries()) {
    const bytes = await coming[at];
    if (at + 4 < pack.documents.length) coming[at + 4] = part(cache, pack.documents[at + 4], count);
    await ask("add", { part: bytes }, [bytes.buffer]);
  }
  await ask("finish", { checks: pack.checks.join(" "), language });
  // What no pack names any more makes room.
  const named = new Set([...files, ...pack.documents].map(({ sha256 }) => sha256));
  for (const request of (await cache?.keys()) ?? []) {
    if (!named.has(request.url.split("/").pop())) await cache.delete(request);
  }
  return JSON.stringify({ documents: pack.documents.length, total, loaded, encoder: !!encoder, judge: !!judge, since: Date.now() });
}

function failureIn(text) {
  try {
    return JSON.stringify(JSON.parse(text).error);
  } catch {
    return undefined;
  }
}

// Loads everything, once; `progress` hears bytes done and in all. The answer is the JSON of what was loaded.
export function open(language, progress) {
  opening ??= load(language, progress).catch((error) => {
    close();
    throw error?.message ?? error;
  });
  return opening;
}

// Reviews a file; `heard` hears the JSON of each event.
export const review = (id, file, asOf, language, heard) => ask("review", { review: id, file, asOf, language }, [], heard);
export const result = (id, language) => ask("result", { review: id, language });
export const draft = (id, language) => ask("draft", { review: id, language });
export const map = (id, language) => ask("map", { review: id, language });
export const status = (document, eid, asOf, language) => ask("status", { document, eid, asOf, language });
export const provision = (document, eid, asOf, language) => ask("provision", { document, eid, asOf, language });
export const file = (id, format, suggest, decisions, language) =>
  ask("file", { review: id, format, suggest, decisions, language });

// What a person can see for themselves: that the worker is refused every connection, and which requests this page has
// made since a moment (milliseconds since 1970). The answer is JSON.
export async function proof(since) {
  const tried = JSON.parse(await ask("forbidden", { address: String(new URL("/healthz", here)) }));
  const from = since - performance.timeOrigin;
  const requests = performance.getEntriesByType("resource").filter(({ startTime }) => startTime >= from);
  return JSON.stringify({ ...tried, requests: requests.map(({ name }) => name) });
}
