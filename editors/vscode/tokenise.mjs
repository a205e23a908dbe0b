// Prints, as JSON, where the grammar of VS Code sees each piece of the files that are given: for every line of every
// file, a list of [start, end, scope]. The first argument is the folder with the grammar, packaged or not.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const textmate = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

const [folder, scope, ...files] = process.argv.slice(2);
const grammars = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).contributes.grammars;
await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);

const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (name) => {
    const found = grammars.find((one) => one.scopeName === name);
    return found ? textmate.parseRawGrammar(readFileSync(join(folder, found.path), "utf8"), found.path) : null;
  },
});
const grammar = await registry.loadGrammar(scope);

const tokens = {};
for (const file of files) {
  let state = textmate.INITIAL;
  tokens[file] = readFileSync(file, "utf8").split("\n").map((line) => {
    const done = grammar.tokenizeLine(line, state);
    state = done.ruleStack;
    return done.tokens.map((token) => [token.startIndex, token.endIndex, token.scopes.at(-1)]);
  });
}
process.stdout.write(JSON.stringify(tokens));
