// Runs the packaged extension without VS Code, with a stand-in for its module `vscode`, and prints as JSON what happened.
// Arguments: the folder of the extension, the program `scorelang`, a folder with models, and for the code lens a file of
// it and the name of a test.
import { EventEmitter as Events } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [extension, program, folder, file, name] = process.argv.slice(2);
const told = { messages: [], found: {}, runs: [], providers: [], diagnostics: {}, saved: [], output: [] };
const commands = new Map();

// --- what the stand-in has of its own -------------------------------------------------------------------------------

const disposable = () => ({ dispose() {} });
class EventEmitter {
  #events = new Events();
  event = (listener) => (this.#events.on("event", listener), disposable());
  fire = (value) => this.#events.emit("event", value);
  dispose() {}
}
class Uri {
  constructor(address) {
    this.address = address;
    this.scheme = address.split(":")[0];
    this.fsPath = address.startsWith("file:") ? fileURLToPath(address) : address;
    this.path = this.fsPath;
  }
  static file = (path) => new Uri(pathToFileURL(path).href);
  static parse = (address) => new Uri(address);
  toString = () => this.address;
}
class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}
class Range {
  constructor(line, character, endLine, endCharacter) {
    this.start = line instanceof Position ? line : new Position(line, character);
    this.end = line instanceof Position ? character : new Position(endLine, endCharacter);
  }
}
class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: disposable };
  dispose() {}
}
class Items extends Map {
  add = (item) => this.set(item.id, item);
  replace = (items) => (this.clear(), items.forEach(this.add));
}
class Disposable {
  dispose() {}
  static from = disposable;
}
class Diagnostic {
  constructor(range, message) {
    Object.assign(this, { range, message });
  }
}
class CodeActionKind {
  static Empty = new CodeActionKind();
  append = () => new CodeActionKind();
}
class TestMessage {
  constructor(message) {
    this.message = message;
  }
  static diff = (message, expected, actual) => Object.assign(new TestMessage(message), { expected, actual });
}

let profile;
const explorer = {
  items: new Items(),
  createTestItem: (id, label, uri) => ({ id, label, uri, children: new ChildItems(id) }),
  createRunProfile: (label, kind, runHandler) => (profile = { label, kind, runHandler, dispose() {} }),
  createTestRun: () => {
    const run = [];
    told.runs.push(run);
    const places = (messages) =>
      [messages].flat().map((one) => [one.message, one.location?.uri && at(one.location.uri), one.location?.range.line]);
    return {
      started() {},
      end() {},
      passed: (item) => run.push([item.label, "passed"]),
      skipped: (item) => run.push([item.label, "skipped"]),
      failed: (item, messages) => run.push([item.label, "failed", ...places(messages)]),
      errored: (item, messages) => run.push([item.label, "errored", ...places(messages)]),
    };
  },
  dispose() {},
};
class ChildItems extends Items {
  constructor(id) {
    super();
    this.replace = (items) => {
      this.clear();
      for (const item of items) this.add(Object.assign(item, { parent: explorer.items.get(id) ?? { id, children: this } }));
    };
  }
}
const at = (uri) => relative(folder, uri.fsPath);

// --- the rest of it: whatever is called gives something that can be disposed of -------------------------------------

const anything = (known, namespace) =>
  new Proxy(known, {
    get(target, key) {
      if (key in target || typeof key === "symbol") return target[key];
      if (/^onDid|^onWill/.test(key)) return disposable;
      if (namespace) return (...args) => (told.providers.push(key), typeof args[1] === "function" ? undefined : disposable());
      return (target[key] = new Proxy(class {}, { get: (one, inner) => (inner in one ? one[inner] : String(inner)) }));
    },
  });
const documents = readdirSync(folder)
  .filter((one) => one.endsWith(".score"))
  .map((one) => ({
    uri: Uri.file(join(folder, one)),
    fileName: join(folder, one),
    languageId: "scorelang",
    version: 1,
    isDirty: false,
    async save() {
      this.isDirty = false;
      told.saved.push(one);
    },
    getText: () => readFileSync(join(folder, one), "utf8"),
  }));
