// A client in another language: loads the proto files as they are, submits a credential, watches the cases and reads the decision.
// Usage: node client.mjs --node HOST:PORT --token-file FILE --protos DIR --credential FILE --institution ID --programme P --unit U --request-id UUID
// Prints one JSON object per step; exits 1 when a step does not hold.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const names = ['node', 'token-file', 'protos', 'credential', 'institution', 'programme', 'unit', 'request-id'];
const { values: args } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names) if (!args[name]) fail('usage', `--${name} is missing`);

const definition = loader.loadSync(
  ['microcreds/federation/v1/recognition_service.proto', 'grpc/health/v1/health.proto'],
  { includeDirs: [args.protos], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true });
const api = grpc.loadPackageDefinition(definition);
const types = new protobuf.Root();
types.resolvePath = (_, target) => (target.startsWith('google/protobuf/') ? null : join(args.protos, target));
types.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { keepCase: true });
const credentials = grpc.credentials.createInsecure();
const client = new api.microcreds.federation.v1.RecognitionService(args.node, credentials);
const health = new api.grpc.health.v1.Health(args.node, credentials);
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${readFileSync(args['token-file'], 'utf8').trim()}`);

const call = (target, method, request, meta = metadata) => new Promise((resolve, reject) =>
  target[method](request, meta, { deadline: Date.now() + 10_000 }, (error, response) => (error ? reject(error) : resolve(response))));

function step(name, shown) {
  console.log(JSON.stringify({ step: name, ok: true, ...shown }));
}

function fail(name, detail) {
  console.log(JSON.stringify({ step: name, ok: false, detail: String(detail) }));
  process.exit(1);
}

function check(name, condition, detail) {
  if (!condition) fail(name, detail);
}

/** The reason in google.rpc.ErrorInfo, which comes as binary metadata. */
function reasonOf(error) {
  const bytes = error.metadata?.get('grpc-status-details-bin')?.[0];
  if (!bytes) return '';
  const info = types.lookupType('google.rpc.Status').decode(bytes).details.find((detail) => detail.type_url.endsWith('google.rpc.ErrorInfo'));
  return info ? types.lookupType('google.rpc.ErrorInfo').decode(info.value).reason : '';
}

try {
  const serving = await call(health, 'Check', { service: '' }, new grpc.Metadata());
  check('health', serving.status === 'SERVING', serving.status);
  step('health', { status: serving.status });

  const refused = await call(client, 'GetCase', { institution: args.institution, case_id: 'f'.repeat(32) }).then(() => null, (error) => error);
  check('refusal', refused?.code === grpc.status.NOT_FOUND && reasonOf(refused) === 'CASE_NOT_FOUND', `${refused?.code} ${refused && reasonOf(refused)}`);
  step('refusal', { code: refused.code, reason: reasonOf(refused) });

  const anonymous = await call(client, 'ListCases', { institution: args.institution }, new grpc.Metadata()).then(() => null, (error) => error);
  check('anonymous', anonymous?.code === grpc.status.UNAUTHENTICATED, anonymous?.code);
  step('anonymous', { code: anonymous.code, reason: reasonOf(anonymous) });

  const watch = client.WatchCases({ institution: args.institution }, metadata, { deadline: Date.now() + 30_000 });
  const seen = new Promise((resolve, reject) => {
    const changes = [];
    watch.on('data', (change) => {
      changes.push(change);
      if (change.recognition_case?.outcome === 'DECISION_OUTCOME_FULL') resolve(changes);
    });
    watch.on('error', (error) => { if (error.code !== grpc.status.CANCELLED) reject(error); });
  });

  const request = {
    request_id: args['request-id'], institution: args.institution, credential: readFileSync(args.credential),
    target: { programme: args.programme, unit: args.unit },
  };
  const submitted = (await call(client, 'SubmitCredential', request)).recognition_case;
  step('submit', { case: submitted.case_id, state: submitted.state });
  const again = (await call(client, 'SubmitCredential', request)).recognition_case;
  check('retry', again.case_id === submitted.case_id && again.etag === submitted.etag, `${again.case_id} ${again.etag}`);
  step('retry', { case: again.case_id });

  const changes = await seen;
  watch.cancel();
  check('watch', changes.every((change) => change.cursor), 'a change without a cursor');
  step('watch', { changes: changes.length, cursor: changes.at(-1).cursor });

  const read = (await call(client, 'GetCase', { institution: args.institution, case_id: submitted.case_id })).recognition_case;
  const decision = read.decisions.find((d) => d.in_effect);
  check('decision', decision?.outcome === 'DECISION_OUTCOME_FULL', JSON.stringify(decision));
  step('decision', {
    case: read.case_id, outcome: decision.outcome, decidedBy: decision.decided_by,
    grantedEctsHundredths: decision.lines[0].granted_ects_credits_hundredths, grade: decision.lines[0].granted_grade,
  });
  process.exit(0);
} catch (error) {
  fail('call', `${error.code ?? ''} ${error.details ?? error.stack}`);
}
