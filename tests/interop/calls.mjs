// The calls that a Connect client makes, whatever its transport: in Node.js (connect.mjs) and in a browser (browser.mjs).
import { Code, ConnectError, createClient } from '@connectrpc/connect';

/** The error a call ends with. */
const refusal = async (call) => call().then(() => { throw new Error('the call was not refused'); }, (error) => ConnectError.from(error));

const demand = (holds, what) => { if (!holds) throw new Error(what); };

/** Kinds of call by name. `registry` holds the contract's descriptors. */
export const callsOf = (registry) => {
  const client = (name, transport) => createClient(registry.getService(name), transport);
  const members = (transport) => client('microcreds.federation.v1.MemberService', transport);
  const rules = (transport) => client('microcreds.federation.v1.EquivalenceService', transport);
  return {
    unary: async (transport) => {
      const answer = await members(transport).echo({ message: 'grüezi' });
      demand(answer.message === 'grüezi' && answer.callerKind === 'staff', JSON.stringify(answer));
    },
    metadata: async (transport) => {
      const answer = await members(transport).echo({ message: 'x' }, { headers: { 'x-anonymous': '1' } });
      demand(answer.callerKind === 'anonymous', answer.callerKind);
    },
    'rich error': async (transport) => {
      const error = await refusal(() => client('microcreds.federation.v1.RecognitionService', transport).getCase({ caseId: 'f'.repeat(32) }));
      const [info] = error.findDetails(registry.getMessage('google.rpc.ErrorInfo'));
      demand(error.code === Code.NotFound && info?.reason === 'CASE_NOT_FOUND', `${error.message} ${info?.reason}`);
    },
    'server stream': async (transport) => {
      const leave = new AbortController();
      let publications = 0;
      const error = await refusal(async () => {
        for await (const message of rules(transport).watchRules({}, { signal: leave.signal })) {
          if (message.publication) publications += 1;
          else leave.abort();
        }
      });
      demand(publications > 0 && error.code === Code.Canceled, `${publications} ${error.message}`);
    },
    deadline: async (transport) => {
      const error = await refusal(async () => {
        for await (const _ of rules(transport).watchRules({}, { timeoutMs: 300 })) { /* until the deadline */ }
      });
      demand(error.code === Code.DeadlineExceeded, error.message);
    },
    'stream both ways': async (transport) => {
      async function* questions() { yield { messageRequest: { case: 'listServices', value: '' } }; }
      const answers = [];
      for await (const answer of client('grpc.reflection.v1.ServerReflection', transport).serverReflectionInfo(questions())) answers.push(answer);
      demand(answers.length === 1 && answers[0].messageResponse.value.service.length > 5, JSON.stringify(answers));
    },
  };
};

/** Adds the token to every call that does not ask to be anonymous. */
export const signInWith = (token) => (next) => async (request) => {
  if (!request.header.has('x-anonymous')) request.header.set('authorization', `Bearer ${token}`);
  return next(request);
};

/** Tries every kind over every transport but those left out; answers one row for each. */
export const tryAll = async (registry, transports, leaveOut) => {
  const rows = [];
  for (const [protocol, transport] of Object.entries(transports)) {
    for (const [kind, call] of Object.entries(callsOf(registry))) {
      if (leaveOut(protocol, kind)) continue;
      rows.push(await call(transport).then(() => ({ protocol, kind, ok: true }), (error) => ({ protocol, kind, ok: false, detail: String(error) })));
    }
  }

  return rows;
};
