/** The tests of models in the test explorer: found by the language server, run by `scorelang test`. */
import { resolve } from "node:path";
import * as vscode from "vscode";

import { runTests, type FileReport, type Report, type Wrong } from "./program.js";
import type { Server } from "./server.js";

/** How long nobody has to type before the tests of a file are looked for again. */
const PATIENCE = 400; // milliseconds
const MODELS = "**/*.score";
const NO_MODELS = "**/{node_modules,.venv,build}/**";

export class Tests implements vscode.Disposable {
  private readonly explorer = vscode.tests.createTestController("scorelang", "scorelang");
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly watching: vscode.Disposable[] = [];
  private readonly profile: vscode.TestRunProfile;

  constructor(private readonly server: Server) {
    const kind = vscode.TestRunProfileKind.Run;
    this.profile = this.explorer.createRunProfile("Run", kind, (request, token) => this.run(request, token), true);
    this.explorer.refreshHandler = () => this.findAll();
    const files = vscode.workspace.createFileSystemWatcher(MODELS);
    this.watching.push(
      files,
      files.onDidCreate((file) => this.find(file)),
      files.onDidChange((file) => this.find(file)),
      files.onDidDelete((file) => this.explorer.items.delete(file.toString())),
      server.onStarted(() => this.findAll()),
      vscode.workspace.onDidOpenTextDocument((document) => this.typed(document)),
      vscode.workspace.onDidChangeTextDocument((change) => this.typed(change.document)),
    );
  }

  /** Run the one test of a file that has this name. */
  async runOne(file: vscode.Uri, name: string): Promise<void> {
    await this.find(file);
    const tests = [...(this.explorer.items.get(file.toString())?.children ?? [])].map(([, test]) => test);
    const chosen = tests.filter((test) => test.label === name);
    if (chosen.length === 0) {
      void vscode.window.showWarningMessage(`There is no test "${name}" in ${vscode.workspace.asRelativePath(file)}.`);
      return;
    }
    const ended = new vscode.CancellationTokenSource();
    await this.run(new vscode.TestRunRequest(chosen, undefined, this.profile), ended.token);
    ended.dispose();
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const one of this.watching) one.dispose();
    this.explorer.dispose();
  }

  // --- finding them -------------------------------------------------------------------------------------------------

  private async findAll(): Promise<void> {
    const files = await vscode.workspace.findFiles(MODELS, NO_MODELS);
    for (const file of files) await this.find(file);
  }

  private typed(document: vscode.TextDocument): void {
    if (document.languageId !== "scorelang" || document.uri.scheme !== "file") return;
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.set(key, setTimeout(() => void this.find(document.uri), PATIENCE));
  }

  /** Show the tests that a file has now; a file without any is not shown. */
  private async find(file: vscode.Uri): Promise<void> {
    const found = await this.server.tests(file);
    if (found.length === 0) {
      this.explorer.items.delete(file.toString());
      return;
    }
    const label = vscode.workspace.asRelativePath(file);
    const shown = this.explorer.items.get(file.toString()) ?? this.explorer.createTestItem(file.toString(), label, file);
    shown.children.replace(
      found.map(({ name, range }, at) => {
        const before = found.slice(0, at).filter((test) => test.name === name).length;
        const item = this.explorer.createTestItem(before ? `${name} (${before + 1})` : name, name, file);
        const { start, end } = range;
        item.range = new vscode.Range(start.line, start.character, end.line, end.character);
        return item;
      }),
    );
    this.explorer.items.add(shown);
  }

  // --- running them -------------------------------------------------------------------------------------------------

  private async run(request: vscode.TestRunRequest, cancelled: vscode.CancellationToken): Promise<void> {
    const run = this.explorer.createTestRun(request);
    const left = new Set(request.exclude);
    for (const [file, tests] of this.chosen(request.include, left)) {
      if (cancelled.isCancellationRequested) break;
      await this.runFile(run, file, tests, cancelled);
    }
    run.end();
  }

  /** Of each file the tests that are to be run, or all. */
  private chosen(
    include: readonly vscode.TestItem[] | undefined,
    left: ReadonlySet<vscode.TestItem>,
  ): Map<vscode.TestItem, vscode.TestItem[] | "all"> {
    const found = new Map<vscode.TestItem, vscode.TestItem[] | "all">();
    for (const item of include ?? [...this.explorer.items].map(([, file]) => file)) {
      const file = item.parent ?? item;
      const known = found.get(file);
      if (item === file) found.set(file, "all");
      else if (known !== "all") found.set(file, [...(known ?? []), item]);
    }
    for (const [file, tests] of left.size ? found : []) {
      const all = tests === "all" ? [...file.children].map(([, test]) => test) : tests;
      found.set(file, left.has(file) ? [] : all.filter((test) => !left.has(test)));
    }
    return found;
  }

  private async runFile(
    run: vscode.TestRun,
    file: vscode.TestItem,
    chosen: vscode.TestItem[] | "all",
    cancelled: vscode.CancellationToken,
  ): Promise<void> {
    const tests = chosen === "all" ? [...file.children].map(([, test]) => test) : chosen;
    if (file.uri === undefined || tests.length === 0) return;
    for (const test of tests) run.started(test);
    // The program reads files, and not what stands in the editor.
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === file.uri?.toString());
    if (open?.isDirty) await open.save();
    try {
      const names = chosen === "all" ? undefined : tests.map((test) => test.label);
      this.tell(run, tests, await runTests(file.uri, names, cancelled), file.uri);
    } catch (error) {
      const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
      for (const test of tests) cancelled.isCancellationRequested ? run.skipped(test) : run.errored(test, message);
    }
  }

  private tell(run: vscode.TestRun, tests: vscode.TestItem[], report: FileReport, file: vscode.Uri): void {
    const wrong = report.wrong.map((one) => messageOfWrong(one, file));
    for (const test of tests) {
      // A test with a table has a report for each of its rows.
      const reports = report.tests.filter((one) => one.name === test.label || `${one.kind}: ${one.name}` === test.label);
      const took = reports.reduce((sum, one) => sum + one.seconds, 0) * 1000;
      const failed = reports.filter((one) => !one.passed);
      if (reports.length === 0) wrong.length ? run.errored(test, wrong) : run.skipped(test);
      else if (failed.length) run.failed(test, failed.flatMap((one) => messagesOf(one, file)), took);
      else run.passed(test, took);
    }
  }
}

function messagesOf(report: Report, file: vscode.Uri): vscode.TestMessage[] {
  const found = report.failures.map((one) => {
    const more = [...one.remedies, ...one.notes].map((line) => `\n${line}`).join("");
    const message = vscode.TestMessage.diff(`expected ${one.expected}: ${one.actual}${more}`, one.expected, one.actual);
    return at(message, one.path, one.line, file);
  });
  if (report.broken_by !== null) {
    const { because, result, test } = report.broken_by;
    const told = `a lead breaks it (${result}): ${because.join(", ")}\n\n${test}`;
    found.push(at(new vscode.TestMessage(told), report.path, report.line, file));
  }
  return found;
}

function messageOfWrong(one: Wrong | string, file: vscode.Uri): vscode.TestMessage {
  if (typeof one === "string") return new vscode.TestMessage(one);
  const text = one.hint === null ? one.message : `${one.message}\n${one.hint}`;
  return at(new vscode.TestMessage(text), one.path, one.line, file);
}

function at(message: vscode.TestMessage, path: string, line: number, file: vscode.Uri): vscode.TestMessage {
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? "";
  message.location = new vscode.Location(vscode.Uri.file(resolve(folder, path)), new vscode.Position(line - 1, 0));
  return message;
}
