// Calls that a C++ exception may pass, made within WebAssembly.
//
// Emscripten makes each such call through JavaScript, which catches the exception: half of solc's time.  WebAssembly
// can catch it by itself, so the compiler is given functions of a second module that do what the JavaScript ones do.
// They need its table of functions, which is made here for both.  A compiler that is built otherwise is left alone.
// Source: https://github.com/WebAssembly/exception-handling/blob/main/legacy/exception-handling/Exceptions.md
"use strict";
const fs = require("fs");

const I32 = 0x7f, FUNCREF = 0x70, VOID = 0x40;
const TYPES = { i: I32, f: 0x7d, d: 0x7c };
const ZERO = { i: [0x41, 0], f: [0x43, 0, 0, 0, 0], d: [0x44, 0, 0, 0, 0, 0, 0, 0, 0] };
const SECTION = { types: 1, imports: 2, functions: 3, tables: 4, globals: 6, exports: 7, code: 10 };
const MAIN = 0, LINKS = 1; // tables of the second module
const SAVE = 0, RESTORE = 1, THREW = 2; // functions of the first one, by their place in LINKS
const NAMES = ["stackSave", "stackRestore", "_setThrew"];
// Whatever else threw a C++ exception would end the compiler: nothing catches it.
const THROWING = new Set(["___cxa_throw", "___cxa_rethrow", "___resumeException"]);

function leb(number) {
  const bytes = [];
  do { bytes.push((number & 127) | (number > 127 ? 128 : 0)); number >>>= 7; } while (number);
  return bytes;
}
const vector = (items) => [...leb(items.length), ...items.flat()];
const section = (id, content) => [id, ...leb(content.length), ...content];
const text = (name) => vector([...Buffer.from(name)]);
const signature = (params, results) => [0x60, ...vector(params), ...vector(results)];

// One function of the second module: what emscripten's invoke_KIND does.
function body(kind, called, [save, restore, threw]) {
  const [result, ...params] = kind, sp = params.length + 1;
  const indirect = (type, table) => [0x11, ...leb(type), table];
  const code = [
    0x41, SAVE, ...indirect(save, LINKS), 0x21, ...leb(sp), //             sp = stackSave()
    0x06, TYPES[result] || VOID, //                                        try
    ...params.flatMap((_, index) => [0x20, ...leb(index + 1)]),
    0x20, 0, ...indirect(called, MAIN), //                                   table[index](a1, a2, …)
    0x19, //                                                               catch anything
    0x20, ...leb(sp), 0x41, RESTORE, ...indirect(restore, LINKS), //         stackRestore(sp)
    0x23, 0, 0x45, 0x04, VOID, 0x09, 1, 0x0b, //                             no C++ exception: throw it again
    0x41, 0, 0x24, 0,
    0x41, 1, 0x41, 0, 0x41, THREW, ...indirect(threw, LINKS), //             setThrew(1, 0)
    ...(ZERO[result] || []),
    0x0b, 0x0b,
  ];
  const whole = [1, 1, I32, ...code];
  return [...leb(whole.length), ...whole];
}

// The second module: a function for each kind, by its name.
function calls(kinds) {
  const types = [signature([], [I32]), signature([I32], []), signature([I32, I32], [])];
  const type = (params, results) => types.push(signature(params, results)) - 1;
  const made = kinds.map((kind) => {
    const [result, ...params] = [...kind].map((each) => TYPES[each]), results = result ? [result] : [];
    return { own: type([I32, ...params], results), called: type(params, results) };
  });
  const table = [FUNCREF, 0, 0];
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(SECTION.types, vector(types)),
    ...section(SECTION.imports, vector([
      [...text("shared"), ...text("main"), 1, ...table],
      [...text("shared"), ...text("links"), 1, ...table],
      [...text("shared"), ...text("thrown"), 3, I32, 1],
    ])),
    ...section(SECTION.functions, vector(made.map(({ own }) => leb(own)))),
    ...section(SECTION.exports, vector(kinds.map((kind, index) => [...text(kind), 0, ...leb(index)]))),
    ...section(SECTION.code, vector(kinds.map((kind, index) => body(kind, made[index].called, [0, 1, 2])))),
  ]);
}

