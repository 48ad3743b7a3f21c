// The workers of private mode: the assistant and the models in one, the models alone in those that read along with it, and
// nothing that could reach the network. They are served with a policy that forbids them every connection, every further
// script and every worker of their own. The scripts named here are fetched by the page that starts them, before they run;
// all else comes from the page.
//
// Messages: { id, what, ... } in, { id, answer } or { id, error } out; while a review runs, { id, event }. With an error that
// is `fatal` the worker is of no use any more.
import * as assistant from "./assistant.js";
import * as relaxed_simd from "./relaxed_simd.js";
import * as simd128 from "./simd128.js";
import { readAlong, together } from "./together.js";

const MODELS = { relaxed_simd, simd128 };

let desk;
// What this worker has read for another.
let along;

// What the models' module makes of what it is asked: several workers read, each a few pieces of one question.
async function models({ compiled, instructions, encoder, judge }) {
  const module = MODELS[instructions];
  await module.default({ module_or_path: compiled.models });
  const loaded = new module.LoadedEncoder(encoder, judge);
  const readers = {
    encode: ({ texts, query }) => loaded.encode(texts, query),
    judge: ({ texts, marks }) => loaded.judge(texts, marks),
  };
  return { loaded, readers };
}

async function load({ language, others, ...parts }) {
  await assistant.default({ module_or_path: parts.compiled.assistant });
  if (parts.encoder) {
    const { loaded, readers } = await models(parts);
    const read = together(readers, others);
    const dimension = loaded.dimension();
    globalThis.models = {
      encode: (texts, query) => read("encode", { texts, query }, dimension),
      count: (text) => loaded.ids(text, false).length,
      judge: (texts, marks) => read("judge", { texts, marks }, 4),
    };
    desk = new assistant.PrivateDesk(loaded.name(), dimension, loaded.judgeName(), language);
  } else {
    desk = new assistant.PrivateDesk("", 0, "", language);
  }
}

// One that reads along: it has the models and no law.
async function join({ port, ...parts }) {
  const { readers } = await models(parts);
  along = readAlong(readers, port);
}

// What the browser says when this worker asks for anything beyond it, in every way there is: a request, a socket, a script,
// a worker. The answer names the rules by which it refused, one for each refusal, and how many parts of another's questions
// this worker has read.
async function forbidden(address) {
  const policy = [];
  const hear = ({ effectiveDirective }) => policy.push(effectiveDirective);
  addEventListener("securitypolicyviolation", hear);
  const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  // Engines differ in whether they throw or tell later, and one that lets it happen may take its time: the policy's own
  // word counts.
  const quietly = async (attempt) => {
    try {
      await Promise.race([attempt(), after(1000)]);
    } catch {}
  };
  await quietly(() => fetch(address));
  await quietly(() => (new WebSocket(address.replace(/^http/, "ws")).onerror = () => {}));
  // A script that is there and does nothing when it is loaded, under an address that could carry a draft's words.
  await quietly(() => import(`./assistant.js?${performance.now()}`));
  await quietly(() => {
    const nested = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    nested.onerror = (event) => event.preventDefault();
    setTimeout(() => nested.terminate(), 100);
  });
  // Some of it comes a moment after the refusal.
  await after(200);
  removeEventListener("securitypolicyviolation", hear);
  return { policy, read: along?.parts ?? 0 };
}

const work = {
  load,
  join,
  add: ({ part, language }) => desk.add(part, language),
  finish: ({ checks, language }) => desk.finish(checks, language),
  review: ({ id, review, name, bytes, asOf, language }) =>
    desk.review(review, name, bytes, asOf, language, (event) => postMessage({ id, event })),
  restore: ({ review, name, bytes, result, language }) => desk.restore(review, name, bytes, result, language),
  forget: ({ review }) => desk.forget(review),
  result: ({ review, language }) => desk.result(review, language),
  draft: ({ review, language }) => desk.draft(review, language),
  map: ({ review, language }) => desk.map(review, language),
  status: ({ document, eid, asOf, language }) => desk.status(document, eid, asOf, language),
  provision: ({ document, eid, asOf, language }) => desk.provision(document, eid, asOf, language),
  file: ({ review, format, suggest, decisions, language }) =>
    desk.file(review, format, suggest, decisions, new Date().toISOString().replace(/\.\d+/, ""), language),
  forbidden: ({ address }) => forbidden(address),
};

addEventListener("message", async ({ data }) => {
  const { id, what } = data;
  try {
    postMessage({ id, answer: await work[what](data) });
  } catch (error) {
    // The assistant throws the JSON of a failure. Whatever else is thrown, such as a panic or a lack of memory, leaves the
    // modules in a state that nobody knows.
    const fatal = typeof error !== "string";
    postMessage({ id, error: fatal ? (error?.message ?? String(error)) : error, fatal });
  }
});
