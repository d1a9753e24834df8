// Usage: node evaluate.mjs TABLE.json. Evaluates every input on the table, compares the first hit with the expected one and prints times.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ZenEngine } from '@gorules/zen-engine';

const { rules, inputs, expected } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const columns = ['code', 'body', 'field', 'level', 'credits', 'quality', 'awarded', 'applied', 'coverage'];
const table = {
  nodes: [
    { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
    {
      id: 'table', type: 'decisionTableNode', name: 'table', position: { x: 1, y: 0 },
      content: {
        hitPolicy: 'first',
        inputs: columns.map((field) => ({ id: `i-${field}`, name: field, field })),
        outputs: [{ id: 'o-rule', name: 'rule', field: 'rule' }],
        rules: rules.map((rule) => ({
          _id: rule.id,
          ...Object.fromEntries(columns.map((field) => [`i-${field}`, rule[field]])),
          'o-rule': `"${rule.id}"`,
        })),
      },
    },
    { id: 'out', type: 'outputNode', name: 'out', position: { x: 2, y: 0 } },
  ],
  edges: [
    { id: 'a', type: 'edge', sourceId: 'in', targetId: 'table' },
    { id: 'b', type: 'edge', sourceId: 'table', targetId: 'out' },
  ],
};

const engine = new ZenEngine();
const decision = engine.createDecision(table);
for (const input of inputs.slice(0, 10)) await decision.evaluate(input);

const times = [];
let differences = 0;
const cpu = process.cpuUsage();
for (const [number, input] of inputs.entries()) {
  const start = process.hrtime.bigint();
  const { result } = await decision.evaluate(input);
  times.push(Number(process.hrtime.bigint() - start) / 1000);
  if ((result?.rule ?? null) !== expected[number]) differences++;
}
const { user, system } = process.cpuUsage(cpu);
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor((times.length - 1) * share)];
console.log(JSON.stringify({
  version: createRequire(import.meta.url)('@gorules/zen-engine/package.json').version,
  cpu_us: (user + system) / inputs.length, median_us: at(0.5), p99_us: at(0.99), differences,
}));
