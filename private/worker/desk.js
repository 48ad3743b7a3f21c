// The page's side of private mode: loads the law and the models once, keeps them, starts the worker that is handed the
// drafts and those that read along with it, and others where they were ended. Its own requests are for the pack and the
// scripts alone.
//
// What fails is the JSON of an `ErrorBody` that the assistant or the server worded, or one of the words below with what is
// known of the reason behind a colon; the page words these in its language.
//   gone: the review is not of this page, or was erased     closed: the worker was ended before it answered
//   stopped: the loading was stopped                        busy: the worker is at work
//   ended: the worker ended by itself                       unreachable: the server cannot be reached
//   damaged: what arrived is not what was asked for         schema: the server speaks another version
//   insecure: not a secure context
import { download, instructions } from "./encoder.js";

const CACHE = "rasoat-pack";
// Milliseconds after which the server is asked whether its law is another, before the next draft is taken.
const FRESH = 60 * 60 * 1000;
// Milliseconds within which a worker that has nothing to do has answered.
const ANSWERED = 20_000;
// How many workers at most read on a machine of so many gigabytes, as far as its browser tells: each holds the models, some
// 120 MB.
const ROOM = [
  [8, 4],
  [4, 2],
  [0, 1],
];
const here = new URL(".", import.meta.url);

let worker;
// Those that read along with it.
let others = [];
// How many workers there have been: tells whether a draft lies in the present one.
let workers = 0;
let opening;
let loaded = false;
let abort;
// What was loaded: the pack's list as text, its schema, the compiled modules, and when the server was last asked for it.
let held;
let last = 0;
const waiting = new Map();
// The drafts of this page by their reviews, with what came of them: where a worker is ended the next one is given them again.
const drafts = new Map();
// Reviews take turns: the worker can be ended for one of them without the others.
let turn = Promise.resolve();
let running;
// Whether a proof is being made.
let proving = false;

// The browser's list of what this page asks for ends at 250 entries; an observer is told of each.
const requests = [];
const noted = (list) => requests.push(...list.map(({ name, startTime }) => ({ name, startTime })));
const observer = new PerformanceObserver((list) => noted(list.getEntries()));
observer.observe({ type: "resource", buffered: true });

function ask(what, message = {}, transfer = [], heard) {
  return new Promise((resolve, reject) => {
    if (!worker) return reject("closed");
    last += 1;
    waiting.set(last, { resolve, reject, heard });
    worker.postMessage({ id: last, what, ...message }, transfer);
  });
}

function listen() {
  worker.onmessage = ({ data: { id, answer, error, fatal, event } }) => {
    const asked = waiting.get(id);
    if (!asked) return;
    if (event !== undefined) return asked.heard?.(event);
    waiting.delete(id);
    if (error === undefined) return asked.resolve(answer);
    asked.reject(fatal ? `ended: ${error}` : error);
    if (fatal) close();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    close(`ended: ${event.message ?? ""}`);
  };
}

const start = (name) => new Worker(new URL("worker.js", here), { type: "module", name });

// Starts workers that read along with the one that is handed the drafts, as many as the machine has processors for, and
// gives it ways to them. Without memory that workers may share, none.
function company(parts) {
  const [, most] = ROOM.find(([gigabytes]) => (navigator.deviceMemory ?? 4) >= gigabytes);
  const room = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency ?? 1, most) : 1;
  return Array.from({ length: room - 1 }, (_, at) => {
    const other = start(`rasoat-private-${at + 2}`);
    const { port1, port2 } = new MessageChannel();
    others.push(other);
    // Whatever ails it, the review goes on without it.
    other.onerror = (event) => {
      event.preventDefault();
      drop(other);
    };
    other.onmessageerror = () => drop(other);
    other.onmessage = ({ data: { id, answer, error } }) => {
      if (error !== undefined) drop(other);
      else if (id === "forbidden") other.heard?.(answer);
    };
    other.postMessage({ id: "join", what: "join", port: port1, ...parts }, [port1]);
    return port2;
  });
}

// Ends one that reads along; whoever waits for its word hears that there is none.
function drop(other) {
  other.terminate();
  others = others.filter((one) => one !== other);
  other.heard?.();
}

// Ends the workers, and with them everything they hold.
function end(reason) {
  worker?.terminate();
  worker = undefined;
  others.forEach(drop);
  const all = [...waiting.values()];
  waiting.clear();
  all.forEach(({ reject }) => reject(reason));
}

// The same, and a loading that is not done.
function close(reason = "closed") {
  abort?.abort();
  opening = undefined;
  loaded = false;
  end(reason);
}

