// A chapter's Python, seen from the page: one worker, one queue of cells, and what
// they show. Nothing here trusts what the worker sends: text stays text, HTML passes
// an allow-list, pictures are images.

import { CellView } from "./view.js";

const PATIENCE = 3000; // ms from Stop until a busy worker is ended
const START = 90000; // ms until a start that says nothing has failed
const DRAWS = /\bplot\.|\b(plt|matplotlib|pylab|pyplot)\b/; // in a cell that needs matplotlib

export class Session {
  constructor(cells, base, manifest) {
    Object.assign(this, { base, manifest, queue: [], running: null, worker: null });
    this.bar = new StatusBar(() => this.stop(), () => this.reset());
    this.views = cells.map((cell, k) => new CellView(cell, k, {
      run: () => this.run(k),
      changed: () => (this.views[k].ran = false),
      editor: base + manifest.editor,
      say: (text) => this.bar.say(text),
    }));
    addEventListener("pagehide", () => this.worker?.terminate());
  }

  edit(k) {
    return this.views[k].edit();
  }

  // Run a cell, after those above it that have not run yet.
  run(k) {
    const above = this.views.slice(0, k).filter((view) => !view.ran && !view.heavy);
    for (const view of [...above, this.views[k]])
      if (!this.queue.includes(view) && this.running !== view) {
        this.queue.push(view);
        view.note("Waiting");
      }
    this.next();
  }

  async next() {
    if (this.running || !this.queue.length) return;
    const view = (this.running = this.queue.shift());
    try {
      await this.ready();
    } catch (error) {
      this.running = null;
      this.clear();
      const words = explain(error.message);
      view.start(); // a former failure gives way
      view.fail("Python could not be loaded", words);
      this.end();
      this.bar.idle(`Python could not be loaded. ${words}`);
      return;
    }
    if (this.running !== view) return;
    view.start();
    this.bar.busy(`Running cell ${view.number}`);
    this.stopAt = URL.createObjectURL(new Blob(["run"], { type: "text/plain" }));
    const { number: cell, code } = view;
    this.worker.postMessage({ run: { cell, code, stopAt: this.stopAt, draws: DRAWS.test(code) } });
  }

  ready() {
    return (this.starting ||= this.start());
  }

