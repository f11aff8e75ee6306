// One cell on the page: its code, its editor, its outputs.

import { clean } from "./clean.js";

const NAMES = { error: "Error", stopped: "Stopped" };

export class CellView {
  constructor(cell, k, { run, changed, editor, say }) {
    Object.assign(this, { cell, number: k + 1, run, changed, say, editorAt: editor });
    this.input = cell.querySelector(".cell_input");
    this.pre = this.input.querySelector("pre");
    this.bar = cell.querySelector(".live-bar");
    this.noted = this.bar.querySelector(".live-note");
    this.original = this.pre.textContent.replace(/\n$/, "");
    this.heavy = cell.classList.contains("tag_no-live");
    this.mayFail = cell.classList.contains("tag_raises-exception");
    this.ran = false;
    this.output = cell.querySelector(":scope > .cell_output");
    if (!this.output) {
      this.output = document.createElement("div");
      this.output.className = "cell_output";
      this.cell.append(this.output);
    }
    this.built = [...this.output.childNodes];
    this.figures = [...this.output.querySelectorAll("figure, img")]
      .filter((node) => node.tagName === "FIGURE" || !node.closest("figure"))
      .map((node) => {
        const image = node.tagName === "IMG" ? node : node.querySelector("img");
        return { node, image, src: image?.getAttribute("src"), alt: image?.alt };
      })
      .filter(({ image }) => image);
  }

  get code() {
    return this.editor ? this.editor.text() : this.original;
  }

  note(text) {
    this.noted.textContent = text;
  }

  // Outputs

  start() {
    this.note("");
    this.cell.classList.add("live-running");
    Object.assign(this, { fresh: true, stream: null, drawn: 0 });
  }

  place(node) {
    if (this.fresh) this.output.replaceChildren();
    this.fresh = false;
    this.output.append(node);
  }

  pre_(kind, role) {
    const box = document.createElement("div");
    box.className = `live-output live-${kind}`;
    if (role) box.setAttribute("role", role);
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", `${NAMES[kind] || "Output"} of cell ${this.number}`);
    box.append(pre);
    this.place(box);
    return pre;
  }

  text(text, kind) {
    if (this.stream?.kind !== kind) this.stream = new Stream(this.pre_(kind), kind);
    this.stream.add(text);
  }

  show(kind, content, words) {
    this.stream = null;
    if (kind === "figure") return this.figure(content, words);
    if (kind === "html") {
      const box = document.createElement("div");
      box.className = "live-output live-html";
      box.append(clean(content));
      return this.place(box);
    }
    if (kind === "stopped") content = "Stopped. What ran before is kept.";
    const role = kind === "error" && !this.mayFail ? "alert" : null;
    this.pre_(kind, role).textContent = content;
  }

  // The k-th picture takes the place of the k-th built one, under the same caption.
  figure(svg, words) {
    const built = this.code === this.original ? this.figures[this.drawn] : null;
    const frame = this.figures[this.drawn++];
    const image = frame?.image || new Image();
    image.alt = built?.alt || words || "Figure drawn by this cell";
    image.removeAttribute("srcset");
    if (!built) ["width", "height"].forEach((name) => image.removeAttribute(name));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    image.classList.add("live-figure");
    this.place(frame?.node || image);
  }

  finish(state) {
    if (this.fresh) this.output.replaceChildren();
    this.fresh = false;
    this.cell.classList.remove("live-running");
    this.ran = state === "ok" || (state === "error" && this.mayFail);
    this.note({ ok: "Ran", error: "Error", stopped: "Stopped" }[state]);
  }

  fail(title, reason) {
    this.stream = null;
    this.fresh = this.fresh !== false;
    this.pre_("error", "alert").textContent = `${title}. ${reason}`;
    this.cell.classList.remove("live-running");
    this.note("");
  }

  // Editing

  async edit() {
    if (this.editor) return this.editor.focus();
    this.cell.querySelector("details")?.setAttribute("open", "");
    const box = document.createElement("div");
    box.className = "live-editor";
    this.pre.parentElement.before(box);
    const keys = { run: this.run, leave: () => this.bar.querySelector("button").focus() };
    const options = { label: `Code of cell ${this.number}`, changed: this.changed, ...keys };
    let open = plain;
    try {
      ({ open } = await import(this.editorAt));
    } catch {} // without it, a plain text field
    this.editor = open(box, this.original, options);
    this.pre.parentElement.hidden = true;
    this.box = box;
    const [run, edit] = this.bar.querySelectorAll("button");
    edit.hidden = true;
    this.restorer ||= this.restoreButton();
    run.after(this.restorer);
    this.editor.focus();
    this.say("Editing: Escape leaves the editor, Shift and Enter run the cell");
  }

  restoreButton() {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "live-button", textContent: "Restore" });
    made.setAttribute("aria-label", `Restore cell ${this.number} as it was built`);
    made.addEventListener("click", () => this.restore());
    return made;
  }

  restore() {
    if (this.code !== this.original) this.changed();
    this.editor.close?.();
    this.editor = null;
    this.box.remove();
    this.pre.parentElement.hidden = false;
    this.restorer.remove();
    const edit = this.bar.querySelectorAll("button")[1];
    edit.hidden = false;
    edit.focus();
    for (const { image, src, alt } of this.figures) {
      Object.assign(image, { src, alt });
      image.classList.remove("live-figure");
    }
    this.output.replaceChildren(...this.built);
    this.note("Restored");
  }
}

// Text as a terminal shows it: \r goes back to the start of the line.
class Stream {
  constructor(pre, kind) {
    this.kind = kind;
    this.before = document.createTextNode("");
    this.last = document.createTextNode("");
    pre.append(this.before, this.last);
    Object.assign(this, { line: "", column: 0 });
  }
  add(text) {
    let ended = "";
    for (const piece of text.split(/(\r\n|\n|\r)/)) {
      if (piece === "\r") this.column = 0;
      else if (piece === "\n" || piece === "\r\n") {
        ended += `${this.line}\n`;
        Object.assign(this, { line: "", column: 0 });
      } else if (piece) {
        this.line = this.line.slice(0, this.column) + piece + this.line.slice(this.column + piece.length);
        this.column += piece.length;
      }
    }
    if (ended) this.before.appendData(ended);
    this.last.data = this.line;
  }
}

// The editor of those whose browser could not load the real one.
function plain(box, text, { label, changed, run, leave }) {
  const field = document.createElement("textarea");
  Object.assign(field, { value: text, spellcheck: false, rows: text.split("\n").length + 1 });
  field.setAttribute("aria-label", label);
  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) run();
    else return;
    event.preventDefault();
  });
  box.append(field);
  return { text: () => field.value, focus: () => field.focus() };
}
