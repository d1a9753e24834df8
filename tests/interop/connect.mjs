// Calls a node by every protocol that the Connect client speaks: Connect (JSON and binary), gRPC-Web and gRPC, over HTTP/1.1 and HTTP/2, on one port.
// Usage: node connect.mjs --node http://HOST:PORT --token-file FILE --protos DIR
// Prints one JSON object per protocol and kind of call; exits 1 when one does not hold.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';

const names = ['node', 'token-file', 'protos'];
const { values: args } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names) if (!args[name]) throw new Error(`--${name} is missing`);

const buf = fileURLToPath(new URL('node_modules/.bin/buf', import.meta.url));
const image = execFileSync(buf, ['build', args.protos, '--as-file-descriptor-set', '-o', '-#format=binpb'], { maxBuffer: 1 << 26 });
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
const service = (name) => registry.getService(name);
const authorization = `Bearer ${readFileSync(args['token-file'], 'utf8').trim()}`;
const signIn = (next) => async (request) => {
  if (!request.header.has('x-anonymous')) request.header.set('authorization', authorization);
  return next(request);
};

const common = { baseUrl: args.node, interceptors: [signIn] };
const protocols = {
  'connect json, http/1.1': createConnectTransport({ ...common, httpVersion: '1.1', useBinaryFormat: false }),
  'connect json, http/2': createConnectTransport({ ...common, httpVersion: '2', useBinaryFormat: false }),
  'connect binary, http/1.1': createConnectTransport({ ...common, httpVersion: '1.1', useBinaryFormat: true }),
  'connect binary, http/2': createConnectTransport({ ...common, httpVersion: '2', useBinaryFormat: true }),
  'grpc-web, http/1.1': createGrpcWebTransport({ ...common, httpVersion: '1.1' }),
  'grpc-web, http/2': createGrpcWebTransport({ ...common, httpVersion: '2' }),
  'grpc, http/2': createGrpcTransport({ ...common, httpVersion: '2' }),
};

/** The error a call ends with. */
const refusal = async (call) => call().then(() => { throw new Error('the call was not refused'); }, (error) => ConnectError.from(error));

const demand = (holds, what) => { if (!holds) throw new Error(what); };

const calls = {
  unary: async (transport) => {
    const answer = await createClient(service('microcreds.federation.v1.MemberService'), transport).echo({ message: 'grüezi' });
    demand(answer.message === 'grüezi' && answer.callerKind === 'staff', JSON.stringify(answer));
  },
  metadata: async (transport) => {
    const answer = await createClient(service('microcreds.federation.v1.MemberService'), transport).echo({ message: 'x' }, { headers: { 'x-anonymous': '1' } });
    demand(answer.callerKind === 'anonymous', answer.callerKind);
  },
  'rich error': async (transport) => {
    const error = await refusal(() => createClient(service('microcreds.federation.v1.RecognitionService'), transport).getCase({ caseId: 'f'.repeat(32) }));
    const [info] = error.findDetails(registry.getMessage('google.rpc.ErrorInfo'));
    demand(error.code === Code.NotFound && info?.reason === 'CASE_NOT_FOUND', `${error.message} ${info?.reason}`);
  },
  'server stream': async (transport) => {
    const leave = new AbortController();
    const stream = createClient(service('microcreds.federation.v1.EquivalenceService'), transport).watchRules({}, { signal: leave.signal });
    let publications = 0;
    const error = await refusal(async () => {
      for await (const message of stream) {
        if (message.publication) publications += 1;
        else leave.abort();
      }
    });
    demand(publications > 0 && error.code === Code.Canceled, `${publications} ${error.message}`);
  },
  deadline: async (transport) => {
    const error = await refusal(async () => {
      for await (const _ of createClient(service('microcreds.federation.v1.EquivalenceService'), transport).watchRules({}, { timeoutMs: 300 })) { /* until the deadline */ }
    });
    demand(error.code === Code.DeadlineExceeded, error.message);
  },
  'stream both ways': async (transport) => {
    async function* questions() { yield { messageRequest: { case: 'listServices', value: '' } }; }
    const answers = [];
    for await (const answer of createClient(service('grpc.reflection.v1.ServerReflection'), transport).serverReflectionInfo(questions())) answers.push(answer);
    demand(answers.length === 1 && answers[0].messageResponse.value.service.length > 5, JSON.stringify(answers));
  },
};

let failed = 0;
for (const [protocol, transport] of Object.entries(protocols)) {
  for (const [kind, call] of Object.entries(calls)) {
    // gRPC-Web has no requests that stream (PROTOCOL-WEB.md), and HTTP/1.1 no streams both ways.
    if (kind === 'stream both ways' && (protocol.startsWith('grpc-web') || protocol.endsWith('http/1.1'))) continue;
    try {
      await call(transport);
      console.log(JSON.stringify({ protocol, kind, ok: true }));
    } catch (error) {
      failed += 1;
      console.log(JSON.stringify({ protocol, kind, ok: false, detail: String(error) }));
    }
  }
}

process.exit(failed ? 1 : 0);
