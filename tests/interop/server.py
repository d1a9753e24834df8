"""Plays a partner for our client, on Debian's Python gRPC: TLS 1.3, with a certificate asked of the caller.

Usage: server.py KEY CERTIFICATE CALLER CONTRACT     (PEM, PEM, PEM, a FileDescriptorSet)
Prints one JSON object per line: the port, and then what it sees of calls. Ends with its input. `server.mjs` says and does the same."""
import itertools
import json
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


def read(path):
    with open(path, "rb") as file:
        return file.read()


key, certificate, caller, contract = map(read, sys.argv[1:5])
pool = descriptor_pool.DescriptorPool()
for described in descriptor_pb2.FileDescriptorSet.FromString(contract).file:
    pool.AddSerializedFile(described.SerializeToString())
factory = message_factory.MessageFactory(pool)
printing = threading.Lock()


def tell(**line):
    with printing:
        print(json.dumps(line), flush=True)


def message(name):
    return factory.GetPrototype(pool.FindMessageTypeByName(name))


def packed(name, **fields):
    return message("google.protobuf.Any")(type_url=f"type.googleapis.com/{name}", value=message(name)(**fields).SerializeToString())


def echo(request, context, answer):
    asked = dict(context.invocation_metadata())
    attempts = asked.get("grpc-previous-rpc-attempts", "0")
    if request.message == "again" and attempts == "0":
        context.abort(grpc.StatusCode.UNAVAILABLE, "just now")
    context.send_initial_metadata((("x-answer", asked.get("x-question", "")),))
    context.set_trailing_metadata((("x-answer-bin", asked.get("x-question-bin", b"")),))
    name = context.auth_context()["x509_common_name"][0].decode()
    return answer(message=f"{request.message} {attempts}", caller_kind="partner", caller_name=name)


def find_equivalences(request, context, answer):
    # gRPC Core packs what it is told to pack, whatever the caller says it takes.
    if request.institution == "packed.example":
        context.set_compression(grpc.Compression.Gzip)
    return answer(awarding_body=request.institution, answers=[{"unit": f"U{i}", "granted_ects_credits_hundredths": i, "note": "prüfen " * 30} for i in range(500)])


def watch_rules(request, context, answer):
    context.add_callback(lambda: tell(left="WatchRules"))
    for i in itertools.count(1):
        yield answer(cursor=str(i), publication={"institution": request.institution, "version": i})


def notify(_request, context, _answer):
    info = packed("google.rpc.ErrorInfo", reason="QUOTA_EXCEEDED", domain="microcreds.federation", metadata={"limit": "calls", "limit_value": "7"})
    retry = packed("google.rpc.RetryInfo", retry_delay={"seconds": 3})
    code, text = grpc.StatusCode.RESOURCE_EXHAUSTED, "zu viele – später"
    status = message("google.rpc.Status")(code=code.value[0], message=text, details=[info, retry])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, text)


def get_heads(_request, context, answer):
    over = threading.Event()
    context.add_callback(over.set)
    tell(waits="GetHeads", seconds=context.time_remaining())
    over.wait()
    tell(left="GetHeads")
    return answer()


def pull_statements(request, _context, answer):
    for i in range(1, 1001):
        yield answer(sequence=request.after_sequence + i, statement={"media_type": "application/jose", "jws": bytes(1000)})


def serve(name, **behaviours):
    service = pool.FindServiceByName(f"microcreds.federation.v1.{name}")
    handlers = {}
    for method, behaviour in behaviours.items():
        described = service.FindMethodByName(method)
        asked, answer = (factory.GetPrototype(kind) for kind in (described.input_type, described.output_type))
        make = grpc.unary_stream_rpc_method_handler if method in ("WatchRules", "PullStatements") else grpc.unary_unary_rpc_method_handler
        handlers[method] = make(
            lambda request, context, behaviour=behaviour, answer=answer: behaviour(request, context, answer),
            request_deserializer=asked.FromString, response_serializer=answer.SerializeToString)
    return grpc.method_handlers_generic_handler(service.full_name, handlers)


server = grpc.server(futures.ThreadPoolExecutor(8))
server.add_generic_rpc_handlers((
    serve("MemberService", Echo=echo), serve("EquivalenceService", FindEquivalences=find_equivalences, WatchRules=watch_rules),
    serve("ExchangeService", Notify=notify, GetHeads=get_heads, PullStatements=pull_statements)))
port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)], caller, require_client_auth=True))
server.start()
tell(port=port)
sys.stdin.read()
server.stop(0)
