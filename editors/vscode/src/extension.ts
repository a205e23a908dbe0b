/** scorelang in VS Code: starts the language server, and shows and runs the tests of models. */
import * as vscode from "vscode";

import { Server } from "./server.js";
import { Tests } from "./tests.js";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const one = new Server();
  server = one;
  const tests = new Tests(one);
  context.subscriptions.push(
    one,
    tests,
    vscode.commands.registerCommand("scorelang.restart", () => one.restart()),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("scorelang.path")) await one.restart();
    }),
  );
  one.runTest = (file, name) => tests.runOne(file, name);
  await one.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
