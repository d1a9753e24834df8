// Typechecked against the stubs generated from the contract, so that the contract is known to be usable from TypeScript.
import { create, toJson } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { ErrorInfoSchema } from './google/rpc/error_details_pb';
import { RecognitionCase_State } from './microcreds/federation/v1/case_pb';
import { EquivalenceService } from './microcreds/federation/v1/equivalence_service_pb';
import { RecognitionService, SubmitCredentialRequestSchema } from './microcreds/federation/v1/recognition_service_pb';

/** Submits a credential and says whether it was decided at once, or why it was turned away. */
export async function submit(transport: Transport, requestId: string, credential: Uint8Array): Promise<string> {
  const request = create(SubmitCredentialRequestSchema, { requestId, credential, target: { programme: 'L-19', unit: 'STAT' } });
  try {
    const { recognitionCase } = await createClient(RecognitionService, transport).submitCredential(request);
    return recognitionCase?.state === RecognitionCase_State.DECIDED ? 'decided' : JSON.stringify(toJson(SubmitCredentialRequestSchema, request));
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    return error.code === Code.FailedPrecondition ? (error.findDetails(ErrorInfoSchema)[0]?.reason ?? '') : error.message;
  }
}

/** Follows publications until the caller leaves. */
export async function* publications(transport: Transport, signal: AbortSignal): AsyncGenerator<string> {
  for await (const message of createClient(EquivalenceService, transport).watchRules({ afterCursor: '' }, { signal })) {
    if (message.publication) yield `${message.publication.tableId} ${message.publication.version}`;
  }
}