  async start() {
    this.bar.busy("Loading Python");
    const { manifest, base } = this;
    const [worker, runtimeSource] = await Promise.all(
      [manifest.worker, manifest.runtime].map(async (name) => {
        const answer = await fetch(base + name);
        if (!answer.ok) throw new Error(`${name}: HTTP status ${answer.status}`);
        return answer.text();
      }),
    );
    // From a blob: so that this page's Content Security Policy holds in the worker.
    const source = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
    this.worker = new Worker(source, { type: "module" });
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("It did not start; reload the page.")), START);
      this.started = { resolve: () => (clearTimeout(late), resolve()), reject };
      this.worker.onmessage = ({ data }) => this.heard(data);
      this.worker.onerror = (event) => this.broken(event.message || "The worker failed.");
      const { folder, lock, data } = manifest;
      const packages = ["numpy", manifest.wheel];
      if ([this.running, ...this.queue].some((view) => DRAWS.test(view?.code))) packages.push("matplotlib");
      this.worker.postMessage({ start: { base, folder, lock, packages, data, runtimeSource } });
    });
    URL.revokeObjectURL(source);
  }

  heard({ loading, ready, text, show, done, failed, cell }) {
    const view = this.running;
    if (loading) return this.bar.busy(loading);
    if (ready) {
      if (view) this.bar.busy(`Running cell ${view.number}`);
      this.started?.resolve();
      this.started = null;
      return;
    }
    if (failed) return this.broken(failed);
    if (!view || cell !== view.number) return;
    if (text) text.forEach((part) => view.text(part.text, part.kind));
    if (show) view.show(show.kind, show.content, show.words);
    if (done) this.finish(done);
  }

  finish(state) {
    const view = this.running;
    this.running = null;
    clearTimeout(this.deadline);
    URL.revokeObjectURL(this.stopAt);
    view.finish(state);
    const excused = state === "error" && view.mayFail;
    if (state !== "ok" && !excused) this.clear();
    const words = { ok: "has run", error: "ended with an error", stopped: "was stopped" };
    if (!this.queue.length) this.bar.idle(`Cell ${view.number} ${words[state]}`);
    if (state === "ok") this.keep();
    this.next();
  }

  // Ask Python to stop; end it if one long operation does not let it listen.
  stop() {
    this.clear();
    if (!this.running) return;
    this.bar.busy("Stopping");
    URL.revokeObjectURL(this.stopAt);
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => {
      const view = this.running;
      this.running = null;
      this.end();
      view?.fail("Python was ended", "It was busy in one long operation and did not hear Stop. " +
        "What the cells had computed is gone; Run starts anew.");
      this.bar.idle("Python was ended; Run starts anew");
    }, PATIENCE);
  }

  reset() {
    const view = this.running;
    this.running = null;
    this.clear();
    this.end();
    view?.finish("stopped");
    this.bar.idle("Python was reset; Run starts anew");
  }

  broken(reason) {
    clearTimeout(this.deadline);
    if (this.started) {
      const { reject } = this.started;
      this.started = null;
      return reject(new Error(reason));
    }
    const view = this.running;
    this.running = null;
    this.clear();
    this.end();
    view?.fail("Python stopped", `${explain(reason)} What the cells had computed is gone; Run starts anew.`);
    this.bar.idle("Python stopped; Run starts anew");
  }

  end() {
    this.worker?.terminate();
    this.worker = this.starting = this.started = null;
    this.views.forEach((view) => (view.ran = false));
  }

  clear() {
    this.queue.splice(0).forEach((view) => view.note(""));
  }

  // After the first success: let the browser keep the page and all that runs it.
  async keep() {
    if (this.kept || !navigator.serviceWorker) return;
    this.kept = true;
    try {
      const root = new URL("..", this.base);
      await navigator.serviceWorker.register(new URL("sw.js", root), { scope: root.pathname });
      const { active } = await navigator.serviceWorker.ready;
      const seen = performance.getEntriesByType("resource").map((entry) => entry.name);
      const own = this.manifest.files.map((name) => this.base + name);
      const here = location.href.split("#")[0];
      const all = [here, `${this.base}manifest.json`, ...own, ...seen];
      const keep = [...new Set(all)].filter((address) => new URL(address).origin === location.origin);
      navigator.serviceWorker.addEventListener("message", ({ data }) => {
        if (data?.kept) document.documentElement.dataset.kept = "yes";
      });
      active.postMessage({ keep });
    } catch {} // a browser without: the chapter needs its server
  }
}

function explain(reason) {
  if (/integrity|digest/i.test(reason)) return "A file of Python is not the one that this book was built with; reload the page.";
  if (/fetch|network|load/i.test(reason)) return "A file could not be fetched; are you online? Press Run to try again.";
  if (/out of memory|memory access|allocation/i.test(reason)) return "The browser's memory is exhausted.";
  return reason.split("\n", 1)[0];
}

// One line at the foot of the window: what Python does, Stop, Reset.
class StatusBar {
  constructor(stop, reset) {
    this.box = document.createElement("div");
    this.box.className = "live-status";
    this.box.setAttribute("role", "region");
    this.box.setAttribute("aria-label", "Python");
    this.words = document.createElement("p");
    this.words.setAttribute("role", "status");
    this.stop = this.button("Stop", stop);
    this.reset = this.button("Reset Python", reset);
    this.box.append(this.words, this.stop, this.reset);
    document.body.append(this.box);
    this.idle("");
  }
  button(text, action) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "live-button", textContent: text });
    made.addEventListener("click", action);
    return made;
  }
  say(text) {
    this.words.textContent = text;
    this.box.hidden = !text;
  }
  busy(text) {
    this.say(`${text} …`);
    this.stop.hidden = false;
    this.box.classList.add("busy");
  }
  idle(text) {
    if (this.stop.contains(document.activeElement)) this.reset.focus();
    this.stop.hidden = true;
    this.box.classList.remove("busy");
    this.say(text);
  }
}
