"""Calls a node with Debian's Python gRPC. Usage: client.py HOST:PORT TOKEN_FILE STUBS_DIR; prints one JSON object per kind of call, exits 1 when one does not hold."""
import json
import sys

address, token_file, stubs = sys.argv[1:4]
sys.path.append(stubs)
import google
import grpc
# The contract's files of google.rpc and grpc.reflection stand beside the packages of the same names.
google.__path__.append(f"{stubs}/google")
grpc.__path__.append(f"{stubs}/grpc")
from google.rpc import error_details_pb2, status_pb2
from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc
from microcreds.federation.v1 import equivalence_service_pb2 as equivalence, equivalence_service_pb2_grpc as equivalence_stub
from microcreds.federation.v1 import member_service_pb2 as member, member_service_pb2_grpc as member_stub
from microcreds.federation.v1 import recognition_service_pb2 as recognition, recognition_service_pb2_grpc as recognition_stub

channel = grpc.insecure_channel(address)
with open(token_file, encoding="utf-8") as file:
    staff = [("authorization", "Bearer " + file.read().strip())]
failed = False


def step(kind, call):
    global failed
    try:
        call()
        print(json.dumps({"protocol": "grpc, http/2", "kind": kind, "ok": True}))
    except Exception as error:  # every failure is reported, and the other kinds are still tried
        failed = True
        print(json.dumps({"protocol": "grpc, http/2", "kind": kind, "ok": False, "detail": repr(error)}))


def unary():
    answer = member_stub.MemberServiceStub(channel).Echo(member.EchoRequest(message="grüezi"), metadata=staff, timeout=10)
    assert (answer.message, answer.caller_kind) == ("grüezi", "staff"), answer


def metadata():
    answer = member_stub.MemberServiceStub(channel).Echo(member.EchoRequest(), timeout=10)
    assert answer.caller_kind == "anonymous", answer


def rich_error():
    try:
        recognition_stub.RecognitionServiceStub(channel).GetCase(recognition.GetCaseRequest(case_id="f" * 32), metadata=staff, timeout=10)
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.NOT_FOUND, error
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        info = error_details_pb2.ErrorInfo()
        assert status_pb2.Status.FromString(details).details[0].Unpack(info) and info.reason == "CASE_NOT_FOUND", info
    else:
        raise AssertionError("the call was not refused")


def server_stream():
    call = equivalence_stub.EquivalenceServiceStub(channel).WatchRules(equivalence.WatchRulesRequest(), timeout=10)
    publications = 0
    try:
        for message in call:
            if message.HasField("publication"):
                publications += 1
            else:
                call.cancel()
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.CANCELLED, error
    assert publications > 0


def deadline():
    try:
        for _ in equivalence_stub.EquivalenceServiceStub(channel).WatchRules(equivalence.WatchRulesRequest(), timeout=0.3):
            pass
    except grpc.RpcError as error:
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED, error
    else:
        raise AssertionError("the deadline did not end the call")


def stream_both_ways():
    questions = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    answers = list(reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(questions, timeout=10))
    assert len(answers) == 1 and len(answers[0].list_services_response.service) > 5, answers


for name, kind in {"unary": unary, "metadata": metadata, "rich error": rich_error, "server stream": server_stream, "deadline": deadline, "stream both ways": stream_both_ways}.items():
    step(name, kind)
sys.exit(1 if failed else 0)
