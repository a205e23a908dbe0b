/** The language server: `scorelang lsp`, on standard input and output. */
import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, type ErrorHandler, type Range } from "vscode-languageclient/node";

import { notFound, program } from "./program.js";

/** The command of the code lenses; its arguments are the address of a file and the name of a test. */
const RUN_TEST = "scorelang.runTest";
/** So often a server that ended is started again. */
const MOST_RESTARTS = 3;

/** A test of a file, as the server says it. */
export interface Test {
  name: string;
  range: Range;
}

export class Server implements vscode.Disposable {
  /** What the code lens above a test does. */
  runTest: (file: vscode.Uri, name: string) => Promise<void> = async () => {};

  private client: LanguageClient | undefined;
  private readonly output = vscode.window.createOutputChannel("scorelang");
  private readonly started = new vscode.EventEmitter<void>();
  /** Fired whenever a server is ready. */
  readonly onStarted = this.started.event;

  /** Start the server; where that fails, say what is missing. */
  async start(): Promise<void> {
    const failures = new Failures();
    const client = new LanguageClient(
      "scorelang",
      "scorelang",
      { command: program(), args: ["lsp"] },
      {
        // Not the old versions that the view of changes shows: what they use is not beside them.
        documentSelector: ["file", "untitled"].map((scheme) => ({ language: "scorelang", scheme })),
        outputChannel: this.output,
        errorHandler: failures,
        initializationFailedHandler: () => false,
        middleware: {
          // The server has the command for editors without a test explorer.
          executeCommand: (command, args, next) => (command === RUN_TEST ? this.run(args) : next(command, args)),
        },
      },
    );
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      // Not awaited: it ends when somebody has read it.
      void notFound(error instanceof Error ? error.message : String(error), this.output);
      return;
    }
    failures.running = true;
    this.started.fire();
  }

  /** End the server, if there is one. */
  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  /** End the server and start one anew. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The tests of a file; none where there is no server, or the file is not one that it can read. */
  async tests(file: vscode.Uri): Promise<Test[]> {
    try {
      const found = await this.client?.sendRequest<Test[] | null>("scorelang/tests", {
        textDocument: { uri: file.toString() },
      });
      return found ?? [];
    } catch (error) {
      this.output.appendLine(`${file.fsPath}: ${String(error)}`);
      return [];
    }
  }

  dispose(): void {
    this.started.dispose();
    this.output.dispose();
  }

  private async run(args: unknown[]): Promise<void> {
    const [file, name] = args;
    if (typeof file !== "string" || typeof name !== "string") return;
    await this.runTest(file.includes("://") ? vscode.Uri.parse(file) : vscode.Uri.file(file), name);
  }
}

/** What to do when the server ends: start it again if it ran, and not too often; else `start` says why. */
class Failures implements ErrorHandler {
  running = false;
  private ended = 0;

  error(): { action: ErrorAction; handled: boolean } {
    return { action: ErrorAction.Continue, handled: !this.running };
  }

  closed(): { action: CloseAction; handled: boolean } {
    this.ended += 1;
    const again = this.running && this.ended <= MOST_RESTARTS;
    return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: !this.running };
  }
}
