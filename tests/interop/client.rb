# Calls a node with Debian's Ruby gRPC. Usage: client.rb HOST:PORT TOKEN_FILE STUBS_DIR; prints one JSON object per kind of call, exits 1 when one does not hold.
require 'json'
address, token_file, stubs = ARGV
$LOAD_PATH.unshift(stubs)
require 'grpc'
require 'google/protobuf/well_known_types'
require 'google/rpc/status_pb'
require 'google/rpc/error_details_pb'
require 'grpc/reflection/v1/reflection_services_pb'
require 'microcreds/federation/v1/equivalence_service_services_pb'
require 'microcreds/federation/v1/member_service_services_pb'
require 'microcreds/federation/v1/recognition_service_services_pb'

V1 = Microcreds::Federation::V1
STAFF = { 'authorization' => "Bearer #{File.read(token_file).strip}" }.freeze
soon = -> { Time.now + 10 }
stub = ->(service) { service::Stub.new(address, :this_channel_is_insecure) }

def demand(holds, what)
  raise what.to_s unless holds
end

def refusal(kind)
  yield
rescue kind => e
  e
else
  raise 'the call was not refused'
end

calls = {
  'unary' => lambda {
    answer = stub.call(V1::MemberService).echo(V1::EchoRequest.new(message: 'grüezi'), metadata: STAFF, deadline: soon.call)
    demand(answer.message == 'grüezi' && answer.caller_kind == 'staff', answer)
  },
  'metadata' => lambda {
    answer = stub.call(V1::MemberService).echo(V1::EchoRequest.new, deadline: soon.call)
    demand(answer.caller_kind == 'anonymous', answer)
  },
  'rich error' => lambda {
    error = refusal(GRPC::NotFound) { stub.call(V1::RecognitionService).get_case(V1::GetCaseRequest.new(case_id: 'f' * 32), metadata: STAFF, deadline: soon.call) }
    info = error.to_rpc_status.details.first.unpack(Google::Rpc::ErrorInfo)
    demand(info.reason == 'CASE_NOT_FOUND', info)
  },
  'server stream' => lambda {
    call = stub.call(V1::EquivalenceService).watch_rules(V1::WatchRulesRequest.new, deadline: soon.call, return_op: true)
    publications = 0
    refusal(GRPC::Cancelled) { call.execute.each { |message| message.publication ? publications += 1 : call.cancel } }
    demand(publications.positive?, publications)
  },
  'deadline' => lambda {
    refusal(GRPC::DeadlineExceeded) { stub.call(V1::EquivalenceService).watch_rules(V1::WatchRulesRequest.new, deadline: Time.now + 0.3).each { |message| message } }
  },
  'stream both ways' => lambda {
    answers = stub.call(Grpc::Reflection::V1::ServerReflection).server_reflection_info([Grpc::Reflection::V1::ServerReflectionRequest.new(list_services: '')], deadline: soon.call).to_a
    demand(answers.size == 1 && answers[0].list_services_response.service.size > 5, answers)
  }
}

failed = false
calls.each do |kind, call|
  call.call
  puts JSON.generate({ protocol: 'grpc, http/2', kind: kind, ok: true })
rescue StandardError => e
  failed = true
  puts JSON.generate({ protocol: 'grpc, http/2', kind: kind, ok: false, detail: e.inspect })
end
exit(failed ? 1 : 0)
