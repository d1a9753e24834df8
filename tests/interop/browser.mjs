// Calls a node from a page of another origin in Chromium, with the Connect client for browsers: Connect (JSON and binary) and gRPC-Web.
// Usage: node browser.mjs --node http://HOST:PORT --token-file FILE --protos DIR --port PORT
// The node must name http://127.0.0.1:PORT in Node:Cors:Origins. Prints one JSON object per protocol and kind of call; exits 1 when one does not hold.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describe } from './contract.mjs';

const names = ['node', 'token-file', 'protos', 'port'];
const { values: args } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names) if (!args[name]) throw new Error(`--${name} is missing`);

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = '/node_modules';
const page = `<!doctype html><title>calls</title>
<script type="importmap">${JSON.stringify({ imports: {
  '@bufbuild/protobuf': `${modules}/@bufbuild/protobuf/dist/esm/index.js`,
  '@bufbuild/protobuf/codegenv2': `${modules}/@bufbuild/protobuf/dist/esm/codegenv2/index.js`,
  '@bufbuild/protobuf/reflect': `${modules}/@bufbuild/protobuf/dist/esm/reflect/index.js`,
  '@bufbuild/protobuf/wire': `${modules}/@bufbuild/protobuf/dist/esm/wire/index.js`,
  '@bufbuild/protobuf/wkt': `${modules}/@bufbuild/protobuf/dist/esm/wkt/index.js`,
  '@connectrpc/connect': `${modules}/@connectrpc/connect/dist/esm/index.js`,
  '@connectrpc/connect/protocol': `${modules}/@connectrpc/connect/dist/esm/protocol/index.js`,
  '@connectrpc/connect/protocol-connect': `${modules}/@connectrpc/connect/dist/esm/protocol-connect/index.js`,
  '@connectrpc/connect/protocol-grpc-web': `${modules}/@connectrpc/connect/dist/esm/protocol-grpc-web/index.js`,
  '@connectrpc/connect-web': `${modules}/@connectrpc/connect-web/dist/esm/index.js`,
} })}</script>
<script type="module">
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { signInWith, tryAll } from '/calls.mjs';
const report = (rows) => fetch('/rows', { method: 'POST', body: JSON.stringify(rows) });
try {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, new Uint8Array(await (await fetch('/contract')).arrayBuffer())));
  const common = { baseUrl: ${JSON.stringify(args.node)}, interceptors: [signInWith(await (await fetch('/token')).text())] };
  await report(await tryAll(registry, {
    'connect json, browser': createConnectTransport({ ...common, useBinaryFormat: false }),
    'connect binary, browser': createConnectTransport({ ...common, useBinaryFormat: true }),
    'grpc-web, browser': createGrpcWebTransport(common),
  }, (_, kind) => kind === 'stream both ways'));
} catch (error) {
  await report([{ protocol: 'browser', kind: 'start', ok: false, detail: String(error.stack) }]);
}
</script>`;

const own = { '/': ['text/html', page], '/contract': ['application/octet-stream', describe(args.protos)], '/token': ['text/plain', readFileSync(args['token-file'], 'utf8').trim()] };
const rows = await new Promise((resolve, reject) => {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://page').pathname);
    if (request.method === 'POST') {
      let text = '';
      request.on('data', (part) => { text += part; }).on('end', () => {
        response.end();
        browser.kill();
        server.close();
        resolve(JSON.parse(text));
      });
      return;
    }

    try {
      const [type, body] = own[path] ?? [{ '.js': 'text/javascript', '.mjs': 'text/javascript' }[extname(path)] ?? 'text/plain', readFileSync(join(here, path))];
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(Number(args.port), '127.0.0.1');
  const browser = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, `http://127.0.0.1:${args.port}/`], { stdio: 'ignore' });
  browser.on('error', reject).on('exit', () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  setTimeout(() => { browser.kill(); reject(new Error('the page did not report within 60 seconds')); }, 60_000).unref();
});
for (const row of rows) console.log(JSON.stringify(row));
process.exit(rows.every((row) => row.ok) ? 0 : 1);
