// One pass of upgrades-core's comparator over pairs of storage layouts; times in nanoseconds on stdout as JSON.
//   node peer_compare.js PAIRS.json ROUNDS
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
const rounds = Number(process.argv[3]);

function namespaces(layout) {
  const resolved = {};
  for (const [name, storage] of Object.entries(layout.namespaces || {}))
    resolved[name] = getDetailedLayout({ storage, types: layout.types });
  return resolved;
}

function pass(judge, items) {
  let refused = 0, crashed = 0;
  const begin = process.cpuUsage();
  for (const item of items)
    try { if (!judge(item).ok) refused++; } catch { crashed++; }
  const used = process.cpuUsage(begin);
  return { ns: (used.user + used.system) * 1000, refused, crashed };
}

const kept = pairs.map((pair) => pair.map((layout) => [getDetailedLayout(layout), namespaces(layout)]));
const cold = ([old, updated]) => getStorageUpgradeReport(old, updated, options);
const warm = ([[old, oldSpaces], [updated, newSpaces]]) =>
  new StorageLayoutComparator().compareLayouts(old, updated, oldSpaces, newSpaces);

const result = { cold: [], warm: [] };
for (let round = 0; round < rounds; round++) {
  result.cold.push(pass(cold, pairs));
  result.warm.push(pass(warm, kept));
}
process.stdout.write(JSON.stringify(result) + "\n");
