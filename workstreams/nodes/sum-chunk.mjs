// Sums its part of the rows. Inputs: id, rows, from, to.
import { readFileSync } from "node:fs";

const { id, rows, from, to } = JSON.parse(readFileSync(0, "utf8"));
const part = rows.slice(from, to);
console.log(JSON.stringify({ id, count: part.length, sum: part.reduce((a, b) => a + b, 0) }));
