using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using MicroCreds.Services.Members;

namespace MicroCreds.Services.Protocols;

/// <summary>
/// The calls that take JSON as an OpenAPI 3.1 document, made from the contract's descriptors and comments. Streams are not in it: OpenAPI has no words
/// for their frames.
/// </summary>
public static class OpenApiDocument
{
    private const string ErrorSchema = "connect.Error";

    /// <summary>The document, made once.</summary>
    public static byte[] Bytes { get; } = System.Text.Encoding.UTF8.GetBytes(Make().ToJsonString());

    private static JsonObject Make()
    {
        var paths = new JsonObject();
        var schemas = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal) { [ErrorSchema] = Error() };
        foreach (var service in DocumentedContract.Services)
            foreach (var method in service.Methods.Where(m => !m.IsClientStreaming && !m.IsServerStreaming))
            {
                paths[$"/{service.FullName}/{method.Name}"] = new JsonObject { ["post"] = Operation(method) };
                Add(method.InputType, schemas);
                Add(method.OutputType, schemas);
            }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "MicroCredsFederation",
                ["version"] = MemberService.SoftwareVersion,
                ["description"] = "The methods of microcreds.federation.v1 as JSON over HTTP (Connect protocol). Streams are called by gRPC, gRPC-Web or Connect.",
            },
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }, new JsonObject()),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = new JsonObject(schemas.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value))),
            },
        };
    }

    private static JsonObject Operation(MethodDescriptor method) => new()
    {
        ["operationId"] = $"{method.Service.Name}_{method.Name}",
        ["tags"] = new JsonArray(method.Service.Name),
        ["description"] = DocumentedContract.CommentOf(method),
        ["parameters"] = new JsonArray(new JsonObject
        {
            ["name"] = "connect-timeout-ms", ["in"] = "header", ["description"] = "Milliseconds after which the call ends with deadline_exceeded.", ["schema"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
        }),
        ["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(Reference(method.InputType.FullName)) },
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = $"`{method.OutputType.Name}`", ["content"] = Json(Reference(method.OutputType.FullName)) },
            ["default"] = new JsonObject { ["description"] = "A refusal, with its code and the contract's reason among the details.", ["content"] = Json(Reference(ErrorSchema)) },
        },
    };

    private static void Add(MessageDescriptor message, SortedDictionary<string, JsonObject> schemas)
    {
        if (schemas.ContainsKey(message.FullName) || WellKnown(message) is not null) return;
        var properties = new JsonObject();
        // Kept before the fields are walked: a message may contain itself.
        schemas[message.FullName] = new JsonObject { ["type"] = "object", ["description"] = DocumentedContract.CommentOf(message), ["properties"] = properties, ["additionalProperties"] = false };
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var value = field.IsMap ? new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(field.MessageType.Fields.InFieldNumberOrder()[1], schemas) }
                : field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = Value(field, schemas) }
                : Value(field, schemas);
            value["description"] = DocumentedContract.CommentOf(field) + (field.RealContainingOneof is { } one ? $" At most one of {string.Join(", ", one.Fields.Select(f => f.JsonName))} is set." : "");
            properties[field.JsonName] = value;
        }
    }

    private static JsonObject Value(FieldDescriptor field, SortedDictionary<string, JsonObject> schemas)
    {
        switch (field.FieldType)
        {
            case FieldType.Message when WellKnown(field.MessageType) is { } known:
                return known;
            case FieldType.Message:
                Add(field.MessageType, schemas);
                return Reference(field.MessageType.FullName);
            case FieldType.Enum:
                schemas.TryAdd(field.EnumType.FullName, Enumeration(field.EnumType));
                return Reference(field.EnumType.FullName);
            case FieldType.Bool:
                return new() { ["type"] = "boolean" };
            case FieldType.String:
                return new() { ["type"] = "string" };
            case FieldType.Bytes:
                return new() { ["type"] = "string", ["contentEncoding"] = "base64" };
            case FieldType.Double or FieldType.Float:
                return new() { ["type"] = "number" };
            // ProtoJSON writes 64-bit numbers as strings, since JSON readers round them.
            case FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 or FieldType.Fixed64 or FieldType.SFixed64:
                return new() { ["type"] = new JsonArray("string", "integer"), ["pattern"] = "^-?[0-9]+$" };
            default:
                return new() { ["type"] = "integer", ["format"] = "int32" };
        }
    }

    private static JsonObject Enumeration(EnumDescriptor type) => new()
    {
        ["type"] = "string",
        ["enum"] = new JsonArray([.. type.Values.Select(v => (JsonNode)v.Name)]),
        ["description"] = string.Join(' ', type.Values.Select(v => $"{v.Name}: {DocumentedContract.CommentOf(v)}").Prepend(DocumentedContract.CommentOf(type)).Where(t => t.Length > 0)),
    };

    private static JsonObject? WellKnown(MessageDescriptor message) => message.FullName switch
    {
        "google.protobuf.Timestamp" => new() { ["type"] = "string", ["format"] = "date-time" },
        "google.protobuf.Duration" => new() { ["type"] = "string", ["pattern"] = "^-?[0-9]+(\\.[0-9]{1,9})?s$" },
        "google.protobuf.Any" => new() { ["type"] = "object" },
        _ => null,
    };

    private static JsonObject Error() => new()
    {
        ["type"] = "object",
        ["description"] = "A refusal or failure (Connect protocol).",
        ["required"] = new JsonArray("code"),
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject { ["type"] = "string", ["description"] = "gRPC status in snake_case, for example not_found." },
            ["message"] = new JsonObject { ["type"] = "string", ["description"] = "What, where and what to do." },
            ["details"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["type"] = new JsonObject { ["type"] = "string", ["description"] = "Name of the message, for example google.rpc.ErrorInfo." },
                        ["value"] = new JsonObject { ["type"] = "string", ["description"] = "The message in binary, base64 without padding." },
                        ["debug"] = new JsonObject { ["type"] = "object", ["description"] = "The message as JSON; of google.rpc.ErrorInfo the reason is an ErrorReason of the contract without its prefix." },
                    },
                },
            },
        },
    };

    private static JsonObject Json(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };
}
