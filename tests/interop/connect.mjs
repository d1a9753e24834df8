// Calls a node by every protocol that the Connect client speaks: Connect (JSON and binary), gRPC-Web and gRPC, over HTTP/1.1 and HTTP/2, on one port.
// Usage: node connect.mjs --node http://HOST:PORT --token-file FILE --protos DIR
// Prints one JSON object per protocol and kind of call; exits 1 when one does not hold.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { signInWith, tryAll } from './calls.mjs';
import { describe } from './contract.mjs';

const names = ['node', 'token-file', 'protos'];
const { values: args } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names) if (!args[name]) throw new Error(`--${name} is missing`);

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, describe(args.protos)));
const common = { baseUrl: args.node, interceptors: [signInWith(readFileSync(args['token-file'], 'utf8').trim())] };
const transports = {
  'connect json, http/1.1': createConnectTransport({ ...common, httpVersion: '1.1', useBinaryFormat: false }),
  'connect json, http/2': createConnectTransport({ ...common, httpVersion: '2', useBinaryFormat: false }),
  'connect binary, http/1.1': createConnectTransport({ ...common, httpVersion: '1.1', useBinaryFormat: true }),
  'connect binary, http/2': createConnectTransport({ ...common, httpVersion: '2', useBinaryFormat: true }),
  'grpc-web, http/1.1': createGrpcWebTransport({ ...common, httpVersion: '1.1' }),
  'grpc-web, http/2': createGrpcWebTransport({ ...common, httpVersion: '2' }),
  'grpc, http/2': createGrpcTransport({ ...common, httpVersion: '2' }),
};

// gRPC-Web has no requests that stream (PROTOCOL-WEB.md), and HTTP/1.1 no streams both ways.
const rows = await tryAll(registry, transports, (protocol, kind) => kind === 'stream both ways' && (protocol.startsWith('grpc-web') || protocol.endsWith('http/1.1')));
for (const row of rows) console.log(JSON.stringify(row));
process.exit(rows.every((row) => row.ok) ? 0 : 1);
