/** The program `scorelang`: where it is, what to do where it is not, and a run of its tests. */
import { spawn } from "node:child_process";
import * as vscode from "vscode";

/** The program as the settings name it. */
export function program(): string {
  const path = vscode.workspace.getConfiguration("scorelang").get<string>("path", "scorelang");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return path.replace("${workspaceFolder}", folder);
}

/** Say that the program did not start, what to do about that, and offer both. */
export async function notFound(why: string, output: vscode.OutputChannel): Promise<void> {
  const message =
    `\`${program()} lsp\` did not start: ${why}. Install it with: pip install 'scorelang[lsp]'. ` +
    "If it is installed, name its place in the setting scorelang.path.";
  const chosen = await vscode.window.showErrorMessage(message, "Open the setting", "Show the output");
  if (chosen === "Open the setting") await vscode.commands.executeCommand("workbench.action.openSettings", "scorelang.path");
  if (chosen === "Show the output") output.show();
}

/** A diagnostic of a file that is no model. */
export interface Wrong {
  message: string;
  hint: string | null;
  path: string;
  line: number;
  column: number;
}

/** What came of a test, as `scorelang test --format json` says it. */
export interface Report {
  kind: "test" | "never" | "always";
  name: string;
  path: string;
  line: number;
  passed: boolean;
  seconds: number;
  failures: { path: string; line: number; expected: string; actual: string; remedies: string[]; notes: string[] }[];
  broken_by: { because: string[]; result: string; test: string } | null;
}

/** What came of a file: its tests, or why it has none to run. */
export interface FileReport {
  path: string;
  tests: Report[];
  wrong: (Wrong | string)[];
}

/** Run the tests of a file, all or those whose names hold these texts. Rejects when there is no report. */
export async function runTests(
  file: vscode.Uri,
  names: readonly string[] | undefined,
  cancelled: vscode.CancellationToken,
): Promise<FileReport> {
  const chosen = names === undefined ? [] : ["-k", names.map(contains).join(" or ")];
  const [said, complaint] = await output(["test", file.fsPath, ...chosen, "--format", "json"], file, cancelled);
  try {
    const report = (JSON.parse(said) as { files: FileReport[] }).files[0];
    if (report !== undefined) return report;
  } catch {
    // What it said instead is the error.
  }
  throw new Error(complaint.trim() || "scorelang test said nothing");
}

/** What `-k` takes to mean a name: each of its pieces between quotation marks, which cannot stand in it. */
function contains(name: string): string {
  const pieces = name.split('"').filter((piece) => piece.trim());
  return pieces.length ? `(${pieces.map((piece) => `"${piece}"`).join(" and ")})` : '""';
}

function output(
  options: string[],
  file: vscode.Uri,
  cancelled: vscode.CancellationToken,
): Promise<[string, string]> {
  return new Promise((resolve, reject) => {
    const cwd = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
    const child = spawn(program(), options, { cwd, env: { ...process.env, NO_COLOR: "1", PYTHONUTF8: "1" } });
    let [said, complaint] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    child.on("error", reject);
    child.on("close", () => resolve([said, complaint]));
    cancelled.onCancellationRequested(() => child.kill());
  });
}
