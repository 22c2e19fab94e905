// Passes of upgrades-core's comparator over pairs of storage layouts, one for each line on stdin, which names its state:
// the nanoseconds that it took stand on stdout, a line each.
//   node peer_compare.js PAIRS.json
// "cold" starts from parsed JSON, as a user's call does (getStorageUpgradeReport: types are resolved, then compared);
// "warm" keeps the resolved layouts and only compares.
"use strict";
const fs = require("fs");
const { getStorageUpgradeReport } = require("@openzeppelin/upgrades-core/dist/storage");
const { getDetailedLayout } = require("@openzeppelin/upgrades-core/dist/storage/layout");
const { StorageLayoutComparator } = require("@openzeppelin/upgrades-core/dist/storage/compare");
const { withValidationDefaults } = require("@openzeppelin/upgrades-core/dist/validate/overrides");

const options = withValidationDefaults({});
const pairs = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

function namespaces(layout) {
  const resolved = {};
  for (const [name, storage] of Object.entries(layout.namespaces || {}))
    resolved[name] = getDetailedLayout({ storage, types: layout.types });
  return resolved;
}

function pass(judge, items) {
  const begin = process.cpuUsage();
  for (const item of items)
    try { judge(item); } catch { /* on some of them it gives up */ }
  const used = process.cpuUsage(begin);
  return (used.user + used.system) * 1000;
}

const kept = pairs.map((pair) => pair.map((layout) => [getDetailedLayout(layout), namespaces(layout)]));
const cold = ([old, updated]) => getStorageUpgradeReport(old, updated, options);
const warm = ([[old, oldSpaces], [updated, newSpaces]]) =>
  new StorageLayoutComparator().compareLayouts(old, updated, oldSpaces, newSpaces);

const states = { cold: () => pass(cold, pairs), warm: () => pass(warm, kept) };
require("readline").createInterface({ input: process.stdin })
  .on("line", (state) => process.stdout.write(states[state]() + "\n"));