// Where sections begin and end: id -> [head, content, end].
function sections(bytes) {
  const found = {};
  for (let at = 8; at < bytes.length; ) {
    const [size, content] = number(bytes, at + 1);
    found[bytes[at]] = [at, content, content + size];
    at = content + size;
  }
  return found;
}
function number(bytes, at) {
  let value = 0, shift = 0;
  for (;; shift += 7) {
    value |= (bytes[at] & 127) << shift;
    if (!(bytes[at++] & 128)) return [value >>> 0, at];
  }
}

// The compiler with its table imported; undefined where it has not exactly one of its own.
function importing(bytes) {
  const { [SECTION.imports]: imports, [SECTION.tables]: tables } = sections(bytes);
  if (!imports || !tables) return undefined;
  const [count, at] = number(bytes, tables[1]);
  if (count !== 1 || bytes[at] !== FUNCREF || bytes[at + 1] > 1) return undefined;
  const [initial, next] = number(bytes, at + 2);
  const maximum = bytes[at + 1] ? number(bytes, next)[0] : undefined;
  const [already, rest] = number(bytes, imports[1]);
  const entry = [...text("shared"), ...text("main"), 1, ...bytes.subarray(at, tables[2])];
  const size = leb(already + 1).length + imports[2] - rest + entry.length;
  const patched = Buffer.concat([
    bytes.subarray(0, imports[0]),
    Buffer.from([SECTION.imports, ...leb(size), ...leb(already + 1)]),
    bytes.subarray(rest, imports[2]),
    Buffer.from(entry),
    bytes.subarray(imports[2], tables[0]),
    bytes.subarray(tables[2]),
  ]);
  return { patched, limits: { element: "anyfunc", initial, maximum } };
}

// The names of exports by what emscripten calls them, which stand at the end of its code; undefined where they do not.
function exported(file) {
  const code = fs.readFileSync(file, "latin1"), found = {};
  for (const name of NAMES) {
    const head = `Module["${name}"] = asm["`, at = code.lastIndexOf(head);
    if (at < 0) return undefined;
    found[name] = code.slice(at + head.length, code.indexOf('"', at + head.length));
  }
  return found;
}

// What the compiler is given in place of a function of emscripten's code.  `thrown` is 1 from where a C++ exception,
// which is a number, is thrown to where it is caught: anything else that is thrown passes through.
function instead(value, within, thrown) {
  const [, kind] = /^invoke_(\w+)$/.exec(value.name) || [];
  if (within[kind]) return within[kind];
  if (kind) return (...words) => { // it may have caught one
    const result = value(...words);
    thrown.value = 0;
    return result;
  };
  if (!THROWING.has(value.name)) return value;
  return (...words) => {
    try {
      return value(...words);
    } catch (error) {
      if (error === error + 0) thrown.value = 1;
      throw error;
    }
  };
}

// Let the compiler whose code is in `file`, loaded next, make its calls within WebAssembly.
exports.callWithin = function (file) {
  const names = exported(file);
  if (!names) return;
  const { Module, Instance, Table, Global } = WebAssembly;
  let limits;
  WebAssembly.Module = function (bytes) {
    const found = importing(bytes);
    if (!found) return new Module(bytes);
    limits = found.limits;
    return new Module(found.patched);
  };
  WebAssembly.Instance = function (module, imports) {
    WebAssembly.Module = Module;
    WebAssembly.Instance = Instance;
    if (!limits) return new Instance(module, imports);
    const shared = {
      main: new Table(limits), links: new Table({ element: "anyfunc", initial: NAMES.length }),
      thrown: new Global({ value: "i32", mutable: true }, 0),
    };
    // Those with 64 bits are few, take them in halves, and stay as they are.
    const kinds = Object.values(imports).flatMap(Object.values)
      .map(({ name }) => /^invoke_([vifd]+)$/.exec(name)).filter(Boolean).map(([, kind]) => kind);
    const within = new Instance(new Module(calls(kinds)), { shared }).exports;
    const changed = { shared };
    for (const [space, each] of Object.entries(imports)) {
      changed[space] = {};
      for (const [key, value] of Object.entries(each)) changed[space][key] = instead(value, within, shared.thrown);
    }
    const made = new Instance(module, changed);
    NAMES.forEach((name, index) => shared.links.set(index, made.exports[names[name]]));
    return made;
  };
};
