// Plays a partner for our client, on the Connect server of its authors: gRPC over TLS 1.3, with a certificate asked of the caller.
// Usage: node server.mjs KEY CERTIFICATE CALLER CONTRACT     (PEM, PEM, PEM, a FileDescriptorSet)
// Prints one JSON object per line: the port, and then what it sees of calls. Ends with its input. `server.py` says and does the same.
import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createContextKey, createContextValues } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';

const [key, cert, ca, contract] = process.argv.slice(2).map((file) => readFileSync(file));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, contract));
const service = (name) => registry.getService(`microcreds.federation.v1.${name}`);
const tell = (line) => console.log(JSON.stringify(line));
const caller = createContextKey('');

const member = {
  echo({ message }, context) {
    const attempts = context.requestHeader.get('grpc-previous-rpc-attempts') ?? '0';
    if (message === 'again' && attempts === '0') throw new ConnectError('just now', Code.Unavailable);
    context.responseHeader.set('x-answer', context.requestHeader.get('x-question') ?? '');
    context.responseTrailer.set('x-answer-bin', context.requestHeader.get('x-question-bin') ?? '');
    return { message: `${message} ${attempts}`, callerKind: 'partner', callerName: context.values.get(caller) };
  },
};

const equivalence = {
  findEquivalences: ({ institution }) => ({
    awardingBody: institution,
    answers: Array.from({ length: 500 }, (_, i) => ({ unit: `U${i}`, grantedEctsCreditsHundredths: i, note: 'prüfen '.repeat(30) })),
  }),
  async *watchRules({ institution }, context) {
    context.signal.addEventListener('abort', () => tell({ left: 'WatchRules' }));
    for (let i = 1; !context.signal.aborted; i++) yield { cursor: `${i}`, publication: { institution, version: i } };
  },
};

const exchange = {
  notify() {
    throw new ConnectError('zu viele – später', Code.ResourceExhausted, undefined, [
      { desc: registry.getMessage('google.rpc.ErrorInfo'), value: { reason: 'QUOTA_EXCEEDED', domain: 'microcreds.federation', metadata: { limit: 'calls', limit_value: '7' } } },
      { desc: registry.getMessage('google.rpc.RetryInfo'), value: { retryDelay: { seconds: 3n } } },
    ]);
  },
  async getHeads(_, context) {
    tell({ waits: 'GetHeads', seconds: context.timeoutMs() / 1000 });
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    tell({ left: 'GetHeads' });
    throw context.signal.reason;
  },
  async *pullStatements({ afterSequence }) {
    for (let i = 1n; i <= 1000n; i++) yield { sequence: afterSequence + i, statement: { mediaType: 'application/jose', jws: new Uint8Array(1000) } };
  },
};

const adapter = connectNodeAdapter({
  connect: false,
  grpcWeb: false,
  contextValues: (request) => createContextValues().set(caller, request.stream.session.socket.getPeerCertificate().subject.CN),
  routes: (router) => router.service(service('MemberService'), member).service(service('EquivalenceService'), equivalence).service(service('ExchangeService'), exchange),
});
const server = createSecureServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, adapter);
server.listen(0, '127.0.0.1', () => tell({ port: server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
