// Calls a node with Debian's C++ gRPC. Usage: client HOST:PORT TOKEN_FILE; prints one JSON object per kind of call, exits 1 when one does not hold.
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <grpcpp/grpcpp.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "microcreds/federation/v1/equivalence_service.grpc.pb.h"
#include "microcreds/federation/v1/member_service.grpc.pb.h"
#include "microcreds/federation/v1/recognition_service.grpc.pb.h"

namespace v1 = microcreds::federation::v1;
using std::chrono::milliseconds;

static std::string token;

static void demand(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

static std::unique_ptr<grpc::ClientContext> context(bool staff, milliseconds patience = milliseconds(10000)) {
  auto made = std::make_unique<grpc::ClientContext>();
  made->set_deadline(std::chrono::system_clock::now() + patience);
  if (staff) made->AddMetadata("authorization", "Bearer " + token);
  return made;
}

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::ifstream(arguments[2]) >> token;
  auto channel = grpc::CreateChannel(arguments[1], grpc::InsecureChannelCredentials());
  auto members = v1::MemberService::NewStub(channel);
  auto rules = v1::EquivalenceService::NewStub(channel);

  const std::pair<const char*, std::function<void()>> calls[] = {
      {"unary", [&] {
         v1::EchoRequest request;
         v1::EchoResponse answer;
         request.set_message("grüezi");
         auto status = members->Echo(context(true).get(), request, &answer);
         demand(status.ok() && answer.message() == "grüezi" && answer.caller_kind() == "staff", status.error_message());
       }},
      {"metadata", [&] {
         v1::EchoResponse answer;
         auto status = members->Echo(context(false).get(), v1::EchoRequest(), &answer);
         demand(status.ok() && answer.caller_kind() == "anonymous", answer.caller_kind());
       }},
      {"rich error", [&] {
         v1::GetCaseRequest request;
         v1::GetCaseResponse answer;
         request.set_case_id(std::string(32, 'f'));
         auto status = v1::RecognitionService::NewStub(channel)->GetCase(context(true).get(), request, &answer);
         google::rpc::Status details;
         google::rpc::ErrorInfo info;
         demand(status.error_code() == grpc::NOT_FOUND && details.ParseFromString(status.error_details()) && details.details(0).UnpackTo(&info), status.error_message());
         demand(info.reason() == "CASE_NOT_FOUND", info.reason());
       }},
      {"server stream", [&] {
         auto call = context(false);
         auto stream = rules->WatchRules(call.get(), v1::WatchRulesRequest());
         v1::WatchRulesResponse message;
         int publications = 0;
         while (stream->Read(&message)) {
           if (message.has_publication()) ++publications;
           else call->TryCancel();
         }
         auto status = stream->Finish();
         demand(publications > 0 && status.error_code() == grpc::CANCELLED, status.error_message());
       }},
      {"deadline", [&] {
         auto call = context(false, milliseconds(300));
         auto stream = rules->WatchRules(call.get(), v1::WatchRulesRequest());
         v1::WatchRulesResponse message;
         while (stream->Read(&message)) {
         }
         demand(stream->Finish().error_code() == grpc::DEADLINE_EXCEEDED, "the deadline did not end the call");
       }},
      {"stream both ways", [&] {
         auto call = context(false);
         auto stream = grpc::reflection::v1::ServerReflection::NewStub(channel)->ServerReflectionInfo(call.get());
         grpc::reflection::v1::ServerReflectionRequest question;
         grpc::reflection::v1::ServerReflectionResponse answer;
         question.set_list_services("");
         demand(stream->Write(question) && stream->WritesDone() && stream->Read(&answer), "no answer");
         demand(answer.list_services_response().service_size() > 5 && !stream->Read(&answer) && stream->Finish().ok(), "wrong answer");
       }},
  };

  bool failed = false;
  for (const auto& [kind, call] : calls) {
    try {
      call();
      std::cout << "{\"protocol\":\"grpc, http/2\",\"kind\":\"" << kind << "\",\"ok\":true}" << std::endl;
    } catch (const std::exception& error) {
      failed = true;
      std::cout << "{\"protocol\":\"grpc, http/2\",\"kind\":\"" << kind << "\",\"ok\":false,\"detail\":\"" << error.what() << "\"}" << std::endl;
    }
  }

  return failed ? 1 : 0;
}