const vscode = anything({
  EventEmitter,
  Uri,
  Position,
  Range,
  CancellationTokenSource,
  CodeActionKind,
  Diagnostic,
  Disposable,
  TestMessage,
  Location: class {
    constructor(uri, range) {
      Object.assign(this, { uri, range });
    }
  },
  TestRunRequest: class {
    constructor(include) {
      this.include = include;
    }
  },
  TestRunProfileKind: { Run: 1 },
  version: "1.91.0",
  env: { language: "en", appName: "stand-in", clipboard: {} },
  tests: { createTestController: () => explorer },
  commands: {
    registerCommand: (id, run) => (commands.set(id, run), { dispose: () => commands.delete(id) }),
    executeCommand: async () => undefined,
  },
  window: anything(
    {
      createOutputChannel: () => anything({ appendLine: (line) => told.output.push(line), append() {} }, "output"),
      showErrorMessage: async (message) => void told.messages.push(message),
      showWarningMessage: async (message) => void told.messages.push(message),
      visibleTextEditors: [],
      tabGroups: { all: [], onDidChangeTabs: disposable, onDidChangeTabGroups: disposable },
    },
    "window",
  ),
  workspace: anything(
    {
      workspaceFolders: [{ uri: Uri.file(folder), name: "models", index: 0 }],
      textDocuments: documents,
      notebookDocuments: [],
      fs: { isWritableFileSystem: () => true },
      getWorkspaceFolder: () => ({ uri: Uri.file(folder), name: "models" }),
      getConfiguration: () => ({
        get: (key, otherwise) => (key === "path" ? program : otherwise),
        inspect: () => undefined,
      }),
      findFiles: async () => documents.map((one) => one.uri),
      asRelativePath: (uri) => at(uri),
      createFileSystemWatcher: () => anything({ dispose() {} }, "watcher"),
    },
    "workspace",
  ),
  languages: anything(
    {
      match: (selector, document) => (document.languageId === "scorelang" ? 10 : 0),
      createDiagnosticCollection: () => ({
        set: (uri, found) => (told.diagnostics[at(uri)] = found.map((one) => one.message)),
        delete() {},
        clear() {},
        dispose() {},
      }),
    },
    "languages",
  ),
});

// --- what a person would do -----------------------------------------------------------------------------------------

const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? vscode : load(request, ...rest));
const client = createRequire(import.meta.url)(join(extension, "out", "extension.js"));
await client.activate({ subscriptions: [] });

const until = async (holds) => {
  for (let tries = 0; tries < 600 && !holds(); tries++) await new Promise((done) => setTimeout(done, 50));
};
if (file === undefined) {
  await until(() => told.messages.some((one) => one.includes(program)));
} else {
  await until(() => [...explorer.items.values()].some((one) => one.uri.fsPath.endsWith(file)));
  await until(() => documents.every((one) => at(one.uri) in told.diagnostics));
  for (const one of explorer.items.values()) {
    told.found[one.label] = [...one.children.values()].map((test) => [test.label, test.range.start.line]);
  }
  await profile.runHandler({}, new CancellationTokenSource().token);
  const shown = [...explorer.items.values()].find((one) => one.uri.fsPath.endsWith(file));
  const [, ...others] = shown.children.values();
  documents.find((one) => one.uri.fsPath.endsWith(file)).isDirty = true;
  await profile.runHandler({ include: [shown], exclude: others }, new CancellationTokenSource().token);
  await commands.get("scorelang.restart")();
  await commands.get("scorelang.runTest")?.(pathToFileURL(join(folder, file)).href, name);
  await commands.get("scorelang.runTest")?.(join(folder, file), "no test has this name");
}
told.commands = [...commands.keys()].sort();
await client.deactivate();
told.after = [...commands.keys()].sort();
told.providers = [...new Set(told.providers)].sort();
process.stdout.write(JSON.stringify(told));
process.exit(0);