async function sum(bytes) {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What the server said when it refused, else its number.
async function refusal(response) {
  try {
    return JSON.stringify(JSON.parse(await response.text()).error);
  } catch {
    return `unreachable: ${response.status}`;
  }
}

// A part of the pack: from the browser's own store where it is there whole, else loaded and kept.
async function part(cache, { sha256 }, progress, signal) {
  const address = new URL(`/api/pack/${sha256}`, here);
  const kept = await cache?.match(address).catch(() => undefined);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await sum(bytes)) === sha256) {
      progress(bytes.length, true);
      return bytes;
    }
    await cache.delete(address).catch(() => {});
  }
  let before = 0;
  const loading = download(address, {
    signal,
    // It is kept here; the browser's other store would only hold it twice, and give a damaged one again.
    cache: "no-store",
    refused: refusal,
    progress: (received) => {
      progress(received - before, false);
      before = received;
    },
  });
  const bytes = await loading.catch((error) => {
    throw typeof error === "string" || signal.aborted ? error : "unreachable";
  });
  if ((await sum(bytes)) !== sha256) throw "damaged";
  // Where there is no room, it is loaded anew next time.
  await cache?.put(address, new Response(bytes)).catch(() => {});
  return bytes;
}

// The list of what there is to load, as text.
async function list(signal) {
  const response = await fetch(new URL("/api/pack", here), { signal });
  if (!response.ok) throw await refusal(response);
  return response.text();
}

async function load(language, schema, progress, signal, text, asked) {
  const pack = JSON.parse(text);
  if (pack.schema !== schema) throw "schema";
  const cache = await caches.open(CACHE).catch(() => undefined);
  const files = [pack.encoder, pack.judge].filter((file) => file);
  const total = [...files, ...pack.documents].reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let fetched = 0;
  const count = (bytes, kept) => {
    done += bytes;
    if (!kept) fetched += bytes;
    progress?.(done, total);
  };
  const set = files.length ? instructions() : undefined;
  const compile = (name) => WebAssembly.compileStreaming(fetch(new URL(`${name}_bg.wasm`, here), { signal }));
  const same = held?.text === text;
  const [own, models] = same ? held.compiled : await Promise.all([compile("assistant"), set && compile(set)]);
  const [encoder, judge] = await Promise.all([
    pack.encoder && part(cache, pack.encoder, count, signal),
    pack.judge && part(cache, pack.judge, count, signal),
  ]);
  signal.throwIfAborted();
  worker = start("rasoat-private");
  workers += 1;
  listen();
  const parts = { compiled: { models }, instructions: set, encoder: encoder ?? undefined, judge: judge ?? undefined };
  const ways = judge ? company(parts) : [];
  await ask("load", { ...parts, compiled: { assistant: own, models }, others: ways, language }, ways);
  // A few at a time: the next ones arrive while one is taken in.
  const next = (at) => {
    const coming = part(cache, pack.documents[at], count, signal);
    // One that fails is told when it is its turn.
    coming.catch(() => {});
    return coming;
  };
  const coming = pack.documents.slice(0, 4).map((_, at) => next(at));
  for (const [at] of pack.documents.entries()) {
    const bytes = await coming[at];
    delete coming[at];
    if (at + 4 < pack.documents.length) coming[at + 4] = next(at + 4);
    // There may be another worker by now, which is not this loading's.
    signal.throwIfAborted();
    await ask("add", { part: bytes, language }, [bytes.buffer]);
  }
  await ask("finish", { checks: pack.checks.join(" "), language });
  if (!same) await tidy(cache, [...files, ...pack.documents]);
  held = { text, schema, compiled: [own, models], asked };
  loaded = true;
  return JSON.stringify({ documents: pack.documents.length, total, loaded: fetched, at: asked });
}

// What no pack names any more makes room.
async function tidy(cache, parts) {
  const named = new Set(parts.map(({ sha256 }) => sha256));
  try {
    for (const request of (await cache?.keys()) ?? []) {
      if (!named.has(request.url.split("/").pop())) await cache.delete(request);
    }
  } catch {
    // It is tried again with the next law.
  }
}

// Begins to load `text`, or what the server lists now; once more where its law changed meanwhile.
function begin(language, schema, progress, text) {
  const own = (abort = new AbortController());
  const { signal } = own;
  const once = async (text) => {
    const asked = text ? held.asked : Date.now();
    return load(language, schema, progress, signal, text ?? (await list(signal)), asked);
  };
  opening = once(text)
    .catch((error) => {
      const changed = error === "damaged" || (typeof error === "string" && error.includes('"code":"pack.'));
      if (!changed || signal.aborted) throw error;
      end("closed");
      return once();
    })
    .catch((error) => {
      const stopped = signal.aborted;
      // One that began after this was stopped is left alone.
      if (abort === own) close();
      if (typeof error === "string" && error !== "closed") throw error;
      if (stopped) throw "stopped";
      throw error instanceof TypeError ? "unreachable" : (error?.message ?? error);
    });
  return opening;
}

const isFresh = () => held && Date.now() - held.asked < FRESH;

