#!/usr/bin/env node
// A solc command line on top of npm's "solc": as much of it as py-solc-x, ape-solidity and crytic-compile use.
// --allow-paths is accepted and not enforced.  UPGRADER_SOLJS names the package to load.
// --stay answers one standard-JSON input after another, each written as its length in bytes, a line's end, and itself:
// to load the compiler takes longer than to compile a small program.
"use strict";
const fs = require("fs");
const path = require("path");
const v8 = require("v8");

// solc's module installs a handler that prints a banner over our own errors.
process.removeAllListeners("uncaughtException");

const WITH_VALUE = {
  "--base-path": "base", "--include-path": "include", "--allow-paths": "allow",
  "--combined-json": "combined", "--optimize-runs": "runs", "--evm-version": "evm",
};
const FLAGS = { "--version": "version", "--standard-json": "standard", "--stay": "stay", "--optimize": "optimize", "-": "stdin" };
// --combined-json's names -> standard JSON's output selection
const OUTPUTS = {
  "abi": "abi", "asm": "evm.assembly", "bin": "evm.bytecode.object", "bin-runtime": "evm.deployedBytecode.object",
  "devdoc": "devdoc", "hashes": "evm.methodIdentifiers", "metadata": "metadata", "opcodes": "evm.bytecode.opcodes",
  "srcmap": "evm.bytecode.sourceMap", "srcmap-runtime": "evm.deployedBytecode.sourceMap",
  "storage-layout": "storageLayout", "userdoc": "userdoc",
};

function fail(message) {
  process.stderr.write(`Error: ${message}\n`);
  process.exit(1);
}

function parse(argv) {
  const options = { include: [], files: [], remappings: [] };
  for (let i = 0; i < argv.length; i++) {
    const [name, inline] = argv[i].startsWith("--") ? argv[i].split(/=(.*)/s) : [argv[i]];
    if (name in FLAGS) options[FLAGS[name]] = true;
    else if (name in WITH_VALUE) {
      const value = inline !== undefined ? inline : argv[++i];
      if (value === undefined) fail(`missing value for ${name}`);
      if (name === "--include-path") options.include.push(value);
      else options[WITH_VALUE[name]] = value;
    } else if (name.startsWith("-")) fail(`unrecognised option '${name}'`);
    else if (argv[i].includes("=")) options.remappings.push(argv[i]);
    else options.files.push(argv[i]);
  }
  return options;
}

function importer(options) {
  return (wanted) => {
    for (const folder of [options.base || "", ...options.include]) {
      const candidate = folder ? path.join(folder, wanted) : wanted;
      if (fs.existsSync(candidate) && fs.statSync(candidate).isFile()) return { contents: fs.readFileSync(candidate, "utf8") };
    }
    return { error: "File not found inside the base path or any of the include paths." };
  };
}

function combined(solc, options) {
  const sources = {};
  if (options.stdin) sources["<stdin>"] = { content: fs.readFileSync(0, "utf8") };
  for (const file of options.files) sources[file] = { content: fs.readFileSync(file, "utf8") };
  const wanted = (options.combined || "abi,bin").split(",");
  const selection = { "*": wanted.filter((name) => OUTPUTS[name]).map((name) => OUTPUTS[name]), "": wanted.includes("ast") ? ["ast"] : [] };
  const settings = {
    remappings: options.remappings, evmVersion: options.evm, outputSelection: { "*": selection },
    optimizer: { enabled: Boolean(options.optimize), runs: Number(options.runs || 200) },
  };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings }), { import: importer(options) }));
  const errors = output.errors || [];
  for (const error of errors) process.stderr.write(error.formattedMessage + "\n");
  if (errors.some((error) => error.severity === "error")) process.exit(1);
  const result = { contracts: {}, sourceList: Object.keys(output.sources || {}), sources: {}, version: solc.version() };
  for (const [source, contracts] of Object.entries(output.contracts || {}))
    for (const [name, contract] of Object.entries(contracts)) {
      const entry = (result.contracts[`${source}:${name}`] = {});
      for (const key of wanted)
        if (OUTPUTS[key]) entry[key] = OUTPUTS[key].split(".").reduce((value, part) => (value == null ? value : value[part]), contract);
    }
  for (const [source, { ast }] of Object.entries(output.sources || {})) if (ast) result.sources[source] = { AST: ast };
  return JSON.stringify(result);
}

// Bytes of memory above which a compiler that stays leaves after its answer: WebAssembly gives none back.
const LARGEST = 1 << 30;

function read(wanted) {
  const bytes = Buffer.alloc(wanted);
  for (let got = 0, more; got < wanted; got += more) if (!(more = fs.readSync(0, bytes, got, wanted - got))) process.exit(0);
  return bytes.toString();
}

function write(text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(1, bytes, done);
}

function stay(solc, options) {
  do {
    let length = "";
    for (let digit; (digit = read(1)) !== "\n"; ) length += digit;
    const output = solc.compile(read(Number(length)), { import: importer(options) });
    write(`${Buffer.byteLength(output)}\n${output}`);
  } while (process.memoryUsage.rss() < LARGEST);
}

// A C++ call that an exception may pass goes through JavaScript, which looks the function up in the compiler's table, and
// V8 takes longer to look one up than to call it.  What was found is kept until the table changes: two thirds of the time.
// An array that is as long as the table from the start is one; one that grows by leaps is a hash table.
function rememberFunctions() {
  const table = WebAssembly.Table.prototype, { get, set, grow } = table, known = Symbol("known");
  const forgetting = (change) => function (...given) { this[known] = undefined; return change.apply(this, given); };
  table.get = function (index) {
    const functions = this[known] || (this[known] = new Array(this.length));
    return functions[index] || (functions[index] = get.call(this, index));
  };
  table.set = forgetting(set);
  table.grow = forgetting(grow);
}

// V8 compiles WebAssembly again, and better, where it thinks that this pays.  Eight times later than by itself it takes a
// tenth less processor time for a program of any size, and as long by the clock: the second compiler has a core for itself.
v8.setFlagsFromString("--wasm-tiering-budget=104000000");

const options = parse(process.argv.slice(2));
rememberFunctions();
const solc = require(process.env.UPGRADER_SOLJS || "solc");
if (options.version) process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
else if (options.stay) stay(solc, options);
else if (options.standard) process.stdout.write(solc.compile(fs.readFileSync(options.files[0] || 0, "utf8"), { import: importer(options) }) + "\n");
else process.stdout.write(combined(solc, options) + "\n");
