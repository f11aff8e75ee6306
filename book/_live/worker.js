// The one Python of a page, in a thread of its own. The page starts this text from a
// blob:, so that the page's Content Security Policy holds here too. Messages in:
// {start}, {run}; messages out: {ready}, {loading}, {text}, {show}, {done}, {failed}.

const CUT = 200000; // characters of text that one cell may write
const EVERY = 200; // ms between two looks at whether the reader pressed Stop
const FLUSH = 50; // ms that text waits, so that many prints make few messages
const BURST = 16; // messages that do not wait: a line is often two writes

// What a cell has no business with; gone before the first line of Python runs.
for (const name of ["caches", "indexedDB", "BroadcastChannel", "Worker", "SharedWorker"]) {
  for (let scope = self; scope; scope = Object.getPrototypeOf(scope)) delete scope[name];
  Object.defineProperty(self, name, { value: undefined });
}

const post = self.postMessage.bind(self);
const output = {
  cell: 0, parts: [], written: 0, flushed: 0, burst: 0,
  open(cell) {
    Object.assign(this, { cell, parts: [], written: 0, flushed: 0, burst: 0 });
  },
  write(text, kind) {
    if (this.written >= CUT) return;
    this.written += text.length;
    const last = this.parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.parts.push({ kind, text });
    if (this.written >= CUT) {
      last && (last.text = last.text.slice(0, last.text.length - (this.written - CUT)));
      this.parts.push({ kind: "note", text: `\n… cut after ${CUT.toLocaleString("en")} characters` });
    }
    if (performance.now() - this.flushed > FLUSH) this.burst = 0;
    if (this.burst++ < BURST) this.flush();
  },
  flush() {
    this.flushed = performance.now();
    if (this.parts.length) post({ text: this.parts, cell: this.cell });
    this.parts = [];
  },
};

// Pyodide looks at element 0 now and then while Python runs. Stop revokes the
// address `stop`, so that a request for it fails: no shared memory, no header.
let stop = "";
let looked = 0;
const signals = {
  get 0() {
    const now = performance.now();
    if (!stop || now - looked < EVERY) return 0;
    looked = now;
    output.flush();
    const request = new XMLHttpRequest();
    try {
      request.open("GET", stop, false);
      request.send();
      return 0;
    } catch {
      stop = "";
      return 2; // SIGINT: Python raises KeyboardInterrupt
    }
  },
  set 0(value) {},
};

let python, runtime;

async function start({ base, folder, lock, runtimeSource, packages, data }) {
  post({ loading: "Loading Python" });
  const { loadPyodide } = await import(base + folder + "pyodide.mjs");
  python = await fetched(() => loadPyodide({
    indexURL: base + folder,
    lockFileURL: base + lock,
    env: { HOME: "/home/reader", MPLBACKEND: "agg", MMDL_DATA_URL: base + data },
    stdout: (text) => output.write(text + "\n", "out"),
    stderr: (text) => output.write(text + "\n", "err"),
    packages,
  }));
  loaded(packages);
  runtime = python.runPython(runtimeSource + "\nRuntime()", { filename: "<book>" });
  python.setInterruptBuffer(signals);
  post({ ready: true });
}

// Pyodide waits for ever for a file that does not come: here that ends its start.
async function fetched(begin) {
  const own = self.fetch;
  const lost = new Promise((_, reject) => {
    self.fetch = async (...request) => {
      try {
        const answer = await own(...request);
        if (!answer.ok) throw new Error(`failed to fetch ${answer.url}: HTTP status ${answer.status}`);
        return answer;
      } catch (error) {
        reject(error);
        throw error;
      }
    };
  });
  try {
    return await Promise.race([begin(), lost]);
  } finally {
    self.fetch = own;
  }
}

async function load(names) {
  const problems = [];
  const tell = { messageCallback() {}, errorCallback: (text) => problems.push(text) };
  await python.loadPackage(names, tell);
  loaded(names, problems);
}

function loaded(names, problems = []) {
  const missing = names.filter((name) => !(name in python.loadedPackages));
  if (problems.length || missing.length)
    throw new Error(problems.join("; ") || `${missing.join(", ")} could not be loaded`);
}

async function run({ cell, code, stopAt, draws }) {
  output.open(cell);
  if (draws && !python.loadedPackages.matplotlib) {
    post({ loading: "Loading the plots" });
    await load(["matplotlib"]);
    post({ ready: true });
  }
  stop = stopAt;
  looked = performance.now();
  const show = (kind, content, words) => {
    output.flush();
    post({ show: { kind, content, words }, cell });
  };
  const write = (text, kind) => output.write(text, kind);
  const state = await runtime.run(code, cell, write, show);
  stop = "";
  output.flush();
  post({ done: state, cell });
}

self.onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else await run(data.run);
  } catch (error) {
    output.flush();
    post({ failed: String(error?.message || error).slice(0, 2000) });
  }
};