// Loads everything, once; `progress` hears bytes done and in all. The answer is the JSON of what was loaded. Where that was
// a while ago the server is asked whether its law is still the same.
export async function open(language, schema, progress) {
  // Without one, whoever stands between could change these very scripts; nor has the browser a store or sums there.
  if (!isSecureContext) throw "insecure";
  if (loaded && !isFresh() && running === undefined) {
    // Without a network the law that is here serves.
    const text = await list().catch(() => held.text);
    held.asked = Date.now();
    if (text !== held.text) {
      close();
      return begin(language, schema, progress, text);
    }
  }
  return opening ?? begin(language, schema, progress, isFresh() ? held.text : undefined);
}

// Stops a loading; what is open stays.
export function stop() {
  if (opening && !loaded) close("stopped");
}

// Opens with the same law as before where the worker was ended.
async function opened(language) {
  if (!held) throw "closed";
  return opening ?? begin(language, held.schema, undefined, held.text);
}

// Asks the worker, which has the review in it; one that was ended for another review's sake is followed by the next.
async function asked(what, language, message, id) {
  for (;;) {
    const draft = drafts.get(id);
    if (id ? !draft : !drafts.size) throw "gone";
    await opened(language);
    try {
      if (draft?.result && draft.worker !== workers) {
        const { name, bytes, result } = draft;
        await ask("restore", { review: id, name, bytes, result, language });
        draft.worker = workers;
      }
      return await ask(what, { ...message, review: id, language });
    } catch (error) {
      if (error !== "closed") throw error;
    }
  }
}

// Reviews a file when its turn comes; `heard` hears the JSON of each event.
export async function review(id, file, asOf, language, heard) {
  const draft = { name: file.name, since: performance.now() };
  drafts.set(id, draft);
  const before = turn;
  let done;
  turn = new Promise((resolve) => (done = resolve));
  const still = () => {
    if (drafts.get(id) !== draft) throw "gone";
  };
  try {
    draft.bytes = new Uint8Array(await file.arrayBuffer());
    await before;
    for (;;) {
      still();
      await opened(language);
      still();
      running = id;
      draft.worker = workers;
      try {
        const { name, bytes } = draft;
        await ask("review", { review: id, name, bytes, asOf, language }, [], heard);
        break;
      } catch (error) {
        // It had not begun when the worker was ended.
        if (error !== "closed") throw error;
      }
    }
    const what = { review: id, language };
    [draft.result, draft.text] = await Promise.all([ask("result", what), ask("draft", what)]);
  } catch (error) {
    delete draft.bytes;
    throw error;
  } finally {
    if (running === id) running = undefined;
    done();
  }
}

// Stops a review. One that is under way is stopped by ending the worker; the others are given to the next.
export function cancel(id) {
  drafts.delete(id);
  if (running === id) close();
}

// Erases a review and its draft from this page.
export function erase(id) {
  drafts.delete(id);
  if (running === id || !drafts.size) close();
  else if (worker) ask("forget", { review: id }).catch(() => {});
}

// Erases every review, and the worker with them.
export function eraseAll() {
  drafts.clear();
  close();
}

export const result = async (id, language) => drafts.get(id)?.result ?? asked("result", language, {}, id);
export const draft = async (id, language) => drafts.get(id)?.text ?? asked("draft", language, {}, id);
export const map = (id, language) => asked("map", language, {}, id);
export const status = (document, eid, asOf, language) => asked("status", language, { document, eid, asOf });
export const provision = (document, eid, asOf, language) => asked("provision", language, { document, eid, asOf });
export const file = (id, format, suggest, decisions, language) =>
  asked("file", language, { format, suggest, decisions }, id);

// What one that reads along says of its ways out; what gives no answer has shown nothing, and is ended.
function probe(other, address) {
  return new Promise((done) => {
    const late = setTimeout(() => drop(other), ANSWERED);
    other.heard = (answer = { policy: [], read: 0 }) => {
      clearTimeout(late);
      other.heard = undefined;
      done(answer);
    };
    other.postMessage({ id: "forbidden", what: "forbidden", address });
  });
}

// What a person can see for themselves: the rules by which the browser refuses each worker every way out, and which requests
// of this page it lists since the draft was handed over. The answer is JSON.
export async function proof(id, language) {
  if (!drafts.get(id)) throw "gone";
  // Workers that review answer nothing else meanwhile, and no review begins before they have answered.
  if (running !== undefined || proving) throw "busy";
  proving = true;
  const before = turn;
  let done;
  turn = new Promise((resolve) => (done = resolve));
  try {
    await before;
    const draft = drafts.get(id);
    if (!draft) throw "gone";
    const address = String(new URL("/healthz", here));
    const said = [
      await asked("forbidden", language, { address }),
      ...(await Promise.all(others.map((other) => probe(other, address)))),
    ];
    noted(observer.takeRecords());
    const since = requests.filter(({ startTime }) => startTime >= draft.since);
    return JSON.stringify({
      workers: said.map(({ policy }) => policy),
      read: said.map(({ read }) => read),
      requests: since.map(({ name }) => name),
    });
  } finally {
    proving = false;
    done();
  }
}
